import { setTimeout as delay } from 'node:timers/promises';
import type { LongWriter, OutboxSource } from '@tributary/engines/outbox';
import type { Clock, Logger } from '@tributary/runtime';
import type { RelayMetrics } from './relay-metrics.ts';

/** Whose transaction writes for less is nobody's trouble. */
const longMs = 10_000;
const lookEveryMs = 5_000;
/** While it lasts it is told once in this time. */
const againMs = 60_000;

export interface LongWriterWatchDeps {
  readonly source: OutboxSource;
  readonly metrics: RelayMetrics;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Names who keeps the relay's looks slow, until `signal` aborts. Nobody's transaction is ended for it: only its owner knows what it is worth. */
export async function watchLongWriters(
  { source, metrics, logger, clock }: LongWriterWatchDeps,
  signal: AbortSignal,
): Promise<void> {
  const { store } = source;
  if (source.longWriter === undefined) return;
  let told: { readonly pid: number | undefined; readonly atMs: number } | undefined;
  while (!signal.aborted) {
    // A database that is away is told of by the pump, and has no figure.
    const writer: LongWriter | undefined | 'unknown' = await source.longWriter(longMs).catch(() => 'unknown');
    if (writer === 'unknown') metrics.longWriterSeconds.remove({ store });
    else metrics.longWriterSeconds.set({ store }, writer?.ageSeconds ?? 0);
    const nowMs = clock.monotonicMs();
    if (
      typeof writer === 'object' &&
      (told === undefined || told.pid !== writer.pid || nowMs - told.atMs >= againMs)
    ) {
      told = { pid: writer.pid, atMs: nowMs };
      const { pid, application, database, ageSeconds } = writer;
      logger.warn(
        { store, pid, application, database, ageSeconds: Math.round(ageSeconds) },
        'a transaction writes for long: until it ends the relay walks over all that it has taken since, and gets slower',
      );
    }
    if (writer === undefined) told = undefined;
    await delay(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
  metrics.longWriterSeconds.remove({ store });
}
