import { createHash } from 'node:crypto';
import {
  type AnalyticsDeps,
  type AnalyticsSources,
  buildAnalytics,
  gatewayRows,
  startMetrics,
} from '@tributary/analytics';
import { openBatchEngine } from '@tributary/engines/batch-engine/open';
import type { EventLog } from '@tributary/engines/event-log';
import { openEventLog } from '@tributary/engines/event-log/open';
import type { Inference } from '@tributary/engines/inference';
import { openInference } from '@tributary/engines/inference/open';
import type { OutgoingEvent } from '@tributary/engines/outbox';
import { relationalOutbox } from '@tributary/engines/outbox/relational';
import type { Relational } from '@tributary/engines/relational';
import type { StreamEngine } from '@tributary/engines/stream-engine';
import { openStreamEngine } from '@tributary/engines/stream-engine/open';
import { applyMigrations } from '@tributary/prisma';
import { Closing, CodedError, createLogger, ManualClock, newId, systemClock } from '@tributary/runtime';
import { metricFiles, modelFiles, predictionFiles, topicContracts, trackingFiles } from '@tributary/schema';
import {
  createAssertionMinter,
  createAssertionVerifier,
  type Principal,
  type Role,
  type StreamDoorResponse,
  type StreamEvent,
} from '@tributary/subgraph-kit';
import { doorRequest, migratedDatabase } from '@tributary/test-kit';
import { exportJWK, generateKeyPair } from 'jose';

type WorkspaceFile = Awaited<ReturnType<ReturnType<AnalyticsDeps['files']>>>;

export interface Answer {
  /** Whatever JSON it is: what tests expect of it is its check. */
  readonly data: ReturnType<typeof JSON.parse>;
  /** The code of the first error. */
  readonly code: unknown;
  readonly message: string | undefined;
  /** All that is told of it. */
  readonly extensions: unknown;
}

export interface OpenAnalytics extends AsyncDisposable {
  readonly relational: Relational;
  readonly eventLog: EventLog;
  readonly streamEngine: StreamEngine;
  readonly clock: ManualClock;
  readonly sdl: string;
  run(
    as: Principal,
    query: string,
    variables?: Readonly<Record<string, unknown>>,
    call?: { readonly stream?: StreamEvent; readonly signal?: AbortSignal },
  ): Promise<Answer>;
  /** `GET` of a table's rows; whoever takes the answer reads its body, or leaves it. */
  rows(as: Principal, table: string): Promise<StreamDoorResponse>;
  /** Keeps bytes as a file of the workspace, as the files subgraph would, told of as they are or otherwise; answers its id. */
  keepFile(workspaceId: string, bytes: Uint8Array, told?: Partial<WorkspaceFile>): string;
  /** Computes the declared metrics from now on. */
  measure(): Promise<void>;
  /** Takes the events that were written since it was last called, in order. */
  takeEvents(): Promise<readonly OutgoingEvent[]>;
}

export const startMs = Date.UTC(2026, 10, 1, 12);

/** Pipelines are steered from here: the operator workspace. */
export const operatorWorkspaceId = newId();

/** The analytics subgraph on a database of its own, with the demo's declarations or those given, on a clock that tests own. */
export async function openAnalytics(
  overrides: Partial<AnalyticsSources> = {},
  // A busy machine may take seconds to start a process.
  queryTimeLimitMs = 30_000,
  ownInference?: Inference,
): Promise<OpenAnalytics> {
  const closing = new Closing();
  const relational = closing.use('database', await migratedDatabase(applyMigrations));
  const outbox = await relationalOutbox(relational);
  const clock = new ManualClock(startMs);
  const log = createLogger({ name: 'test', level: 'silent' });
  const eventLog = closing.use('event log', await openEventLog('embedded:', { relational, log }));
  await eventLog.declareTopics(topicContracts());
  const engines = { relational, eventLog, clock, log };
  const streamEngine = closing.use(
    'stream engine',
    await openStreamEngine('embedded:', { ...engines, eventLogUrl: 'embedded:' }),
  );
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const minter = await createAssertionMinter(await exportJWK(privateKey), clock);
  const verifier = await createAssertionVerifier(await exportJWK(publicKey), clock);
  const inference = closing.use(
    'inference',
    ownInference ?? (await openInference({ clock: systemClock, log })),
  );
  const batchEngine = closing.use(
    'batch engine',
    await openBatchEngine('embedded:', { clock: systemClock, memoryBytes: 256_000_000 }),
  );
  const sources = {
    models: modelFiles(),
    tracking: trackingFiles(),
    metrics: metricFiles(),
    // The demo's predictions are of the demo's models.
    predictions: overrides.models === undefined ? predictionFiles() : [],
    ...overrides,
  };
  const { files, keepFile } = keptFiles();
  const build = () =>
    buildAnalytics({
      files,
      relational,
      streamEngine,
      inference,
      batchEngine,
      operators:
        ({ principal: { workspaceId } }) =>
        async () =>
          workspaceId === operatorWorkspaceId,
      queryTimeLimitMs,
      // Nobody listens there: rows of models are the data subgraph's, and asked for where both run.
      modelRows: gatewayRows(() => 'http://127.0.0.1:9'),
      clock,
      sources,
      verifier,
      onRefusal: () => undefined,
      log,
    });
  const subgraph = await Promise.resolve()
    .then(build)
    .catch(async (error: unknown) => {
      await closing[Symbol.asyncDispose]();
      throw error;
    });
  return {
    relational,
    eventLog,
    streamEngine,
    clock,
    sdl: subgraph.sdl,
    keepFile,
    measure: async () => void closing.use('metrics', await startMetrics({ streamEngine, sources, clock })),
    run: async (as, query, variables, call) => {
      const assertion = await minter.mint(as);
      const { data, errors = [] } = await subgraph.execute({
        query,
        variables,
        assertion,
        requestId: newId(),
        ...call,
      });
      const extensions = errors[0]?.extensions;
      return { data, code: extensions?.['code'], message: errors[0]?.message, extensions };
    },
    rows: async (as, table) => {
      const request = { path: `/analytics/rows/${table}`, assertion: await minter.mint(as) };
      const answered = await subgraph.streamDoor?.handle(doorRequest(request));
      if (answered === undefined) throw new Error('there is a door to rows');
      return answered;
    },
    takeEvents: async () => {
      const pending = await outbox.pending(100_000);
      await outbox.forget(pending);
      return pending.map(({ topic, event }) => ({ topic, event }));
    },
    [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose](),
  };
}

/** The files of the workspaces, in memory: those of a caller's own are found. */
function keptFiles(): Pick<AnalyticsDeps, 'files'> & Pick<OpenAnalytics, 'keepFile'> {
  const kept = new Map<string, WorkspaceFile>();
  return {
    keepFile: (workspaceId, bytes, told) => {
      const id = newId();
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const read = async (): Promise<Uint8Array> => bytes;
      kept.set(`${workspaceId}/${id}`, { sizeBytes: bytes.length, sha256, read, ...told });
      return id;
    },
    files:
      ({ principal }) =>
      async (id) => {
        const file = kept.get(`${principal.workspaceId}/${id}`);
        if (file === undefined) throw new CodedError('NOT_FOUND', 'There is no such file.');
        return file;
      },
  };
}

/** A member of the workspace with this role; each call makes another user. */
export function member(workspaceId: string, role: Role): Principal {
  return { kind: 'user', id: newId(), workspaceId, role, scopes: null };
}

export function anonymous(workspaceId: string): Principal {
  return { kind: 'anonymous', id: 'anonymous', workspaceId, role: null, scopes: null };
}

export function apiKey(workspaceId: string, role: Role, scopes: readonly string[]): Principal {
  return { kind: 'apiKey', id: newId(), workspaceId, role, scopes };
}
