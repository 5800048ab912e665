import type { RetryPolicy } from './run.ts';

export const defaultRetry: RetryPolicy = { maxAttempts: 3, backoffMs: 1_000, backoffMaxMs: 10 * 60_000 };

/**
 * Milliseconds to wait after attempt `attempt` (from 1) failed: exponential backoff with full jitter, a uniform draw from zero to the
 * ceiling, which spreads many failures of one cause best (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 * @param random a draw from [0, 1)
 */
export function retryDelayMs(policy: RetryPolicy, attempt: number, random: number): number {
  return Math.floor(random * retryCeilingMs(policy, attempt));
}

/** The longest wait possible after this attempt. */
export function retryCeilingMs({ backoffMs, backoffMaxMs }: RetryPolicy, attempt: number): number {
  return Math.min(backoffMaxMs, backoffMs * 2 ** Math.min(attempt - 1, 40));
}
