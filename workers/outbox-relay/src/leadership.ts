import { setTimeout as delay } from 'node:timers/promises';
import type { RelationalLock } from '@tributary/engines/relational';
import { type Logger, tellTrouble } from '@tributary/runtime';

/** A candidate asks this often: the hand-over after a leader's death takes no longer than its connection's end plus this. */
const askEveryMs = 500;
const longestWaitMs = 1_500;

export interface LeadershipOptions {
  readonly tryLock: () => Promise<RelationalLock | undefined>;
  readonly logger: Logger;
  readonly onLeading: (leading: boolean) => void;
}

/**
 * Runs `lead` whenever this process holds the lock, one process at a time. The signal `lead` gets aborts when the lock is lost or `stop`
 * aborts; it then has to return soon.
 */
export async function leadWhileElected(
  lead: (signal: AbortSignal) => Promise<void>,
  stop: AbortSignal,
  options: LeadershipOptions,
): Promise<void> {
  let failures = 0;
  const onTrouble = tellTrouble({
    log: options.logger,
    message: 'the relay cannot lead; trying again',
    over: 'the relay can lead again',
  });
  while (!stop.aborted) {
    try {
      const lock = await options.tryLock();
      if (lock !== undefined) await leadOnce(lock, lead, stop, options);
      failures = 0;
    } catch (err) {
      failures += 1;
      onTrouble(err);
    }
    const waitMs =
      Math.min(longestWaitMs, askEveryMs * 2 ** Math.max(0, failures - 1)) * (0.75 + Math.random() / 4);
    await delay(waitMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

async function leadOnce(
  lock: RelationalLock,
  lead: (signal: AbortSignal) => Promise<void>,
  stop: AbortSignal,
  options: LeadershipOptions,
): Promise<void> {
  options.onLeading(true);
  options.logger.info({}, 'this relay leads');
  try {
    await lead(AbortSignal.any([stop, lock.lost]));
  } finally {
    options.onLeading(false);
    await lock[Symbol.asyncDispose]();
  }
}
