import type { Relational } from '@tributary/engines/relational';
import { deleteInBatches } from '@tributary/engines/relational/delete-in-batches';
import { type Clock, type Logger, startRepeating } from '@tributary/runtime';

const everyMs = 3_600_000;
/** Ended sessions stay this long, for whoever looks into a misuse; the audit log keeps the facts. */
const keptMs = 30 * 86_400_000;
const batch = 1_000;

export interface SessionRemovalDeps {
  readonly relational: Relational;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Removes sessions a month after their end, and refresh tokens that have expired. */
export async function removeExpiredSessions({
  relational,
  clock,
}: Omit<SessionRemovalDeps, 'log'>): Promise<number> {
  const now = clock.now();
  const sessions = await deleteInBatches(
    relational,
    `DELETE FROM identity.session WHERE id IN
       (SELECT id FROM identity.session WHERE least(ended_at, expires_at) < $1 LIMIT $2)`,
    { before: new Date(now - keptMs), batch },
  );
  const tokens = await deleteInBatches(
    relational,
    `DELETE FROM identity.refresh_token WHERE hash IN
       (SELECT hash FROM identity.refresh_token WHERE expires_at < $1 LIMIT $2)`,
    { before: new Date(now), batch },
  );
  return sessions + tokens;
}

/** Does so each hour until disposed. Any number of processes may. */
export function startSessionRemoval(deps: SessionRemovalDeps): AsyncDisposable {
  const { log } = deps;
  return startRepeating({
    everyMs,
    work: async () => {
      const count = await removeExpiredSessions(deps);
      if (count > 0) log.info({ count }, 'expired sessions and tokens were removed');
    },
    failed: (err) => log.warn({ err }, 'expired sessions stay until the next try'),
  });
}
