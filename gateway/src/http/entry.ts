import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticated } from '../security/access-token.ts';
import { budgetOwner, limited, rateHeaders } from '../security/rate-limit.ts';
import { clientAddress } from './client-address.ts';
import type { Edge } from './edge.ts';
import { assertedAddressOf, credentialsOf } from './request-identity.ts';
import { whenClosed } from './when-closed.ts';

/**
 * Who is asking, charged one request. The budget's fields go on every answer. Our own processes, which show an assertion, were charged when
 * their caller came in.
 * @throws CodedError UNAUTHENTICATED (wrong credentials are charged to their address), RATE_LIMITED, OVERLOADED
 */
export async function enter(
  edge: Edge,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Authenticated> {
  const credentials = credentialsOf(request);
  const address = clientAddress(request.raw, edge.settings.trustProxy);
  let authenticated: Authenticated;
  try {
    authenticated = await edge.authenticator.authenticate(credentials);
  } catch (error) {
    const tries = await edge.rateLimiter.takeForAddress(address);
    reply.headers(rateHeaders(tries));
    throw tries.allowed ? error : limited(tries.retryAfterMs);
  }
  request.clientAddress = address;
  if (credentials.assertion !== undefined) {
    request.clientAddress = assertedAddressOf(request);
    return authenticated;
  }
  const decision = await edge.rateLimiter.take(authenticated.principal, address);
  if (decision === undefined) return authenticated;
  reply.headers(rateHeaders(decision));
  if (!decision.allowed) throw limited(decision.retryAfterMs);
  request.leaveUnderWay = edge.underWay.enter(budgetOwner(authenticated.principal, address));
  whenClosed(reply.raw, request.leaveUnderWay);
  return authenticated;
}
