import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@tributary/runtime';
import type { Relational } from '../relational/port.ts';
import { assertEpoch } from './embedded-commit.ts';
import type { DeployedPipeline } from './embedded-pipelines.ts';
import {
  beginGeneration,
  currentGenerations,
  type Generation,
  readGeneration,
  storeNextResult,
} from './flink-generation.ts';
import type { FlinkJobs } from './flink-jobs.ts';
import type { ResultsTopic, ResultsTopics } from './flink-results-topic.ts';
import { FlinkRunner } from './flink-runner.ts';
import type { LeaderWork } from './stored-engine.ts';

/** How long a job that ended by itself goes unnoticed, at most. */
const lookEveryMs = 1_000;
const firstRestMs = 250;
const longestRestMs = 10_000;

export interface FollowerDeps extends LeaderWork {
  readonly relational: Relational;
  readonly clock: Clock;
  readonly logId: string;
  readonly jobs: FlinkJobs;
  readonly topics: ResultsTopics;
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

class Follower {
  readonly #deployed: DeployedPipeline;
  readonly #deps: FollowerDeps;
  readonly #stop: AbortSignal;
  #restMs = firstRestMs;

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
        this.#deps.onTrouble(error);
        await delay(this.#restMs, undefined, { signal: this.#stop }).catch(() => undefined);
        this.#restMs = Math.min(longestRestMs, this.#restMs * 2);
      }
    }
  }

  /** From one job to its end; what is in memory is rebuilt from the store at each beginning. */
  async #work(): Promise<void> {
    const { relational, clock, jobs, topics, logId } = this.#deps;
    const runner = await FlinkRunner.resume(this.#deployed, { sql: relational, clock, logId });
    const known = await readGeneration(relational, this.#deployed.id);
    // What a job reads of another log, or left in one, is not of this one.
    const isHere = known?.logId === logId;
    const isAlive = isHere && (await jobs.find(known)) !== undefined;
    if (isHere) {
      await using topic = topics.open(jobs.topicOf(known));
      // A job that is no more may have left results.
      await (isAlive ? this.#follow(known, { runner, topic }) : this.#drain(known, { runner, topic }));
    }
    if (isAlive || this.#stop.aborted) return;
    const next = { pipelineId: this.#deployed.id, number: (known?.number ?? 0) + 1, logId };
    await relational.transaction(async (tx) => {
      await assertEpoch(tx, this.#deps.epoch);
      await beginGeneration(tx, next);
    });
    await jobs.submit(this.#deployed, next, runner.positions);
    await jobs.sweep(() => currentGenerations(relational));
  }

  /** Stores what comes until the job has ended. */
  async #follow(generation: Generation, at: Place): Promise<void> {
    let looked = performance.now();
    let reached = generation;
    while (!this.#stop.aborted) {
      reached = await this.#take(reached, at, lookEveryMs / 2);
      if (performance.now() - looked < lookEveryMs) continue;
      looked = performance.now();
      if ((await this.#deps.jobs.find(generation)) === undefined) return;
    }
  }

  async #drain(generation: Generation, at: Place): Promise<void> {
    let reached = generation;
    for (;;) {
      const before = reached.nextResult;
      reached = await this.#take(reached, at, 0);
      if (reached.nextResult === before) return;
    }
  }

  /** One transaction: windows, positions, what the sink writes, and how far the results are read. */
  async #take(generation: Generation, { runner, topic }: Place, waitMs: number): Promise<Generation> {
    const { values, nextOffset, whole } = await topic.committed(generation.nextResult, waitMs);
    if (nextOffset === generation.nextResult) return generation;
    const reached = { ...generation, nextResult: nextOffset };
    const prepared = await runner.prepare(values, whole);
    await this.#deps.relational.transaction(async (tx) => {
      await assertEpoch(tx, this.#deps.epoch);
      await prepared.store(tx);
      await storeNextResult(tx, reached);
      if (prepared.results.length > 0) await this.#deps.sink(tx, prepared.results);
    });
    await runner.settle();
    this.#restMs = firstRestMs;
    return reached;
  }
}

interface Place {
  readonly runner: FlinkRunner;
  readonly topic: ResultsTopic;
}
