import { type OrderedListArguments, type OrderedRequest, orderedRequest } from '@tributary/subgraph-kit';

const moments: ReadonlySet<string> = new Set(['createdAt', 'updatedAt']);

/** @throws CodedError BAD_USER_INPUT for a bad page size or order; CURSOR_INVALID for a cursor of another list */
export function filePageRequest(args: OrderedListArguments): OrderedRequest {
  return orderedRequest({ name: 'File', holds }, args);
}

function holds(field: string, value: unknown): boolean {
  if (field === 'sizeBytes') return Number.isSafeInteger(value);
  if (typeof value !== 'string' || /\0|\p{Surrogate}/u.test(value)) return false;
  return !moments.has(field) || /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(value);
}
