import type { AssertionMinter, Door, Subgraph } from '@tributary/subgraph-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { doorRequest, doorRoute } from './door-entry.ts';
import { setDoorHeaders } from './door-headers.ts';
import type { Edge } from './edge.ts';
import { wholeBody } from './whole-body.ts';

/** Passes requests under the doors' prefixes on to their subgraphs, with their whole bodies. */
export function addDoorRoutes(
  server: FastifyInstance,
  edge: Edge,
  { subgraphs, minter }: { readonly subgraphs: readonly Subgraph[]; readonly minter: AssertionMinter },
): void {
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', wholeBody);
    for (const { name, door } of subgraphs) {
      if (door === undefined) continue;
      const route = doorRoute(edge, name, (request, reply) => passOn(request, reply, { door, minter }));
      for (const prefix of door.prefixes) {
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
  const response = await door.handle({
    ...(await doorRequest(request, minter)),
    body: request.body instanceof Uint8Array ? request.body : new Uint8Array(),
  });
  setDoorHeaders(reply, response.headers);
  return reply
    .code(response.status)
    .send(typeof response.body === 'string' ? response.body : Buffer.from(response.body));
}
