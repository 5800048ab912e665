import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticated } from '../security/access-token.ts';
import { rightsEnded } from '../security/authenticate.ts';
import { budgetOwner, limited, rateHeaders } from '../security/rate-limit.ts';
import { clientAddress } from './client-address.ts';
import type { Edge } from './edge.ts';
import { assertedAddressOf, credentialsOf, isOurs } from './request-identity.ts';
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
  const tries = edge.triesOf(address);
  let authenticated: Authenticated;
  try {
    authenticated = await edge.authenticator.authenticate(credentials, tries);
  } catch (error) {
    const taken = await tries.takenFor(error);
    if (taken !== undefined) reply.headers(rateHeaders(taken));
    throw taken?.allowed === false ? limited(taken.retryAfterMs) : error;
  }
  request.clientAddress = address;
  if (credentials.assertion !== undefined) {
    request.clientAddress = assertedAddressOf(request);
    return authenticated;
  }
  const { principal } = authenticated;
  // Strangers' budget is their address's: where a try was taken of it, that was their request.
  const decision = await ((principal.kind === 'anonymous' ? tries.taken : undefined) ??
    edge.rateLimiter.take(principal, address));
  if (decision === undefined) return authenticated;
  reply.headers(rateHeaders(decision));
  if (!decision.allowed) throw limited(decision.retryAfterMs);
  const owner = budgetOwner(principal, address);
  const leave = edge.underWay.enter(owner);
  // Bodies that are read while they arrive have their door's own limits.
  const isStreamed = request.routeOptions.config.streams === true;
  request.leaveUnderWay = isStreamed ? leave : edge.arrivals.enter(request.raw, owner, leave);
  whenClosed(reply.raw, request.leaveUnderWay);
  return authenticated;
}

/**
 * For what is done when the body has come, half a minute after the entry at most: rights that ended meanwhile end it too. Calls of our own processes stand for
 * what was looked at where they came in.
 * @throws CodedError UNAUTHENTICATED
 */
export function refuseEndedRights({ revocations }: Pick<Edge, 'revocations'>, request: FastifyRequest): void {
  const { authenticated } = request;
  if (authenticated === undefined || isOurs(request)) return;
  if (revocations.isRevoked(authenticated.principal)) throw rightsEnded();
}
