import { CodedError } from '@tributary/runtime';

export const defaultPageSize = 20;
export const maxPageSize = 100;

export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

/** A Relay connection (GraphQL Cursor Connections Specification) with the `nodes` shorthand. */
export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: PageInfo;
}

/** The page size asked for. @throws CodedError BAD_USER_INPUT below 1 or above 100. */
export function pageSize(first: number | null | undefined): number {
  if (first === undefined || first === null) return defaultPageSize;
  if (first < 1 || first > maxPageSize) {
    throw new CodedError('BAD_USER_INPUT', `first must be between 1 and ${maxPageSize}.`, {
      details: { argument: 'first', limit: maxPageSize },
    });
  }
  return first;
}

/** Makes a connection from one row more than the page holds: the extra row only says that there is a next page. */
export function connectionOf<Node>(
  rows: readonly Node[],
  size: number,
  page: { readonly cursorOf: (node: Node) => string; readonly hasPrevious: boolean },
): Connection<Node> {
  const nodes = rows.slice(0, size);
  const edges = nodes.map((node) => ({ node, cursor: page.cursorOf(node) }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: rows.length > size,
      hasPreviousPage: page.hasPrevious,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
