import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type DoorRequest, type DoorResponse, problemTypes } from '@tributary/subgraph-kit';
import { noneMatchHolds } from '../http/entity-tag.ts';
import { errorPage } from './error-page.ts';

const require = createRequire(import.meta.url);

/** A file of the documentation, ready to send. */
export interface Asset {
  readonly body: Uint8Array;
  readonly compressed: Uint8Array;
  readonly tag: string;
  readonly type: string;
}

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Tributary REST API</title>
    <link rel="icon" href="data:,">
  </head>
  <body>
    <main id="reference"></main>
    <noscript>This page needs JavaScript; the API is described in <a href="/v1/openapi.json">openapi.json</a>.</noscript>
    <script src="/v1/docs/scalar.js"></script>
    <script src="/v1/docs/start.js"></script>
  </body>
</html>
`;

/** Nothing is asked of any other host: no fonts, no proxy for "try it", no telemetry, no assistant. */
const start = `Scalar.createApiReference('#reference', {
  url: '/v1/openapi.json',
  withDefaultFonts: false,
  telemetry: false,
  proxyUrl: '',
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never',
  authentication: { preferredSecurityScheme: 'bearer' },
  defaultOpenAllTags: true,
  persistAuth: false,
});
`;

/** Scalar sets styles from script; scripts themselves come from here only. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const html = 'text/html; charset=utf-8';
const script = 'text/javascript; charset=utf-8';

const sources: ReadonlyMap<string, () => Promise<Asset>> = new Map([
  [problemTypes, () => asset(Buffer.from(errorPage()), html)],
  ['/v1/docs', () => asset(Buffer.from(page), html)],
  ['/v1/docs/start.js', () => asset(Buffer.from(start), script)],
  [
    '/v1/docs/scalar.js',
    async () => asset(await readFile(require.resolve('@scalar/api-reference/browser/standalone.js')), script),
  ],
]);

/** The documentation page. Its files are read and compressed when first asked for, and kept. */
export function docsAssets(): (path: string) => Promise<Asset> | undefined {
  const loaded = new Map<string, Promise<Asset>>();
  return (path) => {
    const source = sources.get(path);
    if (source === undefined) return undefined;
    const known = loaded.get(path);
    if (known !== undefined) return known;
    const loading = source();
    loaded.set(path, loading);
    // A failed read is tried again by the next request.
    loading.catch(() => loaded.delete(path));
    return loading;
  };
}

export async function asset(body: Uint8Array, type: string): Promise<Asset> {
  const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { body, compressed: await promisify(gzip)(body), tag, type };
}

/** Sends a public file: compressed where the client takes it, 304 where it has it. */
export function assetResponse({ body, compressed, tag, type }: Asset, request: DoorRequest): DoorResponse {
  const headers = {
    etag: tag,
    'cache-control': 'public, no-cache',
    vary: 'Accept-Encoding, Origin',
    'content-type': type,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...(type === html ? { 'content-security-policy': contentSecurityPolicy } : {}),
  };
  if (noneMatchHolds(request.headers['if-none-match'] ?? '', tag)) return { status: 304, headers, body: '' };
  const small = /(?:^|,)\s*gzip\s*(?:,|;(?!\s*q=0(?:\.0*)?\s*(?:,|$))|$)/i.test(
    request.headers['accept-encoding'] ?? '',
  );
  return {
    status: 200,
    headers: { ...headers, ...(small ? { 'content-encoding': 'gzip' } : {}) },
    body: small ? compressed : body,
  };
}
