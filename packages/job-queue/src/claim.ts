import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Relational, Sql } from '@tributary/engines/relational';
import { type Clock, newId } from '@tributary/runtime';
import { type LimitedQueue, nextRound, type QueueRound } from './queue-round.ts';
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

interface Claimed {
  readonly runs: readonly ClaimedRun[];
  /** What was seen of the queues with limits that have something to do, for the next claim: it asks them first. */
  readonly round: QueueRound;
}

/** What a claim that finds nothing answers in its one row. */
type ClaimRow = { readonly limitedQueues: readonly LimitedQueue[] | null } & (
  | ClaimedRow
  | { readonly id: null }
);

interface ClaimParts {
  readonly relational: Relational;
  readonly clock: Clock;
  /** A draw from [0, 1): who comes first. */
  readonly random: () => number;
}

/** Takes up to this many runs. */
type Taker = (most: number) => Promise<readonly ClaimedRun[]>;

/**
 * Leases up to `limit` runs. Workspaces take turns, and in each the highest priority comes first. Runs of queues without limits are one statement for all;
 * each queue with limits is a transaction of its own, which holds that queue's row. `before` has the queues with limits that the last claim saw: each
 * of their workspaces has a share beside all those without limits, in an order drawn by lot, and what is left goes to whoever has more. Queues that are
 * new come last this time.
 */
export async function claimRuns(
  parts: ClaimParts,
  before: QueueRound,
  options: ClaimOptions,
): Promise<Claimed> {
  const { queues: known } = before;
  const claimed: ClaimedRun[] = [];
  let round = before;
  const withoutLimits: Taker = async (most) => {
    const answer = await claimUnlimited(parts, before, { ...options, limit: most });
    ({ round } = answer);
    return answer.runs;
  };
  const takers = byLot([...limitedTakers(parts, known, options), withoutLimits], parts.random);
  const share = Math.ceil(options.limit / takers.length);
  const withMore: Taker[] = [];
  for (const take of takers) {
    const most = Math.min(share, options.limit - claimed.length);
    // Without room left the statement still says which queues there are.
    if (most === 0 && take !== withoutLimits) continue;
    const runs = await take(most);
    claimed.push(...runs);
    if (runs.length === most) withMore.push(take);
  }
  const seen = new Set(known.map(placeOf));
  const unseen = round.queues.filter((queue) => !seen.has(placeOf(queue)));
  for (const take of [...withMore, ...limitedTakers(parts, unseen, options)]) {
    if (claimed.length >= options.limit) break;
    claimed.push(...(await take(options.limit - claimed.length)));
  }
  return { runs: claimed, round };
}

async function claimUnlimited(
  { relational, clock }: ClaimParts,
  before: QueueRound,
  options: ClaimOptions,
): Promise<Claimed> {
  const { jobs, limit, leaseMs, runner } = options;
  const ids = Array.from({ length: limit }, newId);
  const within = [...before.within].map(([workspaceId, queue]) => ({ workspaceId, queue }));
  const places = [before.after, JSON.stringify(within)];
  const values = [jobs, limit, leaseMs, runner, ids, ...eventFrame(clock), ...places];
  const { rows } = await relational.query<ClaimRow>(claimSql, values, 'jobs_claim');
  return {
    runs: asRuns(rows.flatMap(({ limitedQueues: _, ...row }) => (row.id === null ? [] : [row]))),
    round: nextRound(before, rows[0]?.limitedQueues ?? []),
  };
}

/** One taker a workspace, which goes through its queues. */
function limitedTakers(
  { relational, clock }: ClaimParts,
  queues: readonly LimitedQueue[],
  options: ClaimOptions,
): readonly Taker[] {
  const workspaces = new Set(queues.map(({ workspaceId }) => workspaceId));
  return [...workspaces].map((workspaceId) => async (most) => {
    const claimed: ClaimedRun[] = [];
    for (const queue of queues.filter((one) => one.workspaceId === workspaceId)) {
      if (claimed.length >= most) break;
      const part = { ...options, limit: most - claimed.length };
      claimed.push(
        ...(await relational.transaction((tx) => claimLimited(tx, clock, { queue, options: part }))),
      );
    }
    return claimed;
  });
}

function byLot<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, lot: random() }))
    .sort((a, b) => a.lot - b.lot)
    .map(({ item }) => item);
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
