import { CodedError } from '@tributary/runtime';
import { changeEvent } from '../items/change-event.ts';
import type { Item } from '../items/item-store.ts';
import { badInput, takenBy } from '../items/refusals.ts';
import { attributeOf, type Model } from '../models/model.ts';
import { type Input, readNewId, readNewInput } from './read-input.ts';
import { storeOf, type WriteParts } from './write-parts.ts';

export const maxBulkItems = 1_000;

/** What became of one input: the item, or why there is none. */
export type Creation = Item | CodedError;

/**
 * Creates up to 1,000 items. Each is made or refused by itself; answers keep the order of the inputs.
 * An id that stands in them twice is taken by the first.
 * All lookups of a kind are one statement, all rows one insert, all events one append to the outbox, in one transaction.
 * @throws CodedError BAD_USER_INPUT for none or too many inputs.
 */
export async function createItems(
  model: Model,
  inputs: readonly Input[],
  parts: WriteParts,
): Promise<readonly Creation[]> {
  if (inputs.length === 0 || inputs.length > maxBulkItems)
    throw badInput('input', `has 1 to ${maxBulkItems} items`);
  const { principal, clock, reader } = parts;
  const now = new Date(clock.now()).toISOString();
  const ids = new Set<string>();
  const drafts = await Promise.all(
    inputs.map(async (input): Promise<Creation> => {
      try {
        const id = readNewId(input);
        if (ids.has(id)) throw takenBy(model, attributeOf(model, 'id'));
        ids.add(id);
        const values = await readNewInput(model, input, parts);
        return {
          ...values,
          id,
          version: 1,
          createdAt: now,
          updatedAt: now,
          createdBy: principal.id,
        };
      } catch (error) {
        if (error instanceof CodedError && !error.retryable) return error;
        throw error;
      }
    }),
  );
  const items = drafts.filter((draft) => !(draft instanceof CodedError)) as readonly Item[];
  if (items.length === 0) return drafts;
  const creations = items.map((item) => ({
    next: item,
    event: changeEvent({ model, before: null, after: item }, principal, clock),
  }));
  const refusals = await storeOf(parts, model).create(principal.workspaceId, creations);
  reader.forget();
  const refused = new Map(items.map((item, index) => [item, refusals[index]]));
  return drafts.map((draft) => (draft instanceof CodedError ? draft : (refused.get(draft) ?? draft)));
}

/** Creates one item. @throws CodedError with the reason when it is refused. */
export async function createItem(model: Model, input: Input, parts: WriteParts): Promise<Item> {
  const [created] = await createItems(model, [input], parts);
  if (created === undefined || created instanceof CodedError) throw created;
  return created;
}
