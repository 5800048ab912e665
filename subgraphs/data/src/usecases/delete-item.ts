import { changeEvent } from '../items/change-event.ts';
import type { Item } from '../items/item-store.ts';
import { inUse, notFound } from '../items/refusals.ts';
import { attributeOf, type Model, referencesTo } from '../models/model.ts';
import { closingOf, roomOf } from '../rooms/room-access.ts';
import { readKey } from './read-input.ts';
import { checkWritable, type Target } from './update-item.ts';
import { storeOf, type WriteParts } from './write-parts.ts';

/**
 * Deletes an item and answers its last state.
 * @throws CodedError NOT_FOUND, FORBIDDEN, VERSION_CONFLICT, and STILL_REFERENCED while others refer to it (details.referredBy).
 */
export async function deleteItem(model: Model, target: Target, parts: WriteParts): Promise<Item> {
  const { value: id } = readKey(model, { id: target.id }, model.singular);
  const { principal, clock, reader } = parts;
  await refuseWhileDocumentsRefer(model, { ...target, id }, parts);
  const item = await storeOf(parts, model).remove(principal.workspaceId, id, (stored) => {
    checkWritable(model, { stored, expectedVersion: target.expectedVersion }, parts);
    const event = changeEvent({ model, before: stored, after: null }, principal, clock);
    return model.room
      ? [event, closingOf(roomOf(model, stored, principal.workspaceId), principal, clock)]
      : [event];
  });
  reader.forget();
  return item;
}

/** What the rights to a change and its version are decided on. */
const decisive: ReadonlySet<string> = new Set(['version', 'createdBy']);

/**
 * Documents have no foreign keys: one that is made in this very moment keeps a reference to nothing, which reads as null. So they are counted before the item
 * is held, for whoever may delete it: a connection that waits with a row for another connection would be all of them in a crowd.
 */
async function refuseWhileDocumentsRefer(
  model: Model,
  { id, expectedVersion }: Target,
  parts: WriteParts,
): Promise<void> {
  const references = referencesTo(parts.models, model.name).filter(
    ({ model: referring }) => referring.store === 'DOCUMENT',
  );
  const key = attributeOf(model, 'id');
  if (references.length === 0 || key === undefined) return;
  const scope = { workspaceId: parts.principal.workspaceId, attributes: decisive };
  const [stored] = await storeOf(parts, model).byKey(scope, key, [id]);
  if (stored === undefined) throw notFound(model);
  checkWritable(model, { stored, expectedVersion }, parts);
  for (const { model: referring, attribute } of references) {
    const counts = await storeOf(parts, referring).countByReference(parts.principal.workspaceId, attribute, {
      parents: [id],
      // What an item says of itself ends with it.
      filter:
        referring.name === model.name ? { kind: 'compare', field: 'id', op: 'ne', value: id } : undefined,
    });
    const count = counts.get(id) ?? 0;
    if (count > 0) throw inUse(model, { by: `${referring.name}.${attribute.name}`, count });
  }
}
