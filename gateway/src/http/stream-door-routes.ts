import { inSpan, withTraceparent } from '@tributary/runtime';
import {
  type AssertionMinter,
  openRequestStream,
  type StreamDoor,
  type Subgraph,
} from '@tributary/subgraph-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isPreflight, preflightHeaders } from './cross-origin.ts';
import { headersToPassOn, refuseCompressed, setDoorHeaders } from './door-headers.ts';
import type { Edge } from './edge.ts';
import { enter } from './entry.ts';
import { traceparentOf } from './request-identity.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is read while it arrives, by the door's own limits of size and time. */
    streams?: boolean;
  }
}

/**
 * Passes requests under the stream doors' prefixes on while their bodies arrive, and answers while they are made: in this process and
 * over HTTP alike nobody holds a whole file, and whoever is slower sets the pace.
 */
export function addStreamDoorRoutes(
  server: FastifyInstance,
  edge: Edge,
  { subgraphs, minter }: { readonly subgraphs: readonly Subgraph[]; readonly minter: AssertionMinter },
): void {
  const { corsOrigins, idleBodyMs: idleMs } = edge.settings;
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    for (const { name, streamDoor: door } of subgraphs) {
      if (door === undefined) continue;
      const { bodyLimitBytes } = door;
      for (const prefix of door.prefixes) {
        const route = {
          config: { streams: true },
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
                passOn(request, reply, { door, minter, limits: { bodyLimitBytes, idleMs } }),
              ),
            ),
        };
        scope.route({ ...route, url: prefix });
        scope.route({ ...route, url: `${prefix}/*` });
      }
    }
  });
}

interface PassOnParts {
  readonly door: StreamDoor;
  readonly minter: AssertionMinter;
  readonly limits: { readonly bodyLimitBytes: number; readonly idleMs: number };
}

async function passOn(
  request: FastifyRequest,
  reply: FastifyReply,
  { door, minter, limits }: PassOnParts,
): Promise<FastifyReply> {
  if (request.caller === undefined) throw new TypeError('a request reached a door without passing the entry');
  const assertion = await minter.mint(request.caller);
  const length = request.headers['content-length'];
  const at = request.url.indexOf('?');
  const response = await door.handle({
    ...openRequestStream(request.raw, reply.raw, limits),
    method: request.method,
    path: at < 0 ? request.url : request.url.slice(0, at),
    query: at < 0 ? '' : request.url.slice(at + 1),
    headers: { ...headersToPassOn(request), ...(length === undefined ? {} : { 'content-length': length }) },
    assertion,
    requestId: request.id,
    clientAddress: request.clientAddress,
  });
  setDoorHeaders(reply, response.headers);
  const { body } = response;
  return reply
    .code(response.status)
    .send(body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : body);
}
