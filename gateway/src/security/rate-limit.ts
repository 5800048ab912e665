import type { WindowBudget } from '@tributary/engines/key-value';
import { InsuredWindows, type InsuredWindowsOptions } from '@tributary/engines/key-value/insured-windows';
import { addressBlock, CodedError } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';

export const windowMs = 60_000;

export interface RateDecision extends WindowBudget {
  readonly limit: number;
  /** Seconds until the whole budget is there again, at the latest. */
  readonly resetSeconds: number;
}

export interface RateLimiter {
  /**
   * Takes from the budget of a principal: one budget over HTTP, sockets and REST, whatever tokens it holds. A request is one unit when
   * it comes in; what an operation costs beyond that is taken before it runs. Nothing is taken when it does not fit.
   * Services are not limited (undefined), nor are runs of jobs, which their queue and time limit bound. Never rejects: while the key-value engine is away, this process counts by itself.
   */
  take(principal: Principal, address: string, units?: number): Promise<RateDecision | undefined>;
  /** Takes one try from the budget of an address that sent a credential which did not hold. */
  takeForAddress(address: string): Promise<RateDecision>;
}

export interface RateLimitOptions extends Omit<InsuredWindowsOptions, 'what'> {
  readonly requestsPerMinute: number;
}

export function createRateLimiter({ requestsPerMinute: limit, ...parts }: RateLimitOptions): RateLimiter {
  const windows = new InsuredWindows({ ...parts, what: 'rate limits' });
  const take = async (subject: string, units = 1): Promise<RateDecision> => {
    // What is larger than a whole budget would never fit.
    const request = { key: `rate:${subject}`, limit, windowMs, cost: Math.min(units, limit) };
    return decision(await windows.takeFromWindow(request), limit);
  };
  return {
    take: async (principal, address, units) =>
      hasBudget(principal) ? take(budgetOwner(principal, address), units) : undefined,
    takeForAddress: (address) => take(ownerOfAddress(address)),
  };
}

/** Services are not limited, nor are runs of jobs, which their queue and time limit bound. */
export function hasBudget({ kind, runId }: Principal): boolean {
  return kind !== 'service' && runId === undefined;
}

/** The budget is the user's or the key's own, over all workspaces, sessions and spellings of a token; strangers share their address's, or its network's. */
export function budgetOwner(principal: Principal, address: string): string {
  return principal.kind === 'anonymous' ? ownerOfAddress(address) : `${principal.kind}:${principal.id}`;
}

function ownerOfAddress(address: string): string {
  return `address:${addressBlock(address)}`;
}

function decision(budget: WindowBudget, limit: number): RateDecision {
  return {
    ...budget,
    limit,
    resetSeconds: Math.ceil((budget.allowed ? windowMs : budget.retryAfterMs) / 1000),
  };
}

/** @returns the refusal of whoever has used up the budget. */
export function limited(retryAfterMs: number): CodedError {
  const retryAfterSeconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return new CodedError('RATE_LIMITED', `That was too much in one minute; wait ${retryAfterSeconds} s.`, {
    details: { retryAfterSeconds },
  });
}

/** `RateLimit-*` fields (IETF draft-ietf-httpapi-ratelimit-headers) and, when refused, `Retry-After`. */
export function rateHeaders(decision: RateDecision): Record<string, string> {
  return {
    'ratelimit-limit': String(decision.limit),
    'ratelimit-remaining': String(Math.max(0, decision.remaining)),
    'ratelimit-reset': String(decision.resetSeconds),
    'ratelimit-policy': `${decision.limit};w=${windowMs / 1000}`,
    ...(decision.allowed
      ? {}
      : { 'retry-after': String(Math.max(1, Math.ceil(decision.retryAfterMs / 1000))) }),
  };
}
