import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CodedError } from '@tributary/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BuiltFiles } from './built-files.ts';
import { isStudioAddress } from './studio-addresses.ts';

/** Where `npm run build:studio` puts the pages; the same from sources and from the build. */
const folder = fileURLToPath(new URL('../../dist/studio/', import.meta.url));

/** The console's pages run their own scripts and talk to this gateway, and that is all they can do. */
const directives = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'font-src': "'self'",
  'img-src': "'self' data: blob:",
  'media-src': "'self' blob:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};
/** The explorer's editor sets styles from scripts and starts workers: a page of its own, so that no other needs this looseness. */
const explorerDirectives = {
  ...directives,
  'style-src': "'self' 'unsafe-inline'",
  'font-src': "'self' data:",
  'worker-src': "'self' blob:",
};
type Rules = Readonly<Record<string, string>>;

/** Not all browsers take a socket of the same host for their own ('self'): the host is named besides, and no other. */
function policyOf(rules: Rules, { host }: FastifyRequest): string {
  const sockets = hostName.test(host) ? ` ws://${host} wss://${host}` : '';
  return Object.entries(rules)
    .map(([name, sources]) => `${name} ${sources}${name === 'connect-src' ? sockets : ''}`)
    .join('; ');
}

/** What a client says of the host stands in a header: a name or an address, and a port. */
const hostName = /^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/;

const assetName = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}$/;

/** `/studio/…`: the console, from files of this build alone. `/` leads there. */
export function addStudioRoutes(server: FastifyInstance): void {
  const files = new BuiltFiles();
  const page =
    (name: string, rules: Rules) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const path = join(folder, name);
      if (!existsSync(path))
        throw new CodedError(
          'ROUTE_NOT_FOUND',
          'The console is not part of this build; GraphQL is at /graphql.',
        );
      reply.headers({ 'content-security-policy': policyOf(rules, request), 'cache-control': 'no-cache' });
      return files.send(path, request, reply);
    };
  server.get('/', async (_request, reply) => reply.redirect('/studio/', 302));
  server.get('/studio', async (_request, reply) => reply.redirect('/studio/', 302));
  server.get('/studio/explorer', page('explorer.html', explorerDirectives));
  // The console finds its own way from the path, and says itself that nothing is at an address it does not know.
  const console = page('index.html', directives);
  server.get<{ Params: { '*': string } }>('/studio/*', async (request, reply) =>
    console(request, reply.code(isStudioAddress(`/${request.params['*']}`) ? 200 : 404)),
  );
  server.get<{ Params: { name: string } }>('/studio/assets/:name', async (request, reply) => {
    const { name } = request.params;
    const path = join(folder, 'assets', name);
    if (!assetName.test(name) || !existsSync(path))
      throw new CodedError('ROUTE_NOT_FOUND', 'There is nothing at this path.');
    // Their names carry a hash of what is in them. Workers take their own policy from this answer.
    const policy = policyOf(extname(name) === '.js' ? explorerDirectives : directives, request);
    reply.headers({
      'content-security-policy': policy,
      'cache-control': 'public, max-age=31536000, immutable',
    });
    return files.send(path, request, reply);
  });
}
