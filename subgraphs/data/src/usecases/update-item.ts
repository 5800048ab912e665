import { CodedError } from '@tributary/runtime';
import { changedFields, changeEvent } from '../items/change-event.ts';
import type { Item } from '../items/item-store.ts';
import { notFound, versionConflict } from '../items/refusals.ts';
import type { Model } from '../models/model.ts';
import { rowAllowed, rowRule } from '../reading/row-rule.ts';
import { type Input, readInput, readKey } from './read-input.ts';
import { storeOf, type WriteParts } from './write-parts.ts';

/** Which item is to be changed, and the version its changer has seen. */
export interface Target {
  readonly id: string;
  readonly expectedVersion?: number | null;
}

/**
 * Changes the named fields. A change that changes nothing answers the item as it is, and makes no event.
 * @throws CodedError NOT_FOUND, FORBIDDEN (somebody else's row), VERSION_CONFLICT (details.currentVersion), CONFLICT, BAD_USER_INPUT.
 */
export async function updateItem(
  model: Model,
  target: Target & { readonly input: Input },
  parts: WriteParts,
): Promise<Item> {
  const { value: id } = readKey(model, { id: target.id }, model.singular);
  const { principal, clock, reader } = parts;
  const values = await readInput(model, target.input, parts);
  const item = await storeOf(parts, model).update(principal.workspaceId, id, (stored) => {
    checkWritable(model, { stored, expectedVersion: target.expectedVersion }, parts);
    const version = Number(stored['version']) + 1;
    const next: Item = { ...stored, ...values, version, updatedAt: new Date(clock.now()).toISOString() };
    const change = { model, before: stored, after: next };
    return changedFields(change).length === 0
      ? undefined
      : { next, event: changeEvent(change, principal, clock) };
  });
  reader.forget();
  return item;
}

/** Decides on the stored state, under its lock. */
export function checkWritable(
  model: Model,
  { stored, expectedVersion }: { readonly stored: Item; readonly expectedVersion: number | null | undefined },
  { principal, reader, signal }: WriteParts,
): void {
  if (signal?.aborted === true)
    throw new CodedError('DEADLINE_EXCEEDED', 'Nobody waits for this change any more.');
  if (!reader.mayRead(model, stored)) throw notFound(model);
  if (!rowAllowed(rowRule(principal, model.write), principal, stored)) {
    throw new CodedError(
      'FORBIDDEN',
      `Only whoever made this ${model.name}, or a stronger role, may change it.`,
      { details: { needs: model.write } },
    );
  }
  if (expectedVersion !== undefined && expectedVersion !== null && stored['version'] !== expectedVersion) {
    throw versionConflict(model, stored['version']);
  }
}
