import { type Clock, CodedError, type Logger, tellTrouble } from '@tributary/runtime';
import type { EventLog } from '../event-log/port.ts';
import type { Relational } from '../relational/port.ts';
import { leadWhenElected } from './embedded-leadership.ts';
import { deployPipelines, pipelineId } from './embedded-pipelines.ts';
import { readRank, readSeries } from './embedded-results.ts';
import { createStreamSchema } from './embedded-schema.ts';
import { readPositions } from './embedded-state.ts';
import { runTopic } from './embedded-topic-runner.ts';
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

export interface EmbeddedStreamDeps {
  readonly relational: Relational;
  readonly eventLog: EventLog;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Windows computed in this process over the given log, kept in the given PostgreSQL (the caller closes both after this). Creates its schema. */
export async function openEmbeddedStreamEngine(deps: EmbeddedStreamDeps): Promise<StreamEngine> {
  const logId = await deps.eventLog.identity();
  await createStreamSchema(deps.relational, logId);
  await noteOtherLog(deps, logId);
  return new EmbeddedStreamEngine(deps, logId);
}

class EmbeddedStreamEngine implements StreamEngine {
  readonly #deps: EmbeddedStreamDeps;
  readonly #logId: string;
  readonly #pipelines = new Map<string, Pipeline>();
  readonly #running = new Set<AsyncDisposable>();

  constructor(deps: EmbeddedStreamDeps, logId: string) {
    this.#deps = deps;
    this.#logId = logId;
  }

  async run(pipelines: readonly Pipeline[], sink: ResultSink): Promise<AsyncDisposable> {
    checkPipelines(pipelines);
    const { relational, eventLog, clock, log } = this.#deps;
    const deployed = await deployPipelines(relational, pipelines);
    this.#pipelines.clear();
    for (const pipeline of pipelines) this.#pipelines.set(pipeline.name, pipeline);
    const topics = new Set(pipelines.map(({ source }) => source.topic));
    const onTrouble = tellTrouble({
      log,
      clock,
      message: 'a batch of the stream engine is tried again',
      over: 'the stream engine computes again',
    });
    const lead = async (epoch: number): Promise<AsyncDisposable> => {
      const deps = { sql: relational, relational, eventLog, logId: this.#logId };
      const runnerDeps = { ...deps, clock, sink, epoch, onTrouble };
      const tails: AsyncDisposable[] = [];
      const close = async (): Promise<void> => {
        await Promise.all(tails.map((tail) => tail[Symbol.asyncDispose]()));
      };
      try {
        for (const topic of topics)
          tails.push(
            await runTopic(
              topic,
              deployed.filter(({ pipeline }) => pipeline.source.topic === topic),
              runnerDeps,
            ),
          );
      } catch (error) {
        await close();
        throw error;
      }
      return { [Symbol.asyncDispose]: close };
    };
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

  ping(): Promise<void> {
    return this.#deps.relational.ping();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running].map((running) => running[Symbol.asyncDispose]()));
  }

  /** How long the oldest event that is not computed yet lies in the log. */
  async #lagMs(id: number, topic: string): Promise<number> {
    const { relational, eventLog, clock } = this.#deps;
    const [positions, beginning, end] = await Promise.all([
      readPositions(relational, { pipelineId: id, logId: this.#logId }),
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
async function noteOtherLog({ relational, log }: EmbeddedStreamDeps, logId: string): Promise<void> {
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
