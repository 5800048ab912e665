import type { Filter, SortOrder } from '@tributary/engines/filter';
import { CodedError, isId } from '@tributary/runtime';
import { pageSize } from '@tributary/subgraph-kit';
import { attributeOf, type Model } from '../models/model.ts';
import { holdsType } from './value-type.ts';
import { type Where, whereFilter } from './where-filter.ts';

export interface ListArguments {
  readonly where?: Where | null;
  readonly orderBy?: readonly Readonly<Record<string, unknown>>[] | null;
  readonly first?: number | null;
  readonly after?: string | null;
}

/** Where a page starts: right after the item with these sort values and this id. */
export interface Position {
  readonly values: readonly unknown[];
  readonly id: string;
}

/** A list as the stores understand it. Ties are broken by id, ascending; nulls come last in either direction. */
export interface ListRequest {
  readonly filter: Filter | undefined;
  readonly order: SortOrder;
  readonly after: Position | undefined;
  /** Items on the page; stores are asked for one more, which says whether there is a next page. */
  readonly size: number;
}

const maxOrderFields = 4;

/** @throws CodedError BAD_USER_INPUT for a bad page size, where or order; CURSOR_INVALID for a cursor of another list. */
export function listRequest(model: Model, args: ListArguments): ListRequest {
  const order = sortOrder(args.orderBy ?? []);
  const after =
    args.after === undefined || args.after === null ? undefined : decodeCursor(args.after, { model, order });
  return { filter: whereFilter(model, args.where), order, after, size: pageSize(args.first) };
}

function sortOrder(orderBy: readonly Readonly<Record<string, unknown>>[]): SortOrder {
  if (orderBy.length > maxOrderFields) throw orderRefused(`has ${maxOrderFields} entries at most`);
  const order = orderBy.map((entry) => {
    const [first, ...others] = Object.entries(entry);
    if (first === undefined || others.length > 0) throw orderRefused('names exactly one field in each entry');
    const [field, direction] = first;
    if (direction !== 'ASC' && direction !== 'DESC') throw orderRefused('says ASC or DESC for each field');
    return { field, direction: direction === 'ASC' ? ('asc' as const) : ('desc' as const) };
  });
  if (new Set(order.map(({ field }) => field)).size < order.length)
    throw orderRefused('names a field once only');
  return order;
}

function orderRefused(problem: string): CodedError {
  return new CodedError('BAD_USER_INPUT', `orderBy ${problem}.`, { details: { argument: 'orderBy' } });
}

/** `[fingerprint of the order, sort values…, id]`: not secret and not signed, since it holds only what its reader was shown. */
export function encodeCursor(item: Readonly<Record<string, unknown>>, order: SortOrder): string {
  const values = order.map(({ field }) => item[field] ?? null);
  return Buffer.from(JSON.stringify([fingerprint(order), ...values, item['id']])).toString('base64url');
}

function decodeCursor(
  cursor: string,
  { model, order }: { readonly model: Model; readonly order: SortOrder },
): Position {
  const invalid = new CodedError('CURSOR_INVALID', 'The cursor does not belong to this list in this order.');
  if (cursor.length > 8_192) throw invalid;
  const parts = parsedParts(cursor);
  if (parts === undefined || parts.length !== order.length + 2 || parts[0] !== fingerprint(order))
    throw invalid;
  const values = parts.slice(1, -1);
  const id = parts.at(-1);
  const fits = order.every(({ field }, index) => holdsType(attributeOf(model, field), values[index]));
  if (!isId(id) || !fits) throw invalid;
  return { values, id };
}

function parsedParts(cursor: string): readonly unknown[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) ? parts : undefined;
  } catch {
    return undefined;
  }
}

/** `scheduledAt -delayMinutes`: a cursor only fits the order it was made in. */
function fingerprint(order: SortOrder): string {
  return order.map(({ field, direction }) => (direction === 'asc' ? field : `-${field}`)).join(' ');
}
