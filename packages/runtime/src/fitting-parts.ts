import { CodedError } from './coded-error.ts';

/** What is read at a time: so many items at most, and so many bytes. */
const firstItems = 100;
const mostItems = 5_000;
const mostPartBytes = 8 * 1024 * 1024;

export interface PartRequest<Item> {
  /** The last item of the part before; undefined for the first part. */
  readonly after: Item | undefined;
  readonly size: number;
  /** Undefined for one item alone, which always comes. */
  readonly mostBytes: number | undefined;
}

/**
 * All items of a reading that throws PAYLOAD_TOO_LARGE for a part of more than `mostBytes`, in parts that fit. No store says beforehand how many items those
 * are, so it is found out as a sender finds out what a network takes: twice as many each time until it is too much, then half, and from there on little by
 * little. A part with fewer items than were asked for is the last.
 */
export async function* fittingParts<Item>(
  read: (request: PartRequest<Item>) => Promise<readonly Item[]>,
): AsyncGenerator<readonly Item[]> {
  let after: Item | undefined;
  let size = firstItems;
  let grow = (items: number): number => 2 * items;
  for (;;) {
    const part = await partOf(read, { after, size, mostBytes: size === 1 ? undefined : mostPartBytes });
    if (part === undefined) {
      size = Math.ceil(size / 2);
      grow = (items) => items + Math.ceil(items / 8);
      continue;
    }
    after = part.at(-1);
    if (after === undefined) return;
    yield part;
    if (part.length < size) return;
    size = Math.min(mostItems, grow(size));
  }
}

/** Undefined where so many items are more than is read at once. */
async function partOf<Item>(
  read: (request: PartRequest<Item>) => Promise<readonly Item[]>,
  request: PartRequest<Item>,
): Promise<readonly Item[] | undefined> {
  try {
    return await read(request);
  } catch (error) {
    if (request.mostBytes !== undefined && error instanceof CodedError && error.code === 'PAYLOAD_TOO_LARGE')
      return undefined;
    throw error;
  }
}
