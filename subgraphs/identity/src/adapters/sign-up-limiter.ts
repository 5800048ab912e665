import type { Windows } from '@tributary/engines/key-value/insured-windows';
import { addressBlock, CodedError } from '@tributary/runtime';

const windowMs = 60_000;

export interface SignUpLimiter {
  /**
   * Counts one sign-up of a client address (its /64 in IPv6), whatever way it comes in: aliases and batches too. Without an address no client
   * caused it, and nothing is counted.
   * @throws CodedError RATE_LIMITED
   */
  count(clientAddress: string | undefined): Promise<void>;
}

export function createSignUpLimiter(windows: Windows, perMinute: number): SignUpLimiter {
  return {
    count: async (clientAddress) => {
      if (clientAddress === undefined) return;
      const key = `sign-up:address:${addressBlock(clientAddress)}`;
      const window = { key, limit: perMinute, windowMs, cost: 1 };
      const { allowed, retryAfterMs } = await windows.takeFromWindow(window);
      if (allowed) return;
      throw new CodedError('RATE_LIMITED', 'Too many sign-ups from this address; wait before the next.', {
        details: { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) },
      });
    },
  };
}
