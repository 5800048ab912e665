import { setTimeout as delay } from 'node:timers/promises';
import { CodedError } from '@tributary/runtime';
import type { EventLog } from '../event-log/port.ts';
import { streamEngineTopics } from '../event-log/topic-names.ts';
import type { KafkaAddress } from '../kafka/address.ts';
import { assertReached } from './embedded-pipeline-runner.ts';
import type { DeployedPipeline } from './embedded-pipelines.ts';
import type { FlinkAddress } from './flink-address.ts';
import { type FlinkGateway, type FlinkJob, isRefusal } from './flink-gateway.ts';
import { type Generation, generationName, type NewGeneration } from './flink-generation.ts';
import { jobSettings } from './flink-job-settings.ts';
import { jobNamesOf } from './flink-left-jobs.ts';
import type { ResultsTopics } from './flink-results-topic.ts';
import { jobStatements, resultColumns } from './flink-sql.ts';
import { sinkTableSql, sourceTableSql } from './flink-tables.ts';
import type { Backlog } from './flink-watermark.ts';
import { planMeasures } from './measure-plan.ts';

/** Records before a pipeline's position that a new job reads again, by partition: they tell which ids are repeated, and how far event time had come. */
const recalledRecords = 10_000;
const sweepEveryMs = 60_000;
/** How often it is asked whether a job has ended. */
const endedAfterMs = 100;

export interface FlinkJobsDeps {
  readonly address: FlinkAddress;
  readonly kafkaAddress: KafkaAddress;
  readonly gateway: FlinkGateway;
  readonly topics: ResultsTopics;
  readonly eventLog: EventLog;
  readonly connector: Readonly<Record<string, string>>;
  /** The installation's name. */
  readonly installation: string;
}

/** The jobs of one installation on a cluster, known by their names. */
export class FlinkJobs {
  readonly #deps: FlinkJobsDeps;
  #sweptMs = Number.NEGATIVE_INFINITY;

  constructor(deps: FlinkJobsDeps) {
    this.#deps = deps;
  }

  /** The topic of a generation, as our own prefix follows it. */
  topicOf(generation: Pick<Generation, 'pipelineId' | 'number'>): string {
    return `${this.#topicsBegin}${generationName(generation)}`;
  }

  /** The generation's job, as long as it has not ended. */
  async find(generation: Pick<Generation, 'pipelineId' | 'number'>): Promise<FlinkJob | undefined> {
    const name = generationName(generation);
    return (await this.#ours()).find(({ generation: found }) => found === name)?.job;
  }

  /** As `sweep`, once a minute: of a submission that was given up the job may start after all. */
  async sweepNowAndThen(readCurrent: () => Promise<ReadonlySet<string>>): Promise<void> {
    if (performance.now() - this.#sweptMs < sweepEveryMs) return;
    await this.sweep(readCurrent);
  }

  /** Ends jobs and topics of generations that nobody reads any more. */
  async sweep(readCurrent: () => Promise<ReadonlySet<string>>): Promise<void> {
    const { gateway, topics } = this.#deps;
    this.#sweptMs = performance.now();
    // What is read is asked for last: a generation is stored before its job and topic are made.
    const jobs = await this.#ours();
    const names = await topics.list(this.#topicsBegin);
    const current = await readCurrent();
    for (const { generation, job } of jobs) if (!current.has(generation)) await gateway.cancel(job.id);
    await topics.delete(names.filter((name) => !current.has(name.slice(this.#topicsBegin.length))));
  }

  /** Why a job failed last, in Flink's words. */
  failure({ id }: FlinkJob): Promise<string | undefined> {
    return this.#deps.gateway.failure(id);
  }

  /**
   * Ends a job after it has committed all that it read, and answers where its state is; undefined: it does not run yet, or not any more, ask again.
   * @throws CodedError SAVEPOINT_FAILED with why Flink kept no state (no place for it, a checkpoint that failed, a task that ended during it): the job goes on
   */
  async stop(job: FlinkJob): Promise<string | undefined> {
    if (!job.runs) return undefined;
    try {
      return await this.#deps.gateway.stopWithSavepoint(job.id);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // It ended meanwhile, or its JobManager has forgotten it.
      if (error.code === 'NOT_FOUND') return undefined;
      throw new CodedError('SAVEPOINT_FAILED', error.message, { cause: error });
    }
  }

  /** Ends a job as it is: what it has not committed lies after the stored positions. */
  async end(job: FlinkJob): Promise<void> {
    const { gateway, address } = this.#deps;
    const deadlineMs = performance.now() + address.timeoutMs;
    await gateway.cancel(job.id);
    while ((await gateway.jobs()).some(({ id }) => id === job.id)) {
      if (performance.now() > deadlineMs)
        throw new CodedError('ENGINE_UNAVAILABLE', 'Flink does not end a job that it was told to end.');
      await delay(endedAfterMs);
    }
  }

  /** Starts the job of a generation: with the state that it left, or without any at the positions that are stored. */
  async submit(
    { pipeline }: DeployedPipeline,
    generation: NewGeneration,
    from: { readonly positions: ReadonlyMap<number, number>; readonly savepoint: string | undefined },
  ): Promise<void> {
    const { positions } = from;
    const { address, eventLog, gateway, topics, connector, kafkaAddress } = this.#deps;
    const { topic } = pipeline.source;
    const [beginning, end] = await Promise.all([eventLog.beginning(topic), eventLog.end(topic)]);
    assertReached(pipeline, { stored: positions, end });
    const starts = beginning.map((first, partition) => Math.max(first, positions.get(partition) ?? 0));
    const recalled = starts.map((start, partition) =>
      Math.max(beginning[partition] ?? 0, start - recalledRecords),
    );
    const plan = planMeasures(pipeline);
    const results = this.topicOf(generation);
    await topics.create(results);
    await gateway.run(
      [
        sourceTableSql({ topic: kafkaAddress.prefix + topic, kafka: connector, from: recalled }),
        sinkTableSql({ topic: topics.stored(results), kafka: connector, columns: resultColumns(plan) }),
        ...jobStatements({ pipeline, plan, starts, backlog: await this.#backlog(topic, end) }),
      ],
      {
        ...jobSettings(`${this.#namesBegin}${generationName(generation)} ${pipeline.name}`, address),
        ...(from.savepoint === undefined ? {} : { 'execution.state-recovery.path': from.savepoint }),
      },
    );
  }

  async #backlog(topic: string, ends: readonly number[]): Promise<Backlog> {
    const last = await Promise.all(
      ends.map(async (end, partition) => {
        if (end === 0) return undefined;
        const [record] = await this.#deps.eventLog.read({ topic, partition, fromOffset: end - 1, limit: 1 });
        return record?.timestampMs;
      }),
    );
    const known = last.filter((ms) => ms !== undefined);
    return { ends, untilMs: known.length === 0 ? undefined : Math.max(...known) };
  }

  get #topicsBegin(): string {
    return `${streamEngineTopics}${this.#deps.installation}.`;
  }

  get #namesBegin(): string {
    return jobNamesOf(this.#deps.installation);
  }

  async #ours(): Promise<readonly { readonly generation: string; readonly job: FlinkJob }[]> {
    const jobs = await this.#deps.gateway.jobs();
    return jobs.flatMap((job) => {
      if (!job.name.startsWith(this.#namesBegin)) return [];
      const [generation = ''] = job.name.slice(this.#namesBegin.length).split(' ');
      return [{ generation, job }];
    });
  }
}
