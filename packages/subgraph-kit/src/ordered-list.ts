import type { SortOrder } from '@tributary/engines/filter';
import type { KeysetPosition } from '@tributary/engines/filter/keyset';
import { CodedError, isId } from '@tributary/runtime';
import { type PageInfo, pageSize } from './connection.ts';
import { listCursor, listPlace } from './list-cursor.ts';

export interface OrderedListArguments {
  /** One field an entry: `[{ name: ASC }, { createdAt: DESC }]`. */
  readonly orderBy?: readonly Readonly<Record<string, unknown>>[] | null | undefined;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** A page as stores understand it. Ties are broken by id, ascending. */
export interface OrderedRequest {
  readonly order: SortOrder;
  readonly after: KeysetPosition | undefined;
  /** Items on the page; stores are asked for one more, which says whether there is a next page. */
  readonly size: number;
  /** What is listed in which order: `Flight scheduledAt -delayMinutes`. */
  readonly list: string;
}

export interface OrderedListKind {
  /** What is listed; no two lists of a graph have the same. */
  readonly name: string;
  /** Whether a field may have the value: what a cursor from outside claims is not trusted to fit the column. */
  readonly holds: (field: string, value: unknown) => boolean;
}

const maxOrderFields = 4;

/** @throws CodedError BAD_USER_INPUT for a bad page size or order; CURSOR_INVALID for a cursor of another list or order. */
export function orderedRequest(
  { name, holds }: OrderedListKind,
  { orderBy, first, after }: OrderedListArguments,
): OrderedRequest {
  const order = sortOrder(orderBy ?? []);
  const list = [
    name,
    ...order.map(({ field, direction }) => (direction === 'asc' ? field : `-${field}`)),
  ].join(' ');
  const fits = (place: readonly unknown[]): place is readonly unknown[] =>
    place.length === order.length + 1 &&
    isId(place.at(-1)) &&
    order.every(({ field }, at) => holds(field, place[at]));
  const place = listPlace(list, after, fits);
  const position = place && { values: place.slice(0, -1), id: String(place.at(-1)) };
  return { order, after: position, size: pageSize(first), list };
}

function sortOrder(orderBy: readonly Readonly<Record<string, unknown>>[]): SortOrder {
  if (orderBy.length > maxOrderFields) throw orderRefused(`has ${maxOrderFields} entries at most`);
  const order = orderBy.map((entry) => {
    const [only, ...others] = Object.entries(entry);
    if (only === undefined || others.length > 0) throw orderRefused('names exactly one field in each entry');
    const [field, direction] = only;
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

/**
 * A connection whose parts are made when they are asked for: cursors cost more than rows, and counting is another statement.
 * graphql-js reads the getters as plain properties and calls `totalCount` as a method.
 */
export class OrderedPage<Node extends { readonly id: string }> {
  readonly nodes: readonly Node[];
  readonly #request: OrderedRequest;
  readonly #more: boolean;
  readonly #count: () => Promise<number>;

  /** `rows` holds one more than the page when there is a next one. */
  constructor(rows: readonly Node[], request: OrderedRequest, count: () => Promise<number>) {
    this.#request = request;
    this.#more = rows.length > request.size;
    this.nodes = this.#more ? rows.slice(0, request.size) : rows;
    this.#count = count;
  }

  get edges(): readonly { readonly cursor: string; readonly node: Node }[] {
    return this.nodes.map((node) => ({ node, cursor: this.#cursorOf(node) }));
  }

  get pageInfo(): PageInfo {
    const [first] = this.nodes;
    const last = this.nodes.at(-1);
    return {
      hasNextPage: this.#more,
      hasPreviousPage: this.#request.after !== undefined,
      startCursor: first === undefined ? null : this.#cursorOf(first),
      endCursor: last === undefined ? null : this.#cursorOf(last),
    };
  }

  totalCount(): Promise<number> {
    return this.#count();
  }

  #cursorOf(node: Node): string {
    const { list, order } = this.#request;
    const fields = node as Readonly<Record<string, unknown>>;
    return listCursor(list, ...order.map(({ field }) => fields[field] ?? null), node.id);
  }
}
