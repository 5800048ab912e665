import {
  isMoment,
  isStorableText,
  type OrderedListArguments,
  type OrderedRequest,
  orderedRequest,
} from '@tributary/subgraph-kit';

const moments: ReadonlySet<string> = new Set(['createdAt', 'updatedAt']);

/** @throws CodedError BAD_USER_INPUT for a bad page size or order; CURSOR_INVALID for a cursor of another list */
export function filePageRequest(args: OrderedListArguments): OrderedRequest {
  return orderedRequest({ name: 'File', holds }, args);
}

function holds(field: string, value: unknown): boolean {
  if (field === 'sizeBytes') return Number.isSafeInteger(value);
  if (moments.has(field)) return isMoment(value);
  return typeof value === 'string' && isStorableText(value);
}
