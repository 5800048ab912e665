import { setTimeout as delay } from 'node:timers/promises';

const againAfterMs = 100;
/** A broker answers seconds before it has the topics in which it keeps the positions of groups; on a busy machine, many. */
const triedForMs = 20_000;

/**
 * Repeats what a broker refuses for a moment: it starts, leaders and coordinators move. No try begins after 20 seconds, or once `signal` says that nobody waits any more; each
 * takes as long as its own answers do.
 * @throws the last refusal, and at once what `isPassing` says no to
 */
export async function patiently<Answer>(
  isPassing: (error: unknown) => boolean,
  work: () => Promise<Answer>,
  signal?: AbortSignal,
): Promise<Answer> {
  const lastTryMs = performance.now() + triedForMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || performance.now() >= lastTryMs || signal?.aborted === true) throw error;
      await delay(againAfterMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
