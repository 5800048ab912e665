import type { SortOrder } from '@tributary/engines/filter';
import { CodedError, isId } from '@tributary/runtime';
import { type PageInfo, pageSize } from '@tributary/subgraph-kit';
import type { FileRecord } from '../domain/file.ts';
import { decodePlace, encodePlace } from '../domain/list-cursor.ts';

export interface FilePlace {
  readonly values: readonly unknown[];
  readonly id: string;
}

export interface FilePageRequest {
  readonly order: SortOrder;
  readonly after: FilePlace | undefined;
  readonly size: number;
}

export interface FileListArguments {
  readonly orderBy?: readonly Readonly<Record<string, unknown>>[] | null | undefined;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

const maxOrderFields = 4;
const moments: ReadonlySet<string> = new Set(['createdAt', 'updatedAt']);

/** @throws CodedError BAD_USER_INPUT for a bad page size or order; CURSOR_INVALID for a cursor of another list */
export function filePageRequest({ orderBy, first, after }: FileListArguments): FilePageRequest {
  const order = sortOrder(orderBy ?? []);
  const values = decodePlace(listName(order), after, (place) => fits(place, order));
  return {
    order,
    size: pageSize(first),
    after: values === undefined ? undefined : { values: values.slice(0, -1), id: String(values.at(-1)) },
  };
}

/** A page of files whose parts are made when they are asked for; counting is another statement. */
export class FilePage {
  readonly nodes: readonly FileRecord[];
  readonly #request: FilePageRequest;
  readonly #more: boolean;
  readonly #count: () => Promise<number>;

  /** `files` holds one more than the page when there is a next one. */
  constructor(files: readonly FileRecord[], request: FilePageRequest, count: () => Promise<number>) {
    this.#request = request;
    this.#more = files.length > request.size;
    this.nodes = this.#more ? files.slice(0, request.size) : files;
    this.#count = count;
  }

  get edges(): readonly { readonly cursor: string; readonly node: FileRecord }[] {
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

  #cursorOf(file: FileRecord): string {
    const { order } = this.#request;
    const row = file as unknown as Readonly<Record<string, unknown>>;
    return encodePlace(listName(order), [...order.map(({ field }) => row[field]), file.id]);
  }
}

function sortOrder(orderBy: readonly Readonly<Record<string, unknown>>[]): SortOrder {
  if (orderBy.length > maxOrderFields) throw refused(`has ${maxOrderFields} entries at most`);
  const order = orderBy.map((entry) => {
    const [only, ...others] = Object.entries(entry);
    if (only === undefined || others.length > 0) throw refused('names exactly one field in each entry');
    const [field, direction] = only;
    if (direction !== 'ASC' && direction !== 'DESC') throw refused('says ASC or DESC for each field');
    return { field, direction: direction === 'ASC' ? ('asc' as const) : ('desc' as const) };
  });
  if (new Set(order.map(({ field }) => field)).size < order.length) throw refused('names a field once only');
  return order;
}

function refused(problem: string): CodedError {
  return new CodedError('BAD_USER_INPUT', `orderBy ${problem}.`, { details: { argument: 'orderBy' } });
}

/** `files name -createdAt`: a cursor only fits the order it was made in. */
function listName(order: SortOrder): string {
  return ['files', ...order.map(({ field, direction }) => (direction === 'asc' ? field : `-${field}`))].join(
    ' ',
  );
}

function fits(place: readonly unknown[], order: SortOrder): boolean {
  return (
    place.length === order.length + 1 &&
    isId(place.at(-1)) &&
    order.every(({ field }, at) => {
      const value = place[at];
      if (field === 'sizeBytes') return Number.isSafeInteger(value);
      if (typeof value !== 'string' || /\0|\p{Surrogate}/u.test(value)) return false;
      return !moments.has(field) || /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(value);
    })
  );
}
