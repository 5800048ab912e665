import { setTimeout as delay } from 'node:timers/promises';
import { boundedJson, type ClaimedRun, type JobQueue, noRightsLeft, queueLimits } from '@tributary/job-queue';
import { type Clock, type Logger, tellTrouble } from '@tributary/runtime';
import type { BatchParts } from './batch/run-batch.ts';
import { type Job, jobsByName } from './define-job.ts';
import { inlineExecution } from './execution.ts';
import { type AttemptFailure, failureOf } from './failure.ts';
import { forgetLoop } from './forget-loop.ts';
import { type HeldRun, HeldRuns } from './held-runs.ts';
import { isolatedExecution, ReportedFailure } from './isolated-execution.ts';
import { Lane } from './lane.ts';
import { leasePort } from './lease-port.ts';
import type { RunGraph } from './run-graph.ts';
import type { RunPort } from './run-port.ts';
import { Settler } from './settler.ts';
import { tellJobsLoop } from './tell-jobs-loop.ts';

export interface RunnerSettings {
  /** Names this runner in the runs it takes. */
  readonly name: string;
  readonly leaseMs: number;
  /** Runs in processes of their own at a time. */
  readonly processes: number;
  /** Runs inside this process at a time. */
  readonly inline: number;
  /** Milliseconds between asking a run to stop and ending it. */
  readonly graceMs: number;
  /** Milliseconds that runs may go on when the runner stops, before they are given back. */
  readonly drainMs: number;
  /** Where runs reach the gateway's doors. */
  readonly gatewayUrl: string;
  /** Node's arguments for the process of a run; `builtChild` outside tests. */
  readonly nodeArguments: readonly string[];
}

export const defaultRunnerSettings = {
  leaseMs: 15_000,
  processes: 4,
  inline: 400,
  graceMs: 5_000,
  drainMs: 5_000,
} as const;

export interface RunnerDeps {
  readonly queue: JobQueue;
  readonly jobs: readonly Job[];
  readonly graph: RunGraph;
  readonly describe: RunPort['describe'];
  readonly batch: BatchParts;
  readonly clock: Clock;
  readonly log: Logger;
  readonly settings: RunnerSettings;
}

/** Rings are hints; these looks are the promise. */
const pollMs = 250;
const maintainEveryMs = 500;
const claimAtOnce = 200;

/**
 * Leases runs of the jobs it knows and works on them until disposed. Disposing takes no more, lets runs end for a while, and gives back
 * the others: the next runner goes on from their checkpoints at once.
 */
export async function startJobRunner(deps: RunnerDeps): Promise<AsyncDisposable> {
  const runner = new JobRunner(deps);
  await runner.start();
  return runner;
}

class JobRunner implements AsyncDisposable {
  readonly #deps: RunnerDeps;
  readonly #jobs: ReadonlyMap<string, Job>;
  readonly #lanes: readonly Lane[];
  readonly #held: HeldRuns;
  readonly #settler: Settler;
  readonly #stopping = new AbortController();
  readonly #working = new Set<Promise<void>>();
  #loops: Promise<unknown> = Promise.resolve();
  #listening: AsyncDisposable | undefined;
  #rung = false;
  #answer: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  constructor(deps: RunnerDeps) {
    const { queue, clock, log, settings, jobs } = deps;
    this.#deps = deps;
    this.#jobs = jobsByName(jobs);
    this.#held = new HeldRuns({ queue, clock, log, leaseMs: settings.leaseMs });
    this.#settler = new Settler({
      queue,
      log,
      holds: (lease) => this.#held.holds(lease),
      onSettled: () => this.#ring(),
    });
    this.#lanes = [
      new Lane(
        jobs.filter(({ module }) => module === undefined),
        inlineExecution({ ...settings, clock }),
        settings.inline,
      ),
      new Lane(
        jobs.filter(({ module }) => module !== undefined),
        isolatedExecution({ ...settings, clock, log }),
        settings.processes,
      ),
    ];
  }

  async start(): Promise<void> {
    this.#listening = await this.#deps.queue.wake.listen({
      onReady: () => this.#ring(),
      onCancel: (runId) => this.#held.cancel(runId),
    });
    const forgetting = forgetLoop(this.#deps, this.#stopping.signal);
    const telling = tellJobsLoop(this.#deps, this.#stopping.signal);
    this.#loops = Promise.all([this.#claimLoop(), this.#maintainLoop(), forgetting, telling]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    await this.#closed;
  }

  async #close(): Promise<void> {
    this.#stopping.abort();
    this.#ring();
    await this.#loops;
    const { drainMs } = this.#deps.settings;
    const drained = new AbortController();
    await Promise.race([
      Promise.all(this.#working),
      delay(drainMs, undefined, { signal: drained.signal }).catch(() => undefined),
    ]);
    drained.abort();
    this.#held.stopAll();
    this.#settler.lastTries();
    await Promise.all(this.#working);
    this.#held[Symbol.dispose]();
    await this.#listening?.[Symbol.asyncDispose]();
  }

  async #claimLoop(): Promise<void> {
    const { log, clock } = this.#deps;
    const message = 'runs could not be claimed; trying again';
    const tell = tellTrouble({ log, clock, message, over: 'runs are claimed again' });
    while (!this.#stopping.signal.aborted) {
      this.#rung = false;
      let taken = 0;
      try {
        for (const lane of this.#lanes) taken += await this.#claimFor(lane);
      } catch (err) {
        tell(err);
      }
      if (taken === 0 && !this.#stopping.signal.aborted) await this.#sleep();
    }
  }

  async #claimFor(lane: Lane): Promise<number> {
    const limit = Math.min(lane.free, claimAtOnce);
    if (limit < 1 || this.#stopping.signal.aborted) return 0;
    const { queue, clock, settings } = this.#deps;
    const claimedAtMs = clock.monotonicMs();
    const { leaseMs, name: runner } = settings;
    const runs = await queue.claim({ jobs: lane.jobs, limit, leaseMs, runner });
    for (const run of runs) {
      lane.enter();
      const work = this.#work(lane, this.#held.hold(run, claimedAtMs)).finally(() => {
        lane.leave();
        this.#working.delete(work);
        this.#ring();
      });
      this.#working.add(work);
    }
    return runs.length;
  }

  async #work(lane: Lane, held: HeldRun): Promise<void> {
    const { run, signal, stopReason, workEnded } = held;
    const job = this.#jobs.get(run.job);
    try {
      if (job === undefined) return await this.#settler.release(run.lease);
      if (!(await this.#mayBegin(held))) return;
      await using port = leasePort(held, { ...this.#deps, jobs: this.#jobs });
      const output = await lane.execute({ run, job, port, signal, stopReason, workEnded });
      // Here, because an output that cannot be stored must fail its own run and not the batch it is written with.
      boundedJson('The output of a run', output, queueLimits.outputBytes);
      // A job that was told to stop may come back early: what it answers then is no result.
      if (stopReason() !== undefined) return await this.#ended(held, undefined);
      await this.#settler.succeed({ lease: run.lease, output });
    } catch (error) {
      await this.#ended(held, error);
    } finally {
      this.#held.letGo(run);
    }
  }

  /** Nothing is begun for whom rights cannot be looked up: the run goes back into its queue, and keeps its attempts. */
  async #mayBegin(held: HeldRun): Promise<boolean> {
    try {
      await held.acting();
      return true;
    } catch (error) {
      if (held.stopReason() !== undefined) throw error;
      await this.#settler.postpone({ lease: held.run.lease, reason: failureOf(error) });
      return false;
    }
  }

  async #ended({ run, stopReason }: HeldRun, error: unknown): Promise<void> {
    const reason = stopReason();
    const { log } = this.#deps;
    if (reason === 'LEASE_LOST') {
      log.warn({ runId: run.id, job: run.job }, "a lease was lost; the run is somebody else's now");
      return;
    }
    if (reason === 'CANCELLED') return this.#settler.cancelled(run.lease);
    if (reason === 'STOPPING') return this.#settler.release(run.lease);
    if (reason === 'RIGHTS_LOST') {
      const { id: runId, job, workspaceId } = run;
      log.warn({ runId, job, workspaceId }, 'a run was ended: whoever it acts for has no rights any more');
      return this.#settler.fail({ run, failure: failureOf(noRightsLeft()) });
    }
    if (reason === 'TIME_LIMIT') {
      const message = `It did not end within its time limit of ${run.timeLimitMs} ms.`;
      return this.#settler.fail({ run, failure: { code: 'TIME_LIMIT', message, retryable: true } });
    }
    const failure = this.#failure(run, error);
    // That a place or the log is full, or an engine away, is no fault of the run: it waits in its queue, and keeps its attempts.
    if (failure.waits) return this.#settler.postpone({ lease: run.lease, reason: failure });
    return this.#settler.fail({ run, failure });
  }

  #failure(run: ClaimedRun, error: unknown): AttemptFailure {
    if (error instanceof ReportedFailure) return error.failure;
    const failure = failureOf(error);
    if (failure.code === 'INTERNAL')
      this.#deps.log.error({ err: error, runId: run.id, job: run.job }, 'the code of a job failed');
    return failure;
  }

  async #maintainLoop(): Promise<void> {
    const { queue, log, clock } = this.#deps;
    const message = 'the queue could not be looked after; trying again';
    const tell = tellTrouble({ log, clock, message, over: 'the queue is looked after again' });
    while (!this.#stopping.signal.aborted) {
      try {
        await queue.maintain();
      } catch (err) {
        tell(err);
      }
      await delay(maintainEveryMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  #ring(): void {
    this.#rung = true;
    this.#answer?.();
  }

  async #sleep(): Promise<void> {
    if (this.#rung) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pollMs);
      this.#answer = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#answer = undefined;
  }
}
