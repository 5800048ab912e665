import type { SortOrder } from '@tributary/engines/filter';
import type { PageInfo } from '@tributary/subgraph-kit';
import type { Item } from '../items/item-store.ts';
import { encodeCursor, type ListRequest } from './list-request.ts';

/**
 * A connection whose parts are made when they are asked for: cursors cost more than rows, and counting is another statement.
 * graphql-js reads the getters as plain properties and calls `totalCount` as a method.
 */
export class Page {
  readonly nodes: readonly Item[];
  readonly #more: boolean;
  readonly #hasPrevious: boolean;
  readonly #order: SortOrder;
  readonly #count: () => Promise<number>;

  /** `items` holds one more than the page when there is a next one. */
  constructor(items: readonly Item[], request: ListRequest, count: () => Promise<number>) {
    this.#more = items.length > request.size;
    this.nodes = this.#more ? items.slice(0, request.size) : items;
    this.#hasPrevious = request.after !== undefined;
    this.#order = request.order;
    this.#count = count;
  }

  get edges(): readonly { readonly cursor: string; readonly node: Item }[] {
    return this.nodes.map((node) => ({ node, cursor: encodeCursor(node, this.#order) }));
  }

  get pageInfo(): PageInfo {
    const [first] = this.nodes;
    const last = this.nodes.at(-1);
    return {
      hasNextPage: this.#more,
      hasPreviousPage: this.#hasPrevious,
      startCursor: first === undefined ? null : encodeCursor(first, this.#order),
      endCursor: last === undefined ? null : encodeCursor(last, this.#order),
    };
  }

  totalCount(): Promise<number> {
    return this.#count();
  }
}
