import {
  type AssertionMinter,
  openRequestStream,
  type StreamDoor,
  type Subgraph,
} from '@tributary/subgraph-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { doorRequest, doorRoute } from './door-entry.ts';
import { setDoorHeaders } from './door-headers.ts';
import type { Edge } from './edge.ts';

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
  const { idleBodyMs: idleMs } = edge.settings;
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    for (const { name, streamDoor: door } of subgraphs) {
      if (door === undefined) continue;
      const limits = { bodyLimitBytes: door.bodyLimitBytes, idleMs };
      const route = doorRoute(edge, name, (request, reply) =>
        passOn(request, reply, { door, minter, limits }),
      );
      for (const prefix of door.prefixes)
        for (const url of [prefix, `${prefix}/*`]) scope.route({ ...route, config: { streams: true }, url });
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
  const { headers, ...asked } = await doorRequest(request, minter);
  const length = request.headers['content-length'];
  const response = await door.handle({
    ...asked,
    ...openRequestStream(request.raw, reply.raw, limits),
    headers: { ...headers, ...(length === undefined ? {} : { 'content-length': length }) },
  });
  setDoorHeaders(reply, response.headers);
  const { body } = response;
  return reply
    .code(response.status)
    .send(body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : body);
}
