import { largestChangeBytes } from '@tributary/engines/event-log';
import { checkChangeBytes } from '@tributary/engines/outbox/checked-events';
import { CodedError } from '@tributary/runtime';
import type { Item } from '../items/item-store.ts';

/** What the event of a creation has beside the item, and far more. */
const envelopeBytes = 20_000;

/** By position, the refusal of what no log could tell of; undefined when there is none. `events` are those of all items, as JSON. */
export function tooLargeIn(
  items: readonly Item[],
  events: string,
): readonly (CodedError | undefined)[] | undefined {
  if (Buffer.byteLength(events) <= largestChangeBytes) return undefined;
  const refusals = items.map(refusalOf);
  return refusals.some((refusal) => refusal !== undefined) ? refusals : undefined;
}

function refusalOf(item: Item): CodedError | undefined {
  try {
    checkChangeBytes('data.record.created', Buffer.byteLength(JSON.stringify(item)) + envelopeBytes);
    return undefined;
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
}
