import type { Relational } from '@tributary/engines/relational';
import type { Clock, Logger } from '@tributary/runtime';

const everyMs = 3_600_000;
/** Long enough to compare a month with the same of last year. */
const keptMs = 400 * 86_400_000;
const batch = 5_000;

export interface EventRemovalDeps {
  readonly relational: Relational;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Removes tracked events after 400 days, in batches, so that no lock is held for long. Answers how many. */
export async function removeOldEvents({ relational, clock }: Omit<EventRemovalDeps, 'log'>): Promise<number> {
  const before = new Date(clock.now() - keptMs);
  for (let removed = 0; ; ) {
    const { rowCount } = await relational.query(
      'DELETE FROM analytics.event WHERE ctid = ANY(ARRAY(SELECT ctid FROM analytics.event WHERE "time" < $1 LIMIT $2))',
      [before, batch],
    );
    removed += rowCount;
    if (rowCount < batch) return removed;
  }
}

/** Does so each hour until disposed. Any number of processes may. */
export function startEventRemoval(deps: EventRemovalDeps): AsyncDisposable {
  const { log } = deps;
  let running: Promise<void> | undefined;
  const remove = async (): Promise<void> => {
    try {
      const count = await removeOldEvents(deps);
      if (count > 0) log.info({ count }, 'old tracked events were removed');
    } catch (err) {
      log.warn({ err }, 'old tracked events stay until the next try');
    }
    running = undefined;
  };
  const timer = setInterval(() => {
    running ??= remove();
  }, everyMs);
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
