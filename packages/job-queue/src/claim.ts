import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Relational, Sql } from '@tributary/engines/relational';
import { type Clock, newId } from '@tributary/runtime';
import type { ClaimedRun, RunSummary } from './run.ts';
import { eventFrame, stateEvents } from './run-events.ts';
import { claimLimitedSql, claimSql, lockQueueSql } from './sql/claim.ts';

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
  readonly spentAttempts: number;
  readonly maxAttempts: number;
  readonly backoffMs: number;
  readonly backoffMaxMs: number;
  readonly timeLimitMs: number;
  readonly depth: number;
};

export interface LimitedQueue {
  readonly workspaceId: string;
  readonly queue: string;
}

export interface Claimed {
  readonly runs: readonly ClaimedRun[];
  /** Queues with limits that have something to do, for the next claim: it asks them first. */
  readonly limitedQueues: readonly LimitedQueue[];
}

/** What a claim that finds nothing answers in its one row. */
type ClaimRow = { readonly limitedQueues: readonly LimitedQueue[] | null } & (
  | ClaimedRow
  | { readonly id: null }
);

/**
 * Leases up to `limit` runs, the highest priority first. Runs of queues without limits are one statement for all; each queue with limits is a
 * transaction of its own, which holds that queue's row. `known` are the queues with limits that the last claim saw: they come first, and those that are new
 * come last this time, so that neither kind takes all there is to take.
 */
export async function claimRuns(
  { relational, clock }: { readonly relational: Relational; readonly clock: Clock },
  known: readonly LimitedQueue[],
  options: ClaimOptions,
): Promise<Claimed> {
  const { jobs, limit, leaseMs, runner } = options;
  const claimed: ClaimedRun[] = [];
  const fromLimited = async (queues: readonly LimitedQueue[]): Promise<void> => {
    for (const queue of queues) {
      if (claimed.length >= limit) return;
      const part = { ...options, limit: limit - claimed.length };
      claimed.push(
        ...(await relational.transaction((tx) => claimLimited(tx, clock, { queue, options: part }))),
      );
    }
  };
  await fromLimited(known);
  // Without room left the statement still says which queues there are.
  const left = limit - claimed.length;
  const ids = Array.from({ length: left }, newId);
  const values = [jobs, left, leaseMs, runner, ids, ...eventFrame(clock)];
  const { rows } = await relational.query<ClaimRow>(claimSql, values, 'jobs_claim');
  const limitedQueues = rows[0]?.limitedQueues ?? [];
  claimed.push(...asRuns(rows.flatMap(({ limitedQueues: _, ...row }) => (row.id === null ? [] : [row]))));
  const seen = new Set(known.map(placeOf));
  await fromLimited(limitedQueues.filter((queue) => !seen.has(placeOf(queue))));
  return { runs: claimed, limitedQueues };
}

function placeOf({ workspaceId, queue }: LimitedQueue): string {
  return `${workspaceId} ${queue}`;
}

async function claimLimited(
  tx: Sql,
  clock: Clock,
  {
    queue: { workspaceId, queue },
    options,
  }: { readonly queue: LimitedQueue; readonly options: ClaimOptions },
): Promise<readonly ClaimedRun[]> {
  const { jobs, limit, leaseMs, runner } = options;
  const { rows } = await tx.query(lockQueueSql, [workspaceId, queue], 'jobs_lock_queue');
  if (rows.length === 0) return [];
  const values = [workspaceId, queue, jobs, limit, leaseMs, runner];
  const runs = asRuns((await tx.query<ClaimedRow>(claimLimitedSql, values, 'jobs_claim_limited')).rows);
  await writeOutbox(tx, stateEvents(runs, { clock }));
  return runs;
}

function asRuns(rows: readonly ClaimedRow[]): readonly ClaimedRun[] {
  return rows
    .map(({ token, maxAttempts, backoffMs, backoffMaxMs, ...run }) => ({
      ...run,
      lease: { workspaceId: run.workspaceId, id: run.id, token },
      retry: { maxAttempts, backoffMs, backoffMaxMs },
    }))
    .sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));
}
