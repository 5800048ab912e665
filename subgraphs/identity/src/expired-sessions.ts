import type { Relational } from '@tributary/engines/relational';
import type { Clock, Logger } from '@tributary/runtime';

const everyMs = 3_600_000;
/** Ended sessions stay this long, for whoever looks into a misuse; the audit log keeps the facts. */
const keptMs = 30 * 86_400_000;
const batch = 1_000;

export interface SessionRemovalDeps {
  readonly relational: Relational;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Removes sessions a month after their end, and refresh tokens that have expired; in batches, so that no lock is held for long. */
export async function removeExpiredSessions({
  relational,
  clock,
}: Omit<SessionRemovalDeps, 'log'>): Promise<number> {
  const now = clock.now();
  const inBatches = async (statement: string, before: Date): Promise<number> => {
    let removed = 0;
    for (;;) {
      const { rowCount } = await relational.query(statement, [before, batch]);
      removed += rowCount;
      if (rowCount < batch) return removed;
    }
  };
  const sessions = await inBatches(
    `DELETE FROM identity.session WHERE id IN
       (SELECT id FROM identity.session WHERE least(ended_at, expires_at) < $1 LIMIT $2)`,
    new Date(now - keptMs),
  );
  const tokens = await inBatches(
    `DELETE FROM identity.refresh_token WHERE hash IN
       (SELECT hash FROM identity.refresh_token WHERE expires_at < $1 LIMIT $2)`,
    new Date(now),
  );
  return sessions + tokens;
}

/** Does so each hour until disposed. Any number of processes may. */
export function startSessionRemoval(deps: SessionRemovalDeps): AsyncDisposable {
  const { log } = deps;
  let running: Promise<void> | undefined;
  const remove = async (): Promise<void> => {
    try {
      const count = await removeExpiredSessions(deps);
      if (count > 0) log.info({ count }, 'expired sessions and tokens were removed');
    } catch (err) {
      log.warn({ err }, 'expired sessions stay until the next try');
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
