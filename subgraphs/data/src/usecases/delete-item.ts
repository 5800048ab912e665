import { changeEvent } from '../items/change-event.ts';
import type { Item } from '../items/item-store.ts';
import { inUse } from '../items/refusals.ts';
import { type Model, referencesTo } from '../models/model.ts';
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
  const item = await storeOf(parts, model).remove(principal.workspaceId, id, async (stored) => {
    checkWritable(model, { stored, expectedVersion: target.expectedVersion }, parts);
    await refuseWhileDocumentsRefer(model, id, parts);
    const event = changeEvent({ model, before: stored, after: null }, principal, clock);
    return model.room
      ? [event, closingOf(roomOf(model, stored, principal.workspaceId), principal, clock)]
      : [event];
  });
  reader.forget();
  return item;
}

/** Documents have no foreign keys: one that is made in this very moment keeps a reference to nothing, which reads as null. */
async function refuseWhileDocumentsRefer(model: Model, id: string, parts: WriteParts): Promise<void> {
  for (const { model: referring, attribute } of referencesTo(parts.models, model.name)) {
    if (referring.store !== 'DOCUMENT') continue;
    const counts = await storeOf(parts, referring).countByReference(parts.principal.workspaceId, attribute, {
      parents: [id],
      filter: undefined,
    });
    const count = counts.get(id) ?? 0;
    if (count > 0) throw inUse(model, { by: `${referring.name}.${attribute.name}`, count });
  }
}
