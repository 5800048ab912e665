import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, CodedError } from '@tributary/runtime';
import { isOther } from '../event-log/other-topic.ts';
import type { EventLog } from '../event-log/port.ts';
import type { Relational, Sql } from '../relational/port.ts';
import { assertEpoch } from './embedded-commit.ts';
import { assertReached } from './embedded-pipeline-runner.ts';
import type { DeployedPipeline } from './embedded-pipelines.ts';
import { jobFingerprint } from './flink-fingerprint.ts';
import { type FlinkJob, isRefusal } from './flink-gateway.ts';
import {
  beginGeneration,
  currentGenerations,
  type Generation,
  readGeneration,
  storeSavepoint,
} from './flink-generation.ts';
import type { FlinkJobs } from './flink-jobs.ts';
import { FlinkRunner } from './flink-runner.ts';
import {
  endedWithout,
  failedSavepoint,
  forgottenResults,
  isSavepointFailure,
  lostJob,
  refusedStop,
  unusableSavepoint,
} from './flink-savepoint-failures.ts';
import { drainResults, type ResultsPlace, takeResults } from './flink-taken-results.ts';
import { forgetSavepoint, storeRestored, storeSavepointFailure } from './pipeline-states.ts';
import { namesPipeline } from './pipeline-troubles.ts';
import type { LeaderWork } from './stored-engine.ts';
import type { Halt } from './wanted-pipelines.ts';

/** How long a job that ended by itself goes unnoticed, at most. */
const lookEveryMs = 1_000;
/** And a topic that was made anew. */
const lookAtTopicEveryMs = 5_000;
const firstRestMs = 250;
const longestRestMs = 10_000;
/** States of a job that Flink tries to mend. */
const troubled: ReadonlySet<string> = new Set(['FAILING', 'RESTARTING']);

export interface FollowerDeps extends LeaderWork {
  readonly relational: Relational;
  readonly clock: Clock;
  readonly logId: string;
  readonly eventLog: EventLog;
  readonly jobs: FlinkJobs;
  /** Where jobs leave what they compute, by name. */
  readonly topics: { open(name: string): ResultsPlace['topic'] & AsyncDisposable };
}

/** Sees to it that a pipeline's job runs, and stores what it computes, until disposed. The job goes on then: it belongs to Flink. */
export function followPipeline(deployed: DeployedPipeline, deps: FollowerDeps): AsyncDisposable {
  const stopping = new AbortController();
  const following = new Follower(deployed, deps, stopping.signal).run();
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await following;
    },
  };
}

/** Ends the job of a pipeline that is to stop, with all that it computed stored; as `Halt` says. */
export async function haltPipeline(
  ...[deployed, how, deps]: [...Parameters<Halt>, FollowerDeps]
): ReturnType<Halt> {
  return new Follower(deployed, deps, new AbortController().signal).halt(how);
}

class Follower {
  readonly #deployed: DeployedPipeline;
  readonly #deps: FollowerDeps;
  readonly #stop: AbortSignal;
  #restMs = firstRestMs;
  #wasHereMs = Number.NEGATIVE_INFINITY;

  constructor(deployed: DeployedPipeline, deps: FollowerDeps, stop: AbortSignal) {
    this.#deployed = deployed;
    this.#deps = deps;
    this.#stop = stop;
  }

  async run(): Promise<void> {
    while (!this.#stop.aborted) {
      try {
        await this.#work();
      } catch (error) {
        // What is refused now may seem to fit when the topic has grown.
        if (namesPipeline(error)) return this.#deps.troubles.cannotGoOn(error, [this.#deployed]);
        this.#deps.troubles.failed(error, [this.#deployed]);
        await delay(this.#restMs, undefined, { signal: this.#stop }).catch(() => undefined);
        this.#restMs = Math.min(longestRestMs, this.#restMs * 2);
      }
    }
  }

  /** Ends the job, if there is one, and stores all that it committed. Undefined: not yet. */
  async halt({ withoutSavepoint }: Parameters<Halt>[1]): ReturnType<Halt> {
    const { jobs, topics, troubles } = this.#deps;
    const { runner, known } = await this.#resume();
    if (known === undefined) return { kept: undefined };
    // What is left to store is no sign that its job is well.
    const wasFailing = troubles.isFailing(this.#deployed);
    const job = await jobs.find(known);
    let { savepoint } = known;
    if (job !== undefined && withoutSavepoint) await jobs.end(job);
    else if (job !== undefined) {
      savepoint = await this.#leave(job);
      if (savepoint === undefined) {
        await this.#tell(job);
        return undefined;
      }
    }
    await using topic = topics.open(jobs.topicOf(known));
    const drained = await drainResults(known, { ...this.#deps, deployed: this.#deployed, runner, topic });
    // The state knows of rows that nobody can add up any more: it lies beyond the positions.
    if (drained === undefined) savepoint = undefined;
    await this.#underEpoch(async (tx) => {
      if (savepoint !== undefined) return await storeSavepoint(tx, known, savepoint);
      const { id, pipeline } = this.#deployed;
      // What was never begun, or computes another query now, had no state to lose.
      const isLost =
        wasFailing || (drained?.fingerprint === jobFingerprint(pipeline) && drained.nextResult > 0);
      const why =
        drained === undefined ? forgottenResults : isLost && !withoutSavepoint ? lostJob : undefined;
      if (why !== undefined) await storeSavepointFailure(tx, id, failedSavepoint(why(pipeline.name)));
      // Its job is gone and no state of it is left: the next stop is of another one.
      await beginGeneration(tx, { ...known, number: known.number + 1 });
    });
    return { kept: savepoint === undefined ? undefined : { place: savepoint } };
  }

  /** As `jobs.stop`, in words for who asked for it. */
  async #leave(job: FlinkJob): Promise<string | undefined> {
    try {
      return await this.#deps.jobs.stop(job);
    } catch (error) {
      if (!isSavepointFailure(error)) throw error;
      throw new CodedError('SAVEPOINT_FAILED', refusedStop(this.#deployed.pipeline.name, error), {
        cause: error,
      });
    }
  }

  /** Ends the job of another query. Its state would be of no use to the new one, so that Flink kept none is told, and no reason to wait. */
  async #replace(job: FlinkJob): Promise<void> {
    const { jobs } = this.#deps;
    try {
      if ((await jobs.stop(job)) !== undefined) return;
    } catch (error) {
      if (!isSavepointFailure(error)) throw error;
      const { id, pipeline } = this.#deployed;
      const told = failedSavepoint(endedWithout(pipeline.name, error));
      await this.#underEpoch((tx) => storeSavepointFailure(tx, id, told));
    }
    await jobs.end(job);
  }

  /** Submits the job with the state that it left. Used once: if Flink cannot go on with it, another one begins at the same positions. */
  async #restore(known: Generation, positions: ReadonlyMap<number, number>): Promise<void> {
    const { savepoint } = known;
    const { id, pipeline } = this.#deployed;
    await this.#underEpoch(async (tx) => {
      await storeSavepoint(tx, known, undefined);
      // A job that does not come to run is followed by a generation without, which takes this back.
      await storeRestored(tx, [id], { epoch: this.#deps.epoch, nowMs: this.#deps.clock.now() });
    });
    try {
      await this.#deps.jobs.submit(this.#deployed, known, { positions, savepoint });
    } catch (error) {
      if (!isRefusal(error) || savepoint === undefined) throw error;
      const told = failedSavepoint(unusableSavepoint(pipeline.name, savepoint, error));
      await this.#underEpoch((tx) => storeSavepointFailure(tx, id, told));
    }
  }

  /** From one job to its end. */
  async #work(): Promise<void> {
    const { relational, jobs, topics, logId } = this.#deps;
    const { id: pipelineId, pipeline } = this.#deployed;
    const fingerprint = jobFingerprint(pipeline);
    const { runner, known, lastNumber } = await this.#resume();
    const isSame = known?.fingerprint === fingerprint;
    await this.#assertHere(runner);
    let isDrained = true;
    if (known !== undefined) {
      await using topic = topics.open(jobs.topicOf(known));
      const job = await jobs.find(known);
      if (job !== undefined && isSame)
        return await this.#follow(known, { ...this.#deps, deployed: this.#deployed, runner, topic });
      // One that computes something else ends with all that it read; a job that is no more may have left results.
      if (job !== undefined) await this.#replace(job);
      const place = { ...this.#deps, deployed: this.#deployed, runner, topic };
      isDrained = (await drainResults(known, place)) !== undefined;
    }
    if (this.#stop.aborted) return;
    const { positions } = runner;
    if (known?.savepoint !== undefined && isSame && isDrained) return await this.#restore(known, positions);
    const next = { pipelineId, number: lastNumber + 1, logId, fingerprint };
    await this.#underEpoch(async (tx) => {
      await beginGeneration(tx, next);
      await forgetSavepoint(tx, pipelineId);
    });
    await jobs.submit(this.#deployed, next, { positions, savepoint: undefined });
    await jobs.sweep(() => currentGenerations(relational));
  }

  /** What is in memory is rebuilt from the store. What a job reads of another log, or left in one, is not of this one. */
  async #resume(): Promise<{
    readonly runner: FlinkRunner;
    readonly known: Generation | undefined;
    readonly lastNumber: number;
  }> {
    const { relational, clock, logId } = this.#deps;
    const { topic } = this.#deployed.pipeline.source;
    const topicId = await this.#deps.eventLog.topicIdentity(topic);
    const ends = await this.#deps.eventLog.end(topic);
    const last = await readGeneration(relational, this.#deployed.id);
    const known = last?.logId === logId ? last : undefined;
    const seen = known?.seen ?? new Map();
    const deps = { sql: relational, clock, logId, topicId, ends, seen };
    const runner = await FlinkRunner.resume(this.#deployed, deps);
    return { runner, known, lastNumber: last?.number ?? 0 };
  }

  async #underEpoch(work: (tx: Sql) => Promise<void>): Promise<void> {
    await this.#deps.relational.transaction(async (tx) => {
      await assertEpoch(tx, this.#deps.epoch);
      await work(tx);
    });
  }

  /** Stores what comes until the job has ended; ends it where what it told is not kept any more, since the next one begins where that was stored. */
  async #follow(generation: Generation, at: ResultsPlace): Promise<void> {
    let looked = performance.now();
    let reached = generation;
    while (!this.#stop.aborted) {
      const next = await takeResults(reached, at, lookEveryMs / 2);
      if (next === undefined) return await this.#giveUp(generation);
      if (next !== reached) this.#restMs = firstRestMs;
      reached = next;
      if (performance.now() - looked < lookEveryMs) continue;
      looked = performance.now();
      await this.#assertHere(at.runner);
      const job = await this.#deps.jobs.find(generation);
      if (job === undefined) return;
      await this.#tell(job);
      await this.#deps.jobs.sweepNowAndThen(() => currentGenerations(this.#deps.relational));
    }
  }

  async #giveUp(generation: Generation): Promise<void> {
    const { jobs, troubles } = this.#deps;
    const { name } = this.#deployed.pipeline;
    troubles.failed(new CodedError('CURSOR_EXPIRED', forgottenResults(name)), [this.#deployed]);
    const job = await jobs.find(generation);
    if (job !== undefined) await jobs.end(job);
  }

  /** Flink reads a topic that was made anew, or restored, from its beginning by itself; what it computes of that lies before the positions, and counts for nothing. */
  async #assertHere({ topicId, positions: stored }: FlinkRunner): Promise<void> {
    if (performance.now() - this.#wasHereMs < lookAtTopicEveryMs) return;
    const { pipeline } = this.#deployed;
    const { topic } = pipeline.source;
    assertReached(pipeline, { stored, end: await this.#deps.eventLog.end(topic) });
    if (isOther(topicId, await this.#deps.eventLog.topicIdentity(topic))) {
      const message = `The topic ${topic} was made anew since ${pipeline.name} was computed from it. Recompute it, from what the log holds.`;
      throw new CodedError('CURSOR_INVALID', message, { details: { pipeline: pipeline.name, topic } });
    }
    this.#wasHereMs = performance.now();
  }

  /** Tells what Flink mends. Of a job that it starts for the first time there is nothing to tell. */
  async #tell(job: FlinkJob): Promise<void> {
    const { troubles, jobs } = this.#deps;
    if (job.runs) return troubles.computed(this.#deployed);
    const why = await jobs.failure(job);
    if (why === undefined && !troubled.has(job.status)) return;
    const { name } = this.#deployed.pipeline;
    const message = `Flink starts the job of ${name} again: ${why ?? 'it does not say why'}`;
    troubles.failed(new CodedError('INTERNAL', message), [this.#deployed]);
  }
}
