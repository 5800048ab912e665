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

export interface PageParts<Node> {
  /** One more than the page when there is a next one. Asked once, by the first field that needs them. */
  readonly rows: () => Promise<readonly Node[]>;
  readonly count: () => Promise<number>;
}

/**
 * A connection whose parts are made when they are asked for: rows are one statement, counting is another, and both are under way at once where both are asked;
 * cursors cost more than rows. graphql-js calls what it finds under a field's name.
 */
export class OrderedPage<Node extends { readonly id: string }> {
  readonly #request: OrderedRequest;
  readonly #parts: PageParts<Node>;
  #rows: Promise<readonly Node[]> | undefined;

  constructor(request: OrderedRequest, parts: PageParts<Node>) {
    this.#request = request;
    this.#parts = parts;
  }

  async nodes(): Promise<readonly Node[]> {
    const rows = await this.#loaded();
    return rows.length > this.#request.size ? rows.slice(0, this.#request.size) : rows;
  }

  async edges(): Promise<readonly { readonly cursor: string; readonly node: Node }[]> {
    return (await this.nodes()).map((node) => ({ node, cursor: this.#cursorOf(node) }));
  }

  async pageInfo(): Promise<PageInfo> {
    const nodes = await this.nodes();
    const [first] = nodes;
    const last = nodes.at(-1);
    return {
      hasNextPage: (await this.#loaded()).length > this.#request.size,
      hasPreviousPage: this.#request.after !== undefined,
      startCursor: first === undefined ? null : this.#cursorOf(first),
      endCursor: last === undefined ? null : this.#cursorOf(last),
    };
  }

  totalCount(): Promise<number> {
    return this.#parts.count();
  }

  #loaded(): Promise<readonly Node[]> {
    this.#rows ??= this.#parts.rows();
    return this.#rows;
  }

  #cursorOf(node: Node): string {
    const { list, order } = this.#request;
    const fields = node as Readonly<Record<string, unknown>>;
    return listCursor(list, ...order.map(({ field }) => fields[field] ?? null), node.id);
  }
}
