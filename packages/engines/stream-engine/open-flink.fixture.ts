import { createLogger, newId, systemClock } from '@tributary/runtime';
import { eventually, freshDatabase } from '@tributary/test-kit';
import { expect, inject } from 'vitest';
import { openEventLog } from '../event-log/open.ts';
import type { EventLog, LogEvent } from '../event-log/port.ts';
import type { Relational } from '../relational/port.ts';
import { connectPostgres } from '../relational/postgres.ts';
import { workspaceId } from './conformance-rows.ts';
import { parseFlinkUrl } from './flink-address.ts';
import { FlinkGateway } from './flink-gateway.ts';
import { openStreamEngine } from './open.ts';
import type { Pipeline, StreamEngine, WindowResult } from './port.ts';

/** A job is compiled, started and committed before its first result; six at a time take a busy machine a minute. */
export const patienceMs = 120_000;
const log = createLogger({ name: 'test', level: 'silent' });

/** A log and a database that nobody else has, on the engines of this run. */
export interface FlinkUnderTest extends AsyncDisposable {
  readonly relational: Relational;
  readonly eventLog: EventLog;
  readonly eventLogUrl: string;
  readonly gateway: FlinkGateway;
  /** Where the state lay that a job began with, as the cluster says it; undefined for one that began with none. */
  restoredFrom(jobId: string): Promise<string | undefined>;
  /** Those of late, as Flink itself says it, which looks every few seconds. */
  checkpoints(jobId: string): Promise<readonly FlinkCheckpoint[]>;
  /** Appends an event as another process does that cannot know it is there already. */
  repeat(topic: string, event: LogEvent): Promise<void>;
  /** An engine as another process would have it; `url` is Flink's unless another one is given, which then keeps its windows in `store`. */
  connect(url?: string, store?: Relational): Promise<StreamEngine>;
}

/** As Flink's REST API has it. */
interface FlinkCheckpoint {
  readonly is_savepoint: boolean;
  readonly status: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
}

interface Checkpoints {
  readonly latest?: { readonly restored?: { readonly external_path?: string } | null };
  readonly history?: readonly FlinkCheckpoint[];
}

/** `kafkaUrl` is where the log is when not on the Kafka of this run, without a prefix. */
export async function openFlinkUnderTest(kafkaUrl?: URL): Promise<FlinkUnderTest> {
  const engines = inject('engines');
  const flinkUrl = `${engines['FLINK_URL'] ?? 'missing: run npm run test:engines -- flink'}&commitMs=200`;
  const relational = await freshDatabase();
  const place = new URL(kafkaUrl ?? engines['KAFKA_URL'] ?? 'missing: run npm run test:engines -- flink');
  place.pathname = `/t${newId().slice(-12)}.`;
  const eventLogUrl = place.href;
  const eventLog = await openEventLog(eventLogUrl, { relational, log });
  const address = parseFlinkUrl(flinkUrl, 'FLINK_URL');
  const gateway = await FlinkGateway.open(address);
  const checkpoints = async (jobId: string): Promise<Checkpoints> => {
    const answer = await fetch(`${address.jobManagerUrl}/jobs/${jobId}/checkpoints`);
    return (await answer.json()) as Checkpoints;
  };
  return {
    relational,
    eventLog,
    eventLogUrl,
    gateway,
    restoredFrom: async (jobId) => (await checkpoints(jobId)).latest?.restored?.external_path,
    checkpoints: async (jobId) => (await checkpoints(jobId)).history ?? [],
    repeat: async (topic, event) => {
      await using another = await openEventLog(eventLogUrl, { relational, log });
      await another.append(topic, [event]);
    },
    connect: async (url = flinkUrl, store = relational) => {
      const own = connectPostgres(store.url, { log, poolSize: 6, applicationName: 'stream engine' });
      // Of this installation, wherever the engine keeps its windows.
      const ownLog = await openEventLog(eventLogUrl, { relational, log });
      const options = { relational: own, eventLog: ownLog, eventLogUrl, clock: systemClock, log };
      const engine = await openStreamEngine(url, options);
      const close = engine[Symbol.asyncDispose].bind(engine);
      let closed: Promise<void> | undefined;
      const closeAll = async (): Promise<void> => {
        await close();
        await ownLog[Symbol.asyncDispose]();
        await own[Symbol.asyncDispose]();
      };
      return Object.assign(engine, {
        [Symbol.asyncDispose]: () => {
          closed ??= closeAll();
          return closed;
        },
      });
    },
    [Symbol.asyncDispose]: async () => {
      for (const { id } of await jobsOf(gateway, relational)) await gateway.cancel(id);
      await eventLog[Symbol.asyncDispose]();
      await relational[Symbol.asyncDispose]();
    },
  };
}

/** The jobs of one installation; they outlive the engine that started them. */
export async function jobsOf(gateway: FlinkGateway, relational: Relational) {
  const { rows } = await relational
    .query<{ name: string }>('SELECT name FROM stream.installation')
    .catch(() => ({ rows: [] }));
  const jobs = await gateway.jobs();
  return jobs.filter(({ name }) => rows.some((row) => name.startsWith(`tributary/${row.name}/`)));
}

/** All windows of a pipeline. */
export async function everything(
  engine: StreamEngine,
  { name, windows, groupings }: Pipeline,
): Promise<readonly WindowResult[]> {
  const all = windows.flatMap(({ name: window }) =>
    groupings.map((grouping) =>
      engine.series({
        pipeline: name,
        workspaceId,
        window,
        grouping,
        fromMs: -1e12,
        toMs: 1e13,
        limit: 100_000,
      }),
    ),
  );
  return (await Promise.all(all)).flat();
}

/** Until nothing of the log is left to compute. */
export async function untilComputed(engine: StreamEngine, pipelines: readonly Pipeline[]): Promise<void> {
  for (const { name } of pipelines)
    await eventually(async () => expect((await engine.progress(name, workspaceId)).lagMs).toBe(0), {
      timeoutMs: patienceMs,
    });
}
