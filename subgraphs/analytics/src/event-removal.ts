import type { Relational } from '@tributary/engines/relational';
import { deleteInBatches } from '@tributary/engines/relational/delete-in-batches';
import { type Clock, type Logger, startRepeating } from '@tributary/runtime';

const everyMs = 3_600_000;
/** Long enough to compare a month with the same of last year. */
const keptMs = 400 * 86_400_000;
const batch = 5_000;

export interface EventRemovalDeps {
  readonly relational: Relational;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Removes tracked events after 400 days. Answers how many. */
export function removeOldEvents({ relational, clock }: Omit<EventRemovalDeps, 'log'>): Promise<number> {
  return deleteInBatches(
    relational,
    'DELETE FROM analytics.event WHERE ctid = ANY(ARRAY(SELECT ctid FROM analytics.event WHERE "time" < $1 LIMIT $2))',
    { before: new Date(clock.now() - keptMs), batch },
  );
}

/** Does so each hour until disposed. Any number of processes may. */
export function startEventRemoval(deps: EventRemovalDeps): AsyncDisposable {
  const { log } = deps;
  return startRepeating({
    everyMs,
    work: async () => {
      const count = await removeOldEvents(deps);
      if (count > 0) log.info({ count }, 'old tracked events were removed');
    },
    failed: (err) => log.warn({ err }, 'old tracked events stay until the next try'),
  });
}
