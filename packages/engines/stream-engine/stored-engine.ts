import { type Clock, CodedError, type Logger, tellTrouble } from '@tributary/runtime';
import type { EventLog } from '../event-log/port.ts';
import type { Relational } from '../relational/port.ts';
import { leadWhenElected } from './embedded-leadership.ts';
import { type DeployedPipeline, deployPipelines, pipelineId } from './embedded-pipelines.ts';
import { readRank, readSeries } from './embedded-results.ts';
import { readPositions } from './embedded-state.ts';
import { checkPipelines } from './pipeline-check.ts';
import type {
  Pipeline,
  Progress,
  RankRequest,
  ResultSink,
  SeriesRequest,
  StreamEngine,
  WindowResult,
} from './port.ts';

export interface StoredStreamDeps {
  readonly relational: Relational;
  readonly eventLog: EventLog;
  readonly clock: Clock;
  readonly log: Logger;
  /** The log's identity. */
  readonly logId: string;
  /** Computes these pipelines under an epoch, in the one process that leads, until disposed. */
  readonly lead: (pipelines: readonly DeployedPipeline[], work: LeaderWork) => Promise<AsyncDisposable>;
  /** What has to answer beside the database. */
  readonly ping?: () => Promise<void>;
}

/** What a leader is given. */
export interface LeaderWork {
  readonly epoch: number;
  readonly sink: ResultSink;
  /** Told of what is tried again. */
  readonly onTrouble: (error: unknown) => void;
}

/** A stream engine whose results, positions and leadership are in PostgreSQL, whoever computes; disposing stops what runs here. */
export class StoredStreamEngine implements StreamEngine {
  readonly #deps: StoredStreamDeps;
  readonly #pipelines = new Map<string, Pipeline>();
  readonly #running = new Set<AsyncDisposable>();

  constructor(deps: StoredStreamDeps) {
    this.#deps = deps;
  }

  async run(pipelines: readonly Pipeline[], sink: ResultSink): Promise<AsyncDisposable> {
    checkPipelines(pipelines);
    const { relational, clock, log } = this.#deps;
    const deployed = await deployPipelines(relational, pipelines);
    this.#pipelines.clear();
    for (const pipeline of pipelines) this.#pipelines.set(pipeline.name, pipeline);
    const onTrouble = tellTrouble({
      log,
      clock,
      message: 'a batch of the stream engine is tried again',
      over: 'the stream engine computes again',
    });
    const lead = (epoch: number): Promise<AsyncDisposable> =>
      this.#deps.lead(deployed, { epoch, sink, onTrouble });
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
    return { ...known, lagMs: await this.#lagMs(id, pipeline.source.topic) };
  }

  async ping(): Promise<void> {
    await this.#deps.relational.ping();
    await this.#deps.ping?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running].map((running) => running[Symbol.asyncDispose]()));
  }

  /** How long the oldest event that is not computed yet lies in the log. */
  async #lagMs(id: number, topic: string): Promise<number> {
    const { relational, eventLog, clock, logId } = this.#deps;
    const [positions, beginning, end] = await Promise.all([
      readPositions(relational, { pipelineId: id, logId }),
      eventLog.beginning(topic),
      eventLog.end(topic),
    ]);
    const oldest = await Promise.all(
      end.map(async (next, partition) => {
        const fromOffset = Math.max(positions.get(partition) ?? 0, beginning[partition] ?? 0);
        if (fromOffset >= next) return Number.POSITIVE_INFINITY;
        const [record] = await eventLog.read({ topic, partition, fromOffset, limit: 1 });
        return record?.timestampMs ?? Number.POSITIVE_INFINITY;
      }),
    );
    const oldestMs = Math.min(...oldest);
    return Number.isFinite(oldestMs) ? Math.max(0, clock.now() - oldestMs) : 0;
  }

  #named(name: string): Pipeline {
    const pipeline = this.#pipelines.get(name);
    if (pipeline === undefined) throw new CodedError('NOT_FOUND', `There is no pipeline ${name}.`);
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
