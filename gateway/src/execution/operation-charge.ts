import { HeaderMap } from '@apollo/server';
import type { Logger } from '@tributary/runtime';
import { limited, type RateLimiter, rateHeaders } from '../security/rate-limit.ts';
import { answerError, codedGraphQLError } from './answer-errors.ts';
import { RefusedOperation } from './refused-operation.ts';
import type { RequestScope } from './request-scope.ts';

/** Objects an operation may touch for one unit of the budget. */
const objectsPerUnit = 1_000;
/** Bytes an answer may have for one unit. */
const bytesPerUnit = 1024 * 1024;

/** Whose budget it is. */
type Payer = Pick<RequestScope, 'principal' | 'clientAddress'>;

export interface OperationCharge {
  /**
   * Takes what an operation costs beyond the one unit its request was charged at the door: a unit for every further 1,000 objects.
   * @returns the budget's fields, none where nothing was taken.
   * @throws RefusedOperation (429) when the budget does not hold it.
   */
  take(cost: number, payer: Payer): Promise<HeaderMap>;
  /** Takes a unit for every further megabyte of an answer, as far as the budget goes: how large one is shows when it is made. Never rejects. */
  takeForAnswer(sizeBytes: number, payer: Payer): Promise<void>;
}

/** What an operation takes of a budget beyond the unit of its request. */
export function unitsBeyondRequest(cost: number): number {
  return Math.max(0, Math.ceil(cost / objectsPerUnit) - 1);
}

export function createOperationCharge(rateLimiter: RateLimiter, log: Logger): OperationCharge {
  return {
    take: async (cost, { principal, clientAddress = '' }) => {
      const units = unitsBeyondRequest(cost);
      const decision = units < 1 ? undefined : await rateLimiter.take(principal, clientAddress, units);
      const headers = new HeaderMap();
      if (decision === undefined) return headers;
      for (const [name, value] of Object.entries(rateHeaders(decision))) headers.set(name, value);
      if (decision.allowed) return headers;
      const error = answerError(codedGraphQLError(limited(decision.retryAfterMs)), log);
      throw new RefusedOperation([error], 429, { headers });
    },
    takeForAnswer: async (sizeBytes, { principal, clientAddress = '' }) => {
      const units = Math.ceil(sizeBytes / bytesPerUnit) - 1;
      if (units < 1) return;
      const decision = await rateLimiter.take(principal, clientAddress, units);
      if (decision === undefined || decision.allowed || decision.remaining < 1) return;
      await rateLimiter.take(principal, clientAddress, decision.remaining);
    },
  };
}
