import type { Clock, Logger } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { principalKey } from './idempotency-key.ts';

/** Calls of one principal on one route on one day (UTC, `2026-11-22`). */
export interface UsageEntry {
  readonly principal: string;
  readonly route: string;
  readonly day: string;
  calls: number;
  errors: number;
}

/** Where counts are kept. Adding is one statement: all of a batch or nothing of it. */
export interface UsageSink {
  add(entries: readonly UsageEntry[]): Promise<void>;
}

export interface UsageCounter extends AsyncDisposable {
  /** Never waits and never throws. */
  count(principal: Principal, route: string, failed: boolean): void;
  /** Writes what was counted. @throws what the sink throws, after putting the counts back. */
  flush(): Promise<void>;
}

const flushMs = 1_000;
/** More distinct lines than a second can bring; what is above, while the database is away, is dropped and said in the log. */
const entryLimit = 10_000;

/** Counts in memory and writes once a second and when closed: a crash loses the last second of counts, a request waits for none. */
export function usageCounter(deps: {
  readonly sink: UsageSink;
  readonly clock: Clock;
  readonly log: Logger;
}): UsageCounter {
  let pending = new Map<string, UsageEntry>();
  let timer: NodeJS.Timeout | undefined;
  let dropped = 0;

  const schedule = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      flush().catch((err: unknown) => {
        deps.log.warn({ err, count: pending.size }, 'usage could not be written; it is tried again');
        schedule();
      });
    }, flushMs).unref();
  };

  const add = ({ calls, errors, ...line }: UsageEntry): void => {
    const key = `${line.day} ${line.principal} ${line.route}`;
    const entry = pending.get(key);
    if (entry !== undefined) {
      entry.calls += calls;
      entry.errors += errors;
    } else if (pending.size < entryLimit) pending.set(key, { ...line, calls, errors });
    else dropped += calls;
  };

  const flush = async (): Promise<void> => {
    if (dropped > 0) deps.log.warn({ count: dropped }, 'usage counts were dropped');
    dropped = 0;
    if (pending.size === 0) return;
    const batch = pending;
    pending = new Map();
    try {
      await deps.sink.add([...batch.values()]);
    } catch (failure) {
      for (const entry of batch.values()) add(entry);
      throw failure;
    }
  };

  return {
    count: (principal, route, failed) => {
      const day = new Date(deps.clock.now()).toISOString().slice(0, 10);
      add({ principal: principalKey(principal), route, day, calls: 1, errors: failed ? 1 : 0 });
      schedule();
    },
    flush,
    [Symbol.asyncDispose]: async () => {
      clearTimeout(timer);
      await flush();
    },
  };
}
