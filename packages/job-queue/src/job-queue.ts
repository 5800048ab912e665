import type { Relational, Sql } from '@tributary/engines/relational';
import type { Clock, Counter, Logger } from '@tributary/runtime';
import { passOnCancel } from './cancel.ts';
import { withoutCancelled } from './cancelled-claims.ts';
import { type ChildRequest, enqueueChildren } from './children.ts';
import { type ClaimOptions, claimRuns } from './claim.ts';
import { enqueueRuns } from './enqueue.ts';
import { EnqueuedTogether } from './enqueued-together.ts';
import { KeyRounds } from './key-rounds.ts';
import { tellJobs } from './known-jobs.ts';
import * as leaseWrites from './lease-writes.ts';
import { type Forgotten, forgetOld, giveUpRuns, promoteDue, reapLost, sweepQueues } from './maintain.ts';
import { firstRound } from './queue-round.ts';
import { type KeptPrincipal, principalsNow } from './rights.ts';
import type {
  ClaimedRun,
  EnqueuedRun,
  EnqueueRequest,
  Lease,
  RunLogLine,
  RunPrincipal,
  RunProgress,
  RunSummary,
} from './run.ts';
import { firstTick, tickSchedules } from './schedules.ts';
import {
  type Completion,
  endCancelled,
  type FailedRun,
  failRuns,
  type PostponedRun,
  postponeRuns,
  releaseRuns,
  succeedRuns,
} from './settle.ts';
import { JobWake } from './wake.ts';

/**
 * The queue, for those who enqueue and those who run. A run is worked on by whoever holds its lease; each claim draws a higher token, and
 * every write names it, so that a runner that lost its lease changes nothing. Leases are measured by the database's clock. Each
 * change of state commits with its event (`jobs.run`).
 */
export interface JobQueue extends AsyncDisposable {
  /** In the caller's transaction; call `wake.ring()` after the commit. @throws CodedError see `enqueueRuns` */
  enqueue(tx: Sql, requests: readonly EnqueueRequest[]): Promise<readonly EnqueuedRun[]>;
  /** In a transaction of its own, with the ring. */
  enqueueNow(requests: readonly EnqueueRequest[]): Promise<readonly EnqueuedRun[]>;
  claim(options: ClaimOptions): Promise<readonly ClaimedRun[]>;
  /** @see principalsNow */
  principalsNow(kept: readonly KeptPrincipal[]): Promise<readonly (RunPrincipal | undefined)[]>;
  /** Leases missing in the answer are lost. */
  heartbeat(leases: readonly Lease[], leaseMs: number): Promise<readonly leaseWrites.Heartbeat[]>;
  /** Which of the runs are held: what is missing in the answer of an end, and is here, somebody had locked. */
  held(leases: readonly Lease[]): Promise<ReadonlySet<string>>;
  /** These three answer false when the lease is lost. */
  progress(lease: Lease, progress: RunProgress): Promise<boolean>;
  checkpoint(lease: Lease, state: unknown): Promise<boolean>;
  log(lease: Lease, lines: readonly RunLogLine[]): Promise<boolean>;
  /** @throws CodedError CONFLICT, RUN_LIMIT */
  enqueueChildren(lease: Lease, requests: readonly ChildRequest[]): Promise<readonly EnqueuedRun[]>;
  /** These five answer the runs that they ended: those whose lease was still held, but for what somebody had locked at that moment. They wait for nobody's. */
  succeed(completions: readonly Completion[]): Promise<readonly RunSummary[]>;
  fail(failed: readonly FailedRun[]): Promise<readonly RunSummary[]>;
  /** Puts runs back that found no place to work in; the attempt does not count. */
  postpone(postponed: readonly PostponedRun[]): Promise<readonly RunSummary[]>;
  endCancelled(leases: readonly Lease[]): Promise<readonly RunSummary[]>;
  release(leases: readonly Lease[]): Promise<readonly RunSummary[]>;
  /** Delayed runs, lost leases, changed queues, schedules, cancels of large families: brings all of it up to now, and answers how many runs moved. */
  maintain(): Promise<number>;
  /** @see tellJobs */
  tellJobs(names: readonly string[]): Promise<void>;
  /** @see forgetOld */
  forget(): Promise<Forgotten>;
  readonly wake: JobWake;
}

export interface JobQueueDeps {
  readonly relational: Relational;
  readonly clock: Clock;
  readonly log: Logger;
  /** A draw from [0, 1), for the jitter of retries. */
  readonly random: () => number;
  /** Counts the runs that end here, where somebody runs them. */
  readonly ended?: Counter<'state'>;
}

const cancelPartsAtOnce = 4;
const finalStates: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED', 'SKIPPED']);

/** The queue of one database; opens nothing. */
export function createJobQueue(deps: JobQueueDeps): JobQueue {
  const { relational, clock } = deps;
  const wake = new JobWake(relational, deps.log);
  const together = new EnqueuedTogether({ relational, clock });
  let seen = firstRound;
  let ticked = firstTick;
  const keys = new KeyRounds();
  const rung = async <Result>(work: Promise<Result>): Promise<Result> => {
    const result = await work;
    wake.ring();
    return result;
  };
  /** Rings when what was settled let others go, or is to be tried again. */
  const settled = async (work: Promise<readonly RunSummary[]>): Promise<readonly RunSummary[]> => {
    const runs = await work;
    for (const { state } of runs) if (finalStates.has(state)) deps.ended?.inc({ state });
    if (runs.some(({ hasDependents, state }) => hasDependents || state === 'QUEUED')) wake.ring();
    return runs;
  };
  /** A few parts at a time: delayed runs and lost leases do not wait for a large family. */
  const passOnCancels = async (): Promise<number> => {
    let cancelled = 0;
    for (let nth = 1; nth <= cancelPartsAtOnce; nth += 1) {
      const part = await passOnCancel(deps);
      if (part === undefined) break;
      cancelled += part.cancelled;
      await wake.cancel(part.toTell);
    }
    return cancelled;
  };
  return {
    wake,
    enqueue: (tx, requests) => enqueueRuns(tx, requests, { clock }),
    enqueueNow: (requests) => rung(together.enqueue(requests)),
    claim: async (options) => {
      const { runs, round } = await claimRuns({ ...deps, keys }, seen, options);
      seen = round;
      return withoutCancelled(deps, runs);
    },
    principalsNow: (kept) => principalsNow(relational, kept),
    heartbeat: (leases, leaseMs) => leaseWrites.heartbeat(deps, leases, leaseMs),
    held: (leases) => leaseWrites.heldRuns(deps, leases),
    progress: (lease, progress) => leaseWrites.writeProgress(deps, lease, progress),
    checkpoint: (lease, state) => leaseWrites.writeCheckpoint(deps, lease, state),
    log: (lease, lines) => leaseWrites.writeLog(deps, lease, lines),
    enqueueChildren: (lease, requests) => rung(enqueueChildren(deps, lease, requests)),
    succeed: (completions) => settled(succeedRuns(deps, completions)),
    fail: (failed) => settled(failRuns(deps, failed)),
    postpone: (postponed) => settled(postponeRuns(deps, postponed)),
    endCancelled: (leases) => settled(endCancelled(deps, leases)),
    release: (leases) => settled(releaseRuns(deps, leases)),
    maintain: async () => {
      const { enqueued, after } = await tickSchedules(deps, ticked);
      ticked = after;
      const moved = [
        await promoteDue(deps),
        await reapLost(deps),
        await sweepQueues(deps),
        await passOnCancels(),
      ];
      const all = moved.reduce((sum, count) => sum + count, enqueued);
      if (all > 0) wake.ring();
      return all;
    },
    tellJobs: (names) => tellJobs(relational, names),
    forget: async () => {
      await settled(giveUpRuns(deps));
      return forgetOld(deps);
    },
    [Symbol.asyncDispose]: () => wake[Symbol.asyncDispose](),
  };
}
