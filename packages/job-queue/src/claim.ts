import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Relational, Sql } from '@tributary/engines/relational';
import type { Clock } from '@tributary/runtime';
import type { ClaimedRun, RunSummary } from './run.ts';
import { stateEvents } from './run-events.ts';
import { claimLimitedSql, claimSql, limitedQueuesSql, lockQueueSql } from './sql/claim.ts';

export interface ClaimOptions {
  /** The jobs the runner knows. */
  readonly jobs: readonly string[];
  readonly limit: number;
  readonly leaseMs: number;
  /** Names the runner in the run. */
  readonly runner: string;
}

type ClaimedRow = RunSummary & {
  readonly token: number;
  readonly input: unknown;
  readonly checkpoint: unknown;
  readonly maxAttempts: number;
  readonly backoffMs: number;
  readonly backoffMaxMs: number;
  readonly timeLimitMs: number;
  readonly depth: number;
};

/**
 * Leases up to `limit` runs, the highest priority first. Runs of queues without limits are one statement; each queue with limits
 * is a transaction of its own, which holds that queue's row.
 */
export async function claimRuns(
  relational: Relational,
  clock: Clock,
  options: ClaimOptions,
): Promise<readonly ClaimedRun[]> {
  const { jobs, limit, leaseMs, runner } = options;
  const { rows: queues } = await relational.query<{ workspaceId: string; queue: string }>(
    limitedQueuesSql,
    [],
    'jobs_limited_queues',
  );
  const claimed: ClaimedRun[] = [];
  for (const { workspaceId, queue } of queues) {
    if (claimed.length >= limit) return claimed;
    const left = limit - claimed.length;
    const part = await relational.transaction(async (tx) => {
      const { rows } = await tx.query(lockQueueSql, [workspaceId, queue], 'jobs_lock_queue');
      if (rows.length === 0) return [];
      const values = [workspaceId, queue, jobs, left, leaseMs, runner];
      return started(tx, clock, await tx.query<ClaimedRow>(claimLimitedSql, values, 'jobs_claim_limited'));
    });
    claimed.push(...part);
  }
  if (claimed.length >= limit) return claimed;
  const values = [jobs, limit - claimed.length, leaseMs, runner];
  const free = await relational.transaction(async (tx) =>
    started(tx, clock, await tx.query<ClaimedRow>(claimSql, values, 'jobs_claim')),
  );
  return [...claimed, ...free];
}

async function started(
  tx: Sql,
  clock: Clock,
  { rows }: { readonly rows: readonly ClaimedRow[] },
): Promise<readonly ClaimedRun[]> {
  await writeOutbox(tx, stateEvents(rows, { clock }));
  return rows
    .map(({ token, maxAttempts, backoffMs, backoffMaxMs, ...run }) => ({
      ...run,
      lease: { workspaceId: run.workspaceId, id: run.id, token },
      retry: { maxAttempts, backoffMs, backoffMaxMs },
    }))
    .sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));
}
