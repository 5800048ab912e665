import { createHash } from 'node:crypto';
import type { Windows } from '@tributary/engines/key-value/insured-windows';
import { addressBlock, CodedError } from '@tributary/runtime';

const windowMs = 15 * 60_000;
/** Failures allowed within the window. The pair is tight; the account is looser, so that a stranger cannot lock its owner out at once. */
const limits = { pair: 10, account: 50, address: 100 } as const;

/** Attempts on one account that may wait for their turn in a process. */
const maxWaiting = 50;

export interface Attempted {
  readonly account: string;
  readonly clientAddress: string | undefined;
  /** Told of a wrong credential, with the failures on the account in the last 15 minutes, this one included. */
  readonly onFailure?: (failures: number) => void;
}

export interface SignInLimiter {
  /**
   * Runs one attempt against `account`, which answers whether the credential was right. Failures are counted by account and client
   * address (its /64 in IPv6), inside the resolver: aliases, batches and other doors come by here too. Attempts on one account run one after the
   * other in a process, so that parallel guesses cannot pass before the first is counted.
   * @throws CodedError RATE_LIMITED or OVERLOADED, whether or not the account exists.
   */
  attempt<Result>(
    attempted: Attempted,
    work: () => Promise<{ readonly right: boolean; readonly result: Result }>,
  ): Promise<Result>;
}

export function createSignInLimiter(windows: Windows): SignInLimiter {
  const lastOf = new Map<string, Promise<unknown>>();
  const waitingFor = new Map<string, number>();
  const oneByOne = async <Result>(account: string, work: () => Promise<Result>): Promise<Result> => {
    const waiting = waitingFor.get(account) ?? 0;
    if (waiting >= maxWaiting)
      throw new CodedError('OVERLOADED', 'Too many attempts on this account at once.', {
        details: { retryAfterSeconds: 5 },
      });
    waitingFor.set(account, waiting + 1);
    const turn = (lastOf.get(account) ?? Promise.resolve()).then(work, work);
    lastOf.set(account, turn);
    try {
      return await turn;
    } finally {
      if (lastOf.get(account) === turn) lastOf.delete(account);
      const left = (waitingFor.get(account) ?? 1) - 1;
      if (left === 0) waitingFor.delete(account);
      else waitingFor.set(account, left);
    }
  };
  return {
    attempt: (attempted, work) => {
      const failures = windowsOf(attempted);
      return oneByOne(attempted.account, async () => {
        for (const window of failures) await refuseWhenFull(windows, window);
        const { right, result } = await work();
        if (!right)
          for (const window of failures) {
            const { remaining } = await windows.takeFromWindow({ ...window, windowMs, cost: 1 });
            if (window.isOfAccount) attempted.onFailure?.(window.limit - remaining);
          }
        return result;
      });
    },
  };
}

type FailureWindow = { readonly key: string; readonly limit: number; readonly isOfAccount?: boolean };

function windowsOf({ account, clientAddress }: Attempted): readonly FailureWindow[] {
  // Addresses of people stay out of the key-value store.
  const name = createHash('sha256').update(account).digest('base64url');
  const byAccount = { key: `sign-in:account:${name}`, limit: limits.account, isOfAccount: true };
  if (clientAddress === undefined) return [{ ...byAccount, limit: limits.pair }];
  const from = addressBlock(clientAddress);
  return [
    // First: an address that is full leaves nothing behind for the addresses of mail it makes up.
    { key: `sign-in:address:${from}`, limit: limits.address },
    { key: `sign-in:pair:${name}:${from}`, limit: limits.pair },
    byAccount,
  ];
}

/** Asking for nothing tells what is left. */
async function refuseWhenFull(windows: Windows, window: FailureWindow): Promise<void> {
  const { remaining } = await windows.takeFromWindow({ ...window, windowMs, cost: 0 });
  if (remaining > 0) return;
  throw new CodedError('RATE_LIMITED', 'Too many failed attempts; wait before you try again.', {
    details: { retryAfterSeconds: windowMs / 1000 },
  });
}
