import { CodedError } from '@tributary/runtime';
import type { DoorRequest, DoorResponse } from '@tributary/subgraph-kit';
import { isParameter, parameterName, restPrefix, type SavedOperation } from '../domain/saved-operation.ts';
import { entityTag, noneMatchHolds } from '../http/entity-tag.ts';
import { isPageResult, pageLinks } from '../http/page-links.ts';
import type { RouteResult } from './execute-route.ts';

/** Answers may be kept by their reader alone, and are asked about again each time: rights can change between two reads. */
const cacheHeaders = {
  'cache-control': 'private, no-cache',
  vary: 'Accept, Authorization, Origin, X-API-Key, Tributary-Workspace',
};

/** The answer to a request that succeeded: the result itself, without an envelope. */
export function successResponse(
  operation: SavedOperation,
  { value: result, wasThere }: RouteResult,
  request: DoorRequest,
): DoorResponse {
  const { route } = operation;
  if (route.status === 204) return { status: 204, headers: { 'cache-control': 'no-store' }, body: '' };
  const page = route.paging ? pageOf(operation, result) : undefined;
  const body = JSON.stringify(page === undefined ? result : page.nodes);
  const tag = entityTag(result, body);
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    ...cacheHeaders,
    etag: tag,
    ...(page === undefined ? {} : { link: pageLinks(request.path, request.query, page) }),
    ...(route.location === undefined ? {} : { location: locationOf(route.location, result) }),
  };
  const known = request.headers['if-none-match'];
  if (route.method === 'GET' && known !== undefined && noneMatchHolds(known, tag)) {
    return { status: 304, headers, body: '' };
  }
  return { status: wasThere ? 200 : route.status, headers, body };
}

function pageOf(operation: SavedOperation, result: unknown) {
  if (isPageResult(result)) return result;
  throw new CodedError('INTERNAL', `${operation.name} pages over something that is no connection.`);
}

function locationOf(template: string, result: unknown): string {
  const fields = (result ?? {}) as Readonly<Record<string, unknown>>;
  const filled = template
    .split('/')
    .map((segment) =>
      isParameter(segment) ? encodeURIComponent(String(fields[parameterName(segment)])) : segment,
    );
  return `${restPrefix}${filled.join('/')}`;
}
