import { setTimeout as delay } from 'node:timers/promises';
import type { OutboxSource } from '@tributary/engines/outbox';
import type { Clock, Logger } from '@tributary/runtime';
import type { RelayMetrics } from './relay-metrics.ts';

/** Twice this passes at most until writers are refused, or taken again. */
const countEveryMs = 1_000;
/** Counting what waits takes no more than this part of the database's time, while a count takes up to a tenth of a second. */
const shareOfTime = 1 / 20;
/** No longer than this, since a count may have taken long because its store was hardly there: what it said then would hold for minutes. */
const longestPauseMs = 2_000;
/** Refused until so much of the limit is free again, so that writers are not sent away and back with each batch. */
const takenAgainBelow = 0.9;

/** How many events may wait in each store before changes that can wait themselves are refused: some 200 MB of a database. */
export const defaultBacklogLimit = 200_000;

export interface BacklogWatchDeps {
  readonly source: OutboxSource;
  readonly metrics: RelayMetrics;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly limit: number;
}

/**
 * Counts what waits in one source until `signal` aborts, tells it to operators, and to writers when it is too much. Beside the pump, which an outage of the log holds
 * up. What cannot be counted has no figure: one of an earlier moment would look like one of now.
 */
export async function watchBacklog(deps: BacklogWatchDeps, signal: AbortSignal): Promise<void> {
  const { source, metrics, clock } = deps;
  const { store } = source;
  // What the leader before had told is not known.
  let full: boolean | undefined;
  while (!signal.aborted) {
    const begunMs = clock.monotonicMs();
    try {
      const { waiting, oldest } = await source.backlog(2 * deps.limit, signal);
      metrics.waiting.set({ store }, waiting);
      const ageMs = oldest === undefined ? 0 : Math.max(0, clock.now() - Date.parse(oldest));
      metrics.oldestSeconds.set({ store }, ageMs / 1_000);
      const isFull = waiting > deps.limit * (full === true ? takenAgainBelow : 1);
      if (signal.aborted) break;
      // Said each time: a database that crashed has forgotten it, and a leader that was stopped in front of this line may go on after another has led.
      await source.tellFull(isFull);
      // Whoever reads it may rely on what it says: writers were told before.
      metrics.full.set({ store }, isFull ? 1 : 0);
      if (isFull !== (full ?? false)) tell(deps, { isFull, waiting });
      full = isFull;
    } catch {
      // The pump reads the same store, and says that it is away.
      forget(deps);
    }
    const tookMs = clock.monotonicMs() - begunMs;
    const pauseMs = Math.min(longestPauseMs, Math.max(countEveryMs, tookMs / shareOfTime));
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }
  forget(deps);
}

function forget({ source: { store }, metrics }: BacklogWatchDeps): void {
  for (const gauge of [metrics.waiting, metrics.oldestSeconds, metrics.full]) gauge.remove({ store });
}

function tell(
  { logger, source: { store }, limit }: BacklogWatchDeps,
  { isFull, waiting }: { readonly isFull: boolean; readonly waiting: number },
): void {
  const fields = { store, waiting, limit };
  if (isFull)
    logger.error(fields, 'too many events wait for the log: changes are refused until it has caught up');
  else logger.warn(fields, 'the log has caught up: changes are taken again');
}
