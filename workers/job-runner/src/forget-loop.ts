import { setTimeout as delay } from 'node:timers/promises';
import type { JobQueue } from '@tributary/job-queue';
import type { Clock, Logger } from '@tributary/runtime';

export interface ForgetParts {
  readonly queue: Pick<JobQueue, 'forget'>;
  readonly clock: Clock;
  readonly log: Logger;
}

const forgetEveryMs = 10 * 60_000;
const lookEveryMs = 500;

/** Every ten minutes removes all that is older than its retention, until stopped. */
export async function forgetLoop(parts: ForgetParts, signal: AbortSignal): Promise<void> {
  const { clock, log } = parts;
  let forgottenAtMs = clock.monotonicMs();
  while (!signal.aborted) {
    if (clock.monotonicMs() - forgottenAtMs > forgetEveryMs) {
      forgottenAtMs = clock.monotonicMs();
      await forgetAll(parts, signal).catch((err: unknown) =>
        log.warn({ err }, 'old runs could not be removed; trying again'),
      );
    }
    await delay(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

/** As many batches as there are: what ends in ten minutes under load is millions. Half of the time is left to others. */
async function forgetAll({ queue, clock }: ForgetParts, signal: AbortSignal): Promise<void> {
  for (let hasMore = true; hasMore && !signal.aborted; ) {
    const beganAtMs = clock.monotonicMs();
    ({ hasMore } = await queue.forget());
    await delay(clock.monotonicMs() - beganAtMs, undefined, { signal }).catch(() => undefined);
  }
}
