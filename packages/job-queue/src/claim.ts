import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Relational } from '@tributary/engines/relational';
import { type Clock, type Logger, newId } from '@tributary/runtime';
import type { KeyRounds } from './key-rounds.ts';
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
  readonly mayBeCancelled: boolean;
};

/** A run as it was taken, before it is known whether a cancel that is under way is to reach it. */
export type TakenRun = ClaimedRun & {
  /** A cancel of a large family is under way in its workspace. */
  readonly mayBeCancelled: boolean;
};

interface Claimed {
  readonly runs: readonly TakenRun[];
  /** What was seen of the queues with limits that have something to do, for the next claim: it asks them first. */
  readonly round: QueueRound;
}

/** A claim that finds nothing answers one row without a run. */
type ClaimRow<Seen> = Seen & (ClaimedRow | { readonly id: null });
type QueuesRow = ClaimRow<{ readonly limitedQueues: readonly LimitedQueue[] | null }>;
type KeysRow = ClaimRow<{ readonly lastKey: string | null }>;

interface ClaimParts {
  readonly relational: Relational;
  readonly clock: Clock;
  readonly log: Logger;
  /** A draw from [0, 1): who comes first. */
  readonly random: () => number;
  readonly keys: KeyRounds;
}

/** Takes up to this many runs, and puts each down once it is leased; answers how many. */
type Taker = (most: number, into: TakenRun[]) => Promise<number>;

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
  const claimed: TakenRun[] = [];
  let round = before;
  const withoutLimits: Taker = async (most, into) => {
    const answer = await claimUnlimited(parts, before, { ...options, limit: most });
    ({ round } = answer);
    into.push(...answer.runs);
    return answer.runs.length;
  };
  const takers = byLot([...limitedTakers(parts, known, options), withoutLimits], parts.random);
  const share = Math.ceil(options.limit / takers.length);
  const withMore: Taker[] = [];
  try {
    for (const take of takers) {
      const most = Math.min(share, options.limit - claimed.length);
      // Without room left the statement still says which queues there are.
      if (most === 0 && take !== withoutLimits) continue;
      if ((await take(most, claimed)) === most) withMore.push(take);
    }
    const seen = new Set(known.map(placeOf));
    const unseen = round.queues.filter((queue) => !seen.has(placeOf(queue)));
    for (const take of [...withMore, ...limitedTakers(parts, unseen, options)]) {
      if (claimed.length >= options.limit) break;
      await take(options.limit - claimed.length, claimed);
    }
  } catch (err) {
    // What is leased already is nobody else's until its lease ends: it is worked on, and the next claim meets the fault again.
    if (claimed.length === 0) throw err;
    parts.log.warn({ err }, 'some runs could not be claimed; those that were are worked on');
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
  const { rows } = await relational.query<QueuesRow>(claimSql, values, 'jobs_claim');
  return {
    runs: asRuns(rows.flatMap(({ limitedQueues: _, ...row }) => (row.id === null ? [] : [row]))),
    round: nextRound(before, rows[0]?.limitedQueues ?? []),
  };
}

/** One taker a workspace, which goes through its queues. */
function limitedTakers(
  parts: ClaimParts,
  queues: readonly LimitedQueue[],
  options: ClaimOptions,
): readonly Taker[] {
  const workspaces = new Set(queues.map(({ workspaceId }) => workspaceId));
  return [...workspaces].map((workspaceId) => async (most, into) => {
    let taken = 0;
    for (const queue of queues.filter((one) => one.workspaceId === workspaceId)) {
      if (taken >= most) break;
      const runs = await claimLimited(parts, queue, { ...options, limit: most - taken });
      into.push(...runs);
      taken += runs.length;
    }
    return taken;
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
  { relational, clock, keys }: ClaimParts,
  place: LimitedQueue,
  options: ClaimOptions,
): Promise<readonly TakenRun[]> {
  const { workspaceId, queue } = place;
  const { jobs, limit, leaseMs, runner } = options;
  const answer = await relational.transaction(async (tx) => {
    const { rows: held } = await tx.query(lockQueueSql, [workspaceId, queue], 'jobs_lock_queue');
    if (held.length === 0) return undefined;
    const values = [workspaceId, queue, jobs, limit, leaseMs, runner, keys.after(place, jobs)];
    const { rows } = await tx.query<KeysRow>(claimLimitedSql, values, 'jobs_claim_limited');
    const runs = asRuns(rows.flatMap(({ lastKey: _, ...row }) => (row.id === null ? [] : [row])));
    await writeOutbox(tx, stateEvents(runs, { clock }));
    return { runs, lastKey: rows[0]?.lastKey ?? null };
  });
  if (answer === undefined) return [];
  keys.note(place, jobs, answer.lastKey);
  return answer.runs;
}

function asRuns(rows: readonly ClaimedRow[]): readonly TakenRun[] {
  return rows
    .map(({ token, maxAttempts, backoffMs, backoffMaxMs, ...run }) => ({
      ...run,
      lease: { workspaceId: run.workspaceId, id: run.id, token },
      retry: { maxAttempts, backoffMs, backoffMaxMs },
    }))
    .sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));
}
