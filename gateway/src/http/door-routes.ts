import { inSpan, withTraceparent } from '@tributary/runtime';
import type { AssertionMinter, Door, Subgraph } from '@tributary/subgraph-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isPreflight, preflightHeaders } from './cross-origin.ts';
import { headersToPassOn, refuseCompressed, setDoorHeaders } from './door-headers.ts';
import type { Edge } from './edge.ts';
import { enter } from './entry.ts';
import { traceparentOf } from './request-identity.ts';

/** Passes requests under the doors' prefixes on to their subgraphs: authenticated, charged, with an assertion in the credential's place. */
export function addDoorRoutes(
  server: FastifyInstance,
  edge: Edge,
  { subgraphs, minter }: { readonly subgraphs: readonly Subgraph[]; readonly minter: AssertionMinter },
): void {
  const { corsOrigins } = edge.settings;
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    for (const { name, door } of subgraphs) {
      for (const prefix of door?.prefixes ?? []) {
        if (door === undefined) continue;
        const route = {
          method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
          onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
            if (isPreflight(request))
              return reply.code(204).headers(preflightHeaders(request.headers.origin, corsOrigins)).send();
            refuseCompressed(request);
            request.caller = (await enter(edge, request, reply)).principal;
            return undefined;
          },
          handler: (request: FastifyRequest, reply: FastifyReply) =>
            withTraceparent(traceparentOf(request), () =>
              inSpan(`door ${name}`, { 'tributary.subgraph': name }, () =>
                passOn(request, reply, { door, minter }),
              ),
            ),
        };
        scope.route({ ...route, url: prefix });
        if (!prefix.includes('.')) scope.route({ ...route, url: `${prefix}/*` });
      }
    }
  });
}

async function passOn(
  request: FastifyRequest,
  reply: FastifyReply,
  { door, minter }: { readonly door: Door; readonly minter: AssertionMinter },
): Promise<FastifyReply> {
  if (request.caller === undefined) throw new TypeError('a request reached a door without passing the entry');
  const at = request.url.indexOf('?');
  const response = await door.handle({
    method: request.method,
    path: at < 0 ? request.url : request.url.slice(0, at),
    query: at < 0 ? '' : request.url.slice(at + 1),
    headers: headersToPassOn(request),
    body: request.body instanceof Uint8Array ? request.body : new Uint8Array(),
    assertion: await minter.mint(request.caller),
    requestId: request.id,
    clientAddress: request.clientAddress,
  });
  setDoorHeaders(reply, response.headers);
  return reply
    .code(response.status)
    .send(typeof response.body === 'string' ? response.body : Buffer.from(response.body));
}
