import type { EventLog } from '@tributary/engines/event-log';
import type { OutboxSource } from '@tributary/engines/outbox';
import type { Relational, RelationalLock } from '@tributary/engines/relational';
import type { Clock, Logger, Registry } from '@tributary/runtime';
import { defaultBacklogLimit, watchBacklog } from './backlog-watch.ts';
import { leadWhileElected } from './leadership.ts';
import { watchLongWriters } from './long-writer-watch.ts';
import { createRelayMetrics } from './relay-metrics.ts';
import { SourcePump } from './source-pump.ts';

/** 'rlay' in ASCII: the advisory lock of the one relay that works. */
const relayLockKey = 0x726c6179;
/** With what the next one waits between asking, a hand-over within two seconds; also from a process that was stopped and keeps its connection. */
const silentForMs = 1_200;

/** The lock of the one relay that works, in a database that all relays share. */
export function relayLock(
  relational: Pick<Relational, 'tryLock'>,
): () => Promise<RelationalLock | undefined> {
  return () => relational.tryLock(relayLockKey, { silentForMs });
}

export interface RelayOptions {
  readonly sources: readonly OutboxSource[];
  /** Its topics are declared already. */
  readonly log: EventLog;
  /** `relayLock(relational)` */
  readonly lock: () => Promise<RelationalLock | undefined>;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly clock: Clock;
  /** How many events may wait in each store before changes that can wait themselves are refused; `defaultBacklogLimit` when absent. */
  readonly backlogLimit?: number;
}

/**
 * Moves committed events to the log, as long as no other relay does. An engine that is away is waited for; nothing is dropped.
 * Disposing ends it after the running batch, and lets the next relay lead at once.
 */
export function startRelay(options: RelayOptions): AsyncDisposable {
  const { log, logger, clock, backlogLimit: limit = defaultBacklogLimit } = options;
  const metrics = createRelayMetrics(options.metrics);
  const stopping = new AbortController();
  // An embedded document store keeps its events in the relational database's outbox.
  const sources = [...new Map(options.sources.map((source) => [source.place, source])).values()];
  const pumps = sources.map((source) => new SourcePump({ source, log, logger, metrics, clock }));
  const running = leadWhileElected(
    (signal) =>
      allOrNone(signal, (term) => [
        ...pumps.map((pump) => pump.run(term)),
        ...sources.map((source) => watchBacklog({ source, metrics, logger, clock, limit }, term)),
        ...sources.map((source) => watchLongWriters({ source, metrics, logger, clock }, term)),
      ]),
    stopping.signal,
    { tryLock: options.lock, logger, onLeading: (leading) => metrics.leading.set(leading ? 1 : 0) },
  );
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Ends all of them with the first that fails, and settles when the last has: whoever is still at work holds the lock. @throws what the first failed with */
async function allOrNone(
  signal: AbortSignal,
  start: (term: AbortSignal) => readonly Promise<void>[],
): Promise<void> {
  const failing = new AbortController();
  const works = start(AbortSignal.any([signal, failing.signal]));
  const outcomes = await Promise.allSettled(
    works.map((work) =>
      work.catch((error: unknown) => {
        failing.abort();
        throw error;
      }),
    ),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
