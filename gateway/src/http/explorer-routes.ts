import { createReadStream, existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CodedError } from '@tributary/runtime';
import type { FastifyInstance } from 'fastify';

/** Where `npm run build:explorer` puts the page; the same from sources and from the build. */
const folder = fileURLToPath(new URL('../../dist/explorer/', import.meta.url));

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};

/** The page runs its own scripts and workers only, and talks to this gateway only. Editors set styles from scripts: hence the one looseness. */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const assetName = /^[A-Za-z0-9._-]{1,120}$/;

/** `/`: the explorer, from files of this build alone. */
export function addExplorerRoutes(server: FastifyInstance): void {
  server.get('/', async (_request, reply) => {
    const page = join(folder, 'index.html');
    if (!existsSync(page))
      throw new CodedError(
        'ROUTE_NOT_FOUND',
        'The explorer is not part of this build; GraphQL is at /graphql.',
      );
    return reply
      .headers({ 'content-security-policy': contentPolicy, 'cache-control': 'no-cache' })
      .type('text/html; charset=utf-8')
      .send(createReadStream(page));
  });
  server.get<{ Params: { name: string } }>('/assets/:name', async (request, reply) => {
    const { name } = request.params;
    const file = join(folder, 'assets', name);
    if (!assetName.test(name) || name.startsWith('.') || !existsSync(file))
      throw new CodedError('ROUTE_NOT_FOUND', 'There is nothing at this path.');
    // Their names carry a hash of what is in them. Workers take their own policy from this answer.
    return reply
      .headers({
        'content-security-policy': contentPolicy,
        'cache-control': 'public, max-age=31536000, immutable',
      })
      .type(types[extname(name)] ?? 'application/octet-stream')
      .send(createReadStream(file));
  });
}
