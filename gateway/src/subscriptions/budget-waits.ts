import { CodedError } from '@tributary/runtime';
import { RefusedOperation } from '../execution/refused-operation.ts';
import type { OperationMessage } from './client-message.ts';
import { pause } from './event-execution.ts';

/** Whoever comes back with a cursor waits for a whole window of the budget, and a little more. */
const tries = 35;
/** Others of the same user may take what comes free: it is asked for again and again. */
const askEveryMs = 2_000;
/** What waits holds its message, of 64 KB at most. */
const mostWaiting = 500;

/** Where subscriptions that go on from a cursor wait for budget: who is refused with an error is forgotten by stock clients, and misses all that comes later. */
export class BudgetWaits {
  #waiting = 0;

  /**
   * Does `take`, and does it again where the budget does not hold it, until `gone` is aborted. The refusal of one that was refused started nothing.
   * @throws what `take` throws, and its RATE_LIMITED after a minute, or at once where too many wait
   */
  async patiently<Value>(take: () => Promise<Value>, gone: AbortSignal): Promise<Value> {
    try {
      return await take();
    } catch (error) {
      if (!isRateLimited(error) || this.#waiting >= mostWaiting) throw error;
    }
    this.#waiting += 1;
    try {
      for (let left = tries; ; left -= 1) {
        await pause(askEveryMs, gone);
        try {
          return await take();
        } catch (error) {
          if (!isRateLimited(error) || left === 0 || gone.aborted) throw error;
        }
      }
    } finally {
      this.#waiting -= 1;
    }
  }
}

/** A subscription that goes on: clients bring a cursor beside the operation, as a browser repeats it, or as the variable that is called like the argument. Told before anything is parsed. */
export function resumesByCursor({ query, after, lastSeen, variables }: OperationMessage): boolean {
  const given = after ?? lastSeen ?? variables['after'] ?? undefined;
  return given !== undefined && /\bsubscription\b/.test(query);
}

export function isRateLimited(error: unknown): boolean {
  if (error instanceof CodedError) return error.code === 'RATE_LIMITED';
  return (
    error instanceof RefusedOperation &&
    error.errors.some(({ extensions }) => extensions?.['code'] === 'RATE_LIMITED')
  );
}
