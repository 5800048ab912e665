import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, CodedError, type Logger, tellTrouble } from '@tributary/runtime';
import { isOther } from '../event-log/other-topic.ts';
import type { EventLog } from '../event-log/port.ts';
import { type Relational, type Sql, wholeTableLimitMs } from '../relational/port.ts';
import { leadWhenElected } from './embedded-leadership.ts';
import { type DeployedPipeline, deployPipelines, noPipeline, pipelineId } from './embedded-pipelines.ts';
import { readLatestStarts, readRank, readSeries } from './embedded-results.ts';
import { readPositions } from './embedded-state.ts';
import { eventsBehind } from './events-behind.ts';
import { checkPipelines } from './pipeline-check.ts';
import { type PipelineState, readPipelineStates, shownState, storeWish } from './pipeline-states.ts';
import { PipelineTroubles } from './pipeline-troubles.ts';
import type {
  LatestRequest,
  Pipeline,
  PipelineStatus,
  Progress,
  RankRequest,
  ResultSink,
  SeriesRequest,
  Steering,
  StreamEngine,
  WindowResult,
} from './port.ts';
import { computeWanted, type Halt } from './wanted-pipelines.ts';

export interface StoredStreamDeps {
  readonly engine: StreamEngine['engine'];
  readonly relational: Relational;
  readonly eventLog: EventLog;
  readonly clock: Clock;
  readonly log: Logger;
  /** The log's identity. */
  readonly logId: string;
  /** Computes these pipelines under an epoch, in the one process that leads, until disposed. */
  readonly lead: (pipelines: readonly DeployedPipeline[], work: LeaderWork) => Promise<AsyncDisposable>;
  /** `Halt` in the process that leads. Not there when nothing computes elsewhere: what a pipeline is stopped with is its checkpoint then. */
  readonly halt?: (...args: [...Parameters<Halt>, LeaderWork]) => ReturnType<Halt>;
  /** What has to answer beside the database. */
  readonly ping?: () => Promise<void>;
}

/** What a leader is given. */
export interface LeaderWork {
  readonly epoch: number;
  readonly sink: ResultSink;
  /** Told of what is tried again, and of what works: each pipeline's state follows. */
  readonly troubles: PipelineTroubles;
}

/** What a stop is waited for by who asked for it: less than a request may take. */
const stopPatienceMs = 3_000;
const lookEveryMs = 100;

/** A stream engine whose results, positions and leadership are in PostgreSQL, whoever computes; disposing stops what runs here. */
export class StoredStreamEngine implements StreamEngine {
  readonly #deps: StoredStreamDeps;
  readonly #pipelines = new Map<string, Pipeline>();
  readonly #running = new Set<AsyncDisposable>();

  constructor(deps: StoredStreamDeps) {
    this.#deps = deps;
  }

  get engine(): StreamEngine['engine'] {
    return this.#deps.engine;
  }

  async run(pipelines: readonly Pipeline[], sink: ResultSink): Promise<AsyncDisposable> {
    checkPipelines(pipelines);
    const { relational, clock, log } = this.#deps;
    const deployed = await deployPipelines(relational, pipelines, clock.now());
    this.#pipelines.clear();
    for (const pipeline of pipelines) this.#pipelines.set(pipeline.name, pipeline);
    const lead = async (epoch: number): Promise<AsyncDisposable> => this.#follow(deployed, epoch, sink);
    const leading = leadWhenElected({ relational, clock, log, lead });
    this.#running.add(leading);
    return {
      [Symbol.asyncDispose]: async () => {
        this.#running.delete(leading);
        await leading[Symbol.asyncDispose]();
      },
    };
  }

  async series(request: SeriesRequest): Promise<readonly WindowResult[]> {
    return readSeries(this.#deps.relational, this.#named(request.pipeline), request);
  }

  async latestStarts(request: LatestRequest): Promise<readonly number[]> {
    return readLatestStarts(this.#deps.relational, this.#named(request.pipeline), request);
  }

  async rank(request: RankRequest): Promise<readonly WindowResult[]> {
    return readRank(this.#deps.relational, this.#named(request.pipeline), request);
  }

  async progress(name: string, workspaceId: string): Promise<Progress> {
    const { relational } = this.#deps;
    const pipeline = this.#named(name);
    const id = await pipelineId(relational, pipeline);
    const { rows } = await relational.query<Omit<Progress, 'lagMs'>>(
      `SELECT watermark_ms AS "watermarkMs", (SELECT max(ms) FROM unnest(latest_ms) AS ms) AS "latestMs", late::float8, ahead::float8, invalid::float8, overflow::float8
       FROM stream.workspace WHERE pipeline_id = $1 AND workspace_id = $2`,
      [id, workspaceId],
      'stream_progress',
    );
    const known = rows[0] ?? {
      watermarkMs: null,
      latestMs: null,
      late: 0,
      ahead: 0,
      invalid: 0,
      overflow: 0,
    };
    const { topic } = pipeline.source;
    const topicId = await this.#deps.eventLog.topicIdentity(topic);
    const positions = await readPositions(relational, { pipelineId: id, logId: this.#deps.logId, topicId });
    const { lagMs } = await eventsBehind(topic, positions, this.#deps);
    return { ...known, lagMs };
  }

  async pipelines(): Promise<readonly PipelineStatus[]> {
    const { relational, logId } = this.#deps;
    const states = await readPipelineStates(relational, logId);
    return Promise.all(
      states.flatMap((state) => {
        const pipeline = this.#pipelines.get(state.name);
        return pipeline === undefined ? [] : [this.#status(state, pipeline.source.topic)];
      }),
    );
  }

  async steer(name: string, steering: Steering, also: (tx: Sql) => Promise<void>): Promise<PipelineStatus> {
    this.#named(name);
    const { relational, clock } = this.#deps;
    await relational.transaction(
      async (tx) => {
        if (await storeWish(tx, { name, steering, nowMs: clock.now() })) await also(tx);
      },
      // To compute anew is to remove all results first.
      steering === 'recompute' ? { statementLimitMs: wholeTableLimitMs } : {},
    );
    return steering === 'start' || steering === 'recompute' ? this.#statusOf(name) : this.#stopped(name);
  }

  async ping(): Promise<void> {
    await this.#deps.relational.ping();
    await this.#deps.ping?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running].map((running) => running[Symbol.asyncDispose]()));
  }

  /** Computes, in the process that leads, what is to run. */
  #follow(deployed: readonly DeployedPipeline[], epoch: number, sink: ResultSink): AsyncDisposable {
    const { relational, clock, log, logId, lead, halt } = this.#deps;
    const onTrouble = tellTrouble({
      log,
      clock,
      message: 'a batch of the stream engine is tried again',
      over: 'the stream engine computes again',
    });
    const troubles = new PipelineTroubles({ sql: relational, clock, epoch, onTrouble });
    const work = { epoch, sink, troubles };
    return computeWanted(deployed, {
      relational,
      clock,
      logId,
      epoch,
      troubles,
      compute: (pipelines) => lead(pipelines, work),
      halt: async (pipeline, how) =>
        halt === undefined
          ? { kept: how.withoutSavepoint ? undefined : { place: undefined } }
          : halt(pipeline, how, work),
    });
  }

  /** What has become of a stop, or `stopping` where that takes longer. */
  async #stopped(name: string): Promise<PipelineStatus> {
    const deadlineMs = performance.now() + stopPatienceMs;
    for (;;) {
      const status = await this.#statusOf(name);
      const { state, savepointFailure: refusal } = status;
      if (refusal !== undefined && (state === 'running' || state === 'failing'))
        throw new CodedError(refusal.code, refusal.message);
      if (state !== 'stopping' || performance.now() > deadlineMs) return status;
      await delay(lookEveryMs);
    }
  }

  async #statusOf(name: string): Promise<PipelineStatus> {
    const status = (await this.pipelines()).find((each) => each.name === name);
    if (status === undefined) throw noPipeline(name);
    return status;
  }

  async #status(state: PipelineState, topic: string): Promise<PipelineStatus> {
    const { offsets, storedAtMs } = state;
    // Of a topic that was made anew nothing is computed yet.
    const isOfOther = isOther(state.topicId, await this.#deps.eventLog.topicIdentity(topic));
    const behind = await eventsBehind(topic, isOfOther ? new Map() : offsets, this.#deps);
    const checkpoint =
      storedAtMs === undefined
        ? undefined
        : { atMs: storedAtMs, offsets: behind.partitions.map((partition) => offsets.get(partition)) };
    const { events, lagMs } = behind;
    const { name, version, sinceMs, failure, savepointFailure, savepoint, change } = state;
    return {
      ...{ name, version, sinceMs, failure, savepointFailure, savepoint, change },
      ...{ state: shownState(state), checkpoint, eventsBehind: events, lagMs },
    };
  }

  #named(name: string): Pipeline {
    const pipeline = this.#pipelines.get(name);
    if (pipeline === undefined) throw noPipeline(name);
    return pipeline;
  }
}

/** Positions of another log were kept, none of this one: what was computed stays, and goes on with the oldest event of this log. */
export async function noteOtherLog({
  relational,
  log,
  logId,
}: Pick<StoredStreamDeps, 'relational' | 'log' | 'logId'>): Promise<void> {
  const { rows } = await relational.query<{ before: string[] | null; here: boolean | null }>(
    'SELECT array_agg(DISTINCT log_id) AS before, bool_or(log_id = $1) AS here FROM stream.position',
    [logId],
  );
  const { before = null, here = null } = rows[0] ?? {};
  if (before !== null && here === false)
    log.warn(
      { engine: 'stream' },
      `the event log (${logId}) is another one than before (${before.join(', ')}): metrics keep what they have and go on with the oldest event of this log`,
    );
}
