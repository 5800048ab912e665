import { CodedError, requireStillWanted } from '@tributary/runtime';
import type { Item } from '../items/item-store.ts';
import { badInput, takenBy } from '../items/refusals.ts';
import { attributeOf, type Model } from '../models/model.ts';
import {
  complete,
  type FoundIds,
  type Input,
  lookUp,
  type ReadValues,
  readNewId,
  readValues,
  withReferences,
} from './read-input.ts';
import { storeOf, type WriteParts } from './write-parts.ts';

export const maxBulkItems = 1_000;

/** While what is referred to goes between being found and being referred to. */
const mostTries = 3;

/** What became of one input: the item, or why there is none. */
export type Creation = Item | CodedError;

/**
 * Creates up to 1,000 items. Each is made or refused by itself; answers keep the order of the inputs.
 * An id that stands in them twice is taken by the first.
 * All lookups of a kind are one statement, and one more writes all rows and their events.
 * @throws CodedError BAD_USER_INPUT for none or too many inputs.
 */
export async function createItems(
  model: Model,
  inputs: readonly Input[],
  parts: WriteParts,
): Promise<readonly Creation[]> {
  if (inputs.length === 0 || inputs.length > maxBulkItems)
    throw badInput('input', `has 1 to ${maxBulkItems} items`);
  const ids = new Set<string>();
  const readings = inputs.map((input) => refusedOr(() => read(model, input, { ids, parts })));
  for (let tries = 1; ; tries += 1) {
    try {
      return await createRead(model, readings, parts);
    } catch (error) {
      // Nothing was made, for all are one statement. What is gone by now is found to be, and refuses those alone that refer to it.
      const isReferenceGone = error instanceof CodedError && error.code === 'STATE_CONFLICT';
      if (!isReferenceGone || tries === mostTries) throw error;
    }
  }
}

async function createRead(
  model: Model,
  readings: readonly (Reading | CodedError)[],
  parts: WriteParts,
): Promise<readonly Creation[]> {
  const references = readings.flatMap((reading) => (reading instanceof CodedError ? [] : reading.references));
  const found = await lookUp(references, parts);
  const now = new Date(parts.clock.now()).toISOString();
  const drafts = readings.map((reading) =>
    reading instanceof CodedError ? reading : refusedOr(() => draft(model, reading, { found, now, parts })),
  );
  const items = drafts.filter((made): made is Item => !(made instanceof CodedError));
  if (items.length === 0) return drafts;
  const { principal, clock, reader, signal } = parts;
  requireStillWanted(signal);
  const refusals = await storeOf(parts, model).create(items, { principal, clock });
  reader.forget();
  let made = 0;
  return drafts.map((draft) => {
    if (draft instanceof CodedError) return draft;
    const refusal = refusals[made];
    made += 1;
    return refusal ?? draft;
  });
}

interface Reading extends ReadValues {
  readonly id: string;
}

function read(
  model: Model,
  input: Input,
  { ids, parts }: { readonly ids: Set<string>; readonly parts: WriteParts },
): Reading {
  const id = readNewId(input);
  if (ids.has(id)) throw takenBy(model, attributeOf(model, 'id'));
  ids.add(id);
  return { id, ...readValues(model, input, parts.models) };
}

interface Drafting {
  readonly found: FoundIds;
  readonly now: string;
  readonly parts: WriteParts;
}

function draft(model: Model, reading: Reading, { found, now, parts }: Drafting): Item {
  const { id } = reading;
  const system = { id, version: 1, createdAt: now, updatedAt: now, createdBy: parts.principal.id };
  // `complete` makes a new object: a copy of it would be half of what an item leaves behind.
  return Object.assign(complete(model, withReferences(reading, found)), system);
}

/** What is made, or why it is refused; trouble of ours is thrown. */
function refusedOr<Made>(make: () => Made): Made | CodedError {
  try {
    return make();
  } catch (error) {
    if (error instanceof CodedError && !error.retryable) return error;
    throw error;
  }
}

/** Creates one item. @throws CodedError with the reason when it is refused. */
export async function createItem(model: Model, input: Input, parts: WriteParts): Promise<Item> {
  const [created] = await createItems(model, [input], parts);
  if (created === undefined || created instanceof CodedError) throw created;
  return created;
}
