/** What pages of origins that are allowed may do. */
export interface PageAccess {
  /** Fields of requests that they may send, separated by commas. */
  readonly sends: string;
  /** Fields of answers that they may read besides the few that browsers always show. */
  readonly reads: string;
  readonly methods: string;
  /** They may send what their browser keeps for this server: cookies. */
  readonly withCredentials: boolean;
}

const exposed =
  'ratelimit-limit, ratelimit-remaining, ratelimit-reset, retry-after, x-request-id, x-operation-cost, etag, link, location, idempotency-replayed, ' +
  'accept-ranges, content-range, content-disposition, tus-resumable, tus-version, tus-extension, tus-max-size, ' +
  'tus-checksum-algorithm, upload-offset, upload-length, upload-metadata, upload-expires, tributary-file-id';
const allowedHeaders =
  'authorization, content-type, x-api-key, x-request-id, tributary-workspace, apollo-require-preflight, if-match, if-none-match, idempotency-key, ' +
  'last-event-id, range, if-range, tus-resumable, upload-length, upload-offset, upload-metadata, upload-checksum, upload-defer-length';
const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';
const preflightSeconds = '600';

/** To all that the product serves. */
const everything: PageAccess = {
  sends: allowedHeaders,
  reads: exposed,
  methods: allowedMethods,
  withCredentials: false,
};

/**
 * Cross-origin answers by an allow-list of exact origins. `null` (sandboxed frames, files) is nobody's origin and never allowed. No
 * credentials in the product: the graph and the doors take no cookies, so a foreign page has nothing of the user's to ride on. (The console's session
 * routes have one, and answer their own pages alone.)
 */
export function crossOriginHeaders(
  origin: string | undefined,
  allowed: readonly string[],
  { reads, withCredentials }: PageAccess = everything,
): Record<string, string> {
  if (origin === undefined || origin === 'null' || !allowed.includes(origin)) return { vary: 'origin' };
  return {
    vary: 'origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': reads,
    ...(withCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
  };
}

/** A browser's question on behalf of a page (Fetch §4.8), which carries no credentials; any other OPTIONS asks the resource itself. */
export function isPreflight({
  method,
  headers,
}: {
  readonly method: string;
  readonly headers: Readonly<Record<string, unknown>>;
}): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/** What a preflight asks for, on top, for an origin that is allowed. */
export function preflightHeaders(
  origin: string | undefined,
  allowed: readonly string[],
  access: PageAccess = everything,
): Record<string, string> {
  const headers = crossOriginHeaders(origin, allowed, access);
  if (headers['access-control-allow-origin'] === undefined) return headers;
  return {
    ...headers,
    'access-control-allow-methods': access.methods,
    'access-control-allow-headers': access.sends,
    'access-control-max-age': preflightSeconds,
  };
}
