import { inSpan, withTraceparent } from '@tributary/runtime';
import type { AssertionMinter, DoorRequest } from '@tributary/subgraph-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isPreflight, preflightHeaders } from './cross-origin.ts';
import { headersToPassOn, refuseCompressed } from './door-headers.ts';
import type { Edge } from './edge.ts';
import { enter, refuseEndedRights } from './entry.ts';
import { traceparentOf } from './request-identity.ts';

/** A door's route without its URL: preflights are answered here, all others are authenticated, charged, traced and passed on. */
export function doorRoute(
  edge: Edge,
  name: string,
  passOn: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>,
) {
  const { corsOrigins } = edge.settings;
  const spanName = `door ${name}`;
  const spanAttributes = { 'tributary.subgraph': name };
  return {
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
      if (isPreflight(request))
        return reply.code(204).headers(preflightHeaders(request.headers.origin, corsOrigins)).send();
      refuseCompressed(request);
      request.authenticated = await enter(edge, request, reply);
      request.caller = request.authenticated.principal;
      return undefined;
    },
    handler: (request: FastifyRequest, reply: FastifyReply) => {
      refuseEndedRights(edge, request);
      return withTraceparent(traceparentOf(request), () =>
        inSpan(spanName, spanAttributes, () => passOn(request, reply)),
      );
    },
  };
}

/** What a door is told of a request that came in, with an assertion in the credential's place. */
export async function doorRequest(
  request: FastifyRequest,
  minter: AssertionMinter,
): Promise<Omit<DoorRequest, 'body'>> {
  if (request.caller === undefined) throw new TypeError('a request reached a door without passing the entry');
  const at = request.url.indexOf('?');
  return {
    method: request.method,
    path: at < 0 ? request.url : request.url.slice(0, at),
    query: at < 0 ? '' : request.url.slice(at + 1),
    headers: headersToPassOn(request),
    assertion: await minter.mint(request.caller),
    requestId: request.id,
    clientAddress: request.clientAddress,
  };
}
