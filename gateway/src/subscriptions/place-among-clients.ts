import type { IncomingMessage } from 'node:http';
import type { Principal } from '@tributary/subgraph-kit';
import { budgetOwner } from '../security/rate-limit.ts';
import type { SharedByClients } from './shared-by-clients.ts';

/** A place among the sockets and streams that one user, or one address without a user, may have. */
export interface Place {
  /** Whose it is. */
  readonly owner: string;
  /** Gives it back, once. */
  leave(): void;
}

/** Takes a place; undefined when its owner has all it may have. */
export function takePlace(
  { limits, counts, doors }: SharedByClients,
  principal: Principal,
  request: IncomingMessage,
): Place | undefined {
  const { socketsPerAnonymousAddress, socketsPerUser } = limits;
  const owner = budgetOwner(principal, doors.addressOf(request));
  const limit = principal.kind === 'anonymous' ? socketsPerAnonymousAddress : socketsPerUser;
  return counts.enter(owner, limit) ? { owner, leave: () => counts.leave(owner) } : undefined;
}
