import { queryParameters } from '../domain/query-parameters.ts';

/** The parts of a connection that paging needs. */
export interface PageResult {
  readonly nodes: readonly unknown[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export function isPageResult(value: unknown): value is PageResult {
  const { nodes, pageInfo } = (value ?? {}) as Partial<PageResult>;
  return Array.isArray(nodes) && typeof pageInfo?.hasNextPage === 'boolean';
}

/** The Link header (RFC 8288) of a page: `first`, and `next` while there is more. The targets repeat the request's own filters. */
export function pageLinks(path: string, query: string, page: PageResult): string {
  const filters = query
    .split('&')
    .filter((pair) => pair !== '' && !queryParameters(pair).has('after'))
    // They would end the target, and may stand in no URI (RFC 3986 §2).
    .map((pair) => pair.replaceAll('<', '%3C').replaceAll('>', '%3E'));
  const link = (parameters: readonly string[], relation: string): string =>
    `<${path}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}>; rel="${relation}"`;
  const links = [link(filters, 'first')];
  const { hasNextPage, endCursor } = page.pageInfo;
  if (hasNextPage && endCursor !== null)
    links.push(link([...filters, `after=${encodeURIComponent(endCursor)}`], 'next'));
  return links.join(', ');
}
