import type { LogLevel, RunProgress } from '@tributary/job-queue';
import { queueLimits } from '@tributary/job-queue/limits';
import { boundedLine } from '@tributary/job-queue/log-line';
import { download, storableText } from '@tributary/runtime';
import type { SqlCell, SqlExport, SqlExported, SqlRequest } from './batch/sql-request.ts';
import { type KeptFile, keepFile } from './keep-file.ts';
import type { ChildRun, ModelInput, RunFacts, RunPort } from './run-port.ts';
import { WaitingLines } from './waiting-lines.ts';

export type LogFields = Readonly<Record<string, unknown>>;

/** The answer of SQL, a page at a time; the engine waits for whoever reads. */
export interface SqlRows {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** To be walked once. */
  readonly pages: AsyncIterable<readonly (readonly SqlCell[])[]>;
}

/** What a job works with. */
export interface JobContext<Input> {
  readonly runId: string;
  readonly workspaceId: string;
  /** From 1. */
  readonly attempt: number;
  /** Nobody has worked on it before, also in no attempt that does not count. */
  readonly isFirst: boolean;
  readonly input: Input;
  /** Aborts when the run is cancelled, its time is up, or its runner stops. */
  readonly signal: AbortSignal;
  /** What the last attempt saved; null at first. */
  readonly checkpoint: unknown;
  /** Shown while the run is at work; the latest counts, and it is written a few times a second at most. */
  progress(done: number, total?: number, message?: string): void;
  /** The run's own log, for the people of its workspace. What is said faster than it is written waits, 10,000 lines at the most. */
  readonly log: Readonly<
    Record<'debug' | 'info' | 'warn' | 'error', (message: string, fields?: LogFields) => void>
  >;
  /** Saves what the next attempt goes on from. @throws CodedError STATE_CONFLICT when the lease is lost: stop */
  saveCheckpoint(state: unknown): Promise<void>;
  /**
   * Asks the graph one query or mutation with the rights of whoever enqueued the run. Traces and figures know it by its name, or by the job's.
   * @throws CodedError the graph's first error
   */
  graph<Data>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Data>;
  /** How records of a model are made, by the graph's schema. @throws CodedError NOT_FOUND */
  describe(model: string): Promise<ModelInput>;
  /** The bytes behind a path of the gateway, such as a file's `downloadUrl`. @throws CodedError NOT_FOUND, SUBGRAPH_UNAVAILABLE */
  download(path: string): Promise<AsyncIterable<Uint8Array>>;
  /** Keeps bytes, up to 100 MiB, as a file of the workspace, once in a run for each name; answers its id. @throws CodedError FORBIDDEN, QUOTA_EXCEEDED, SUBGRAPH_UNAVAILABLE */
  keepFile(file: KeptFile): Promise<string>;
  /**
   * SQL over files of the workspace, its events and its models, with the rights of whoever enqueued the run. It works apart from the
   * job's process, and the run's end is its end.
   * @throws CodedError QUERY_INVALID and what else the batch engine says; NOT_FOUND for a file
   */
  readonly sql: {
    exportFile(request: SqlExport): Promise<SqlExported>;
    rows(request: SqlRequest): Promise<SqlRows>;
  };
  /** Enqueues runs below this one, cancelled with it. Answers their ids. @throws CodedError CONFLICT, RUN_LIMIT, NOT_FOUND */
  enqueue(children: readonly ChildRun[]): Promise<readonly string[]>;
}

export interface OpenContext extends AsyncDisposable {
  readonly context: JobContext<unknown>;
}

const flushMs = 250;

export interface ContextParts {
  readonly port: RunPort;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** A context whose progress and log lines go out in batches. Disposing writes what is left; what cannot be written is dropped, because the run's end says more. */
export function openJobContext(run: RunFacts, { port, signal, now }: ContextParts): OpenContext {
  const lines = new WaitingLines();
  let progress: RunProgress | undefined;
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const write = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const latest = progress;
    progress = undefined;
    if (latest !== undefined) await port.progress(latest).catch(() => undefined);
    // Not all that is said meanwhile, so that progress is told in between.
    await lines.writeOut((batch) => port.log(batch).catch(() => undefined));
  };
  const later = (): void => {
    timer ??= setTimeout(() => {
      writing = (writing ?? Promise.resolve()).then(write).then(() => {
        if (lines.count > 0 || progress !== undefined) later();
      });
    }, flushMs);
  };
  const logAt =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      lines.add(boundedLine({ level, message: String(message), fields, atMs: now() }));
      later();
    };
  return {
    context: {
      runId: run.id,
      workspaceId: run.workspaceId,
      attempt: run.attempt,
      isFirst: run.isFirst,
      input: run.input,
      checkpoint: run.checkpoint,
      signal,
      log: { debug: logAt('DEBUG'), info: logAt('INFO'), warn: logAt('WARN'), error: logAt('ERROR') },
      progress: (done, total, message) => {
        const said = message === undefined ? null : storableText(message, queueLimits.logMessageLength);
        progress = { done, total: total ?? null, message: said };
        later();
      },
      saveCheckpoint: (state) => port.checkpoint(state),
      graph: <Data>(query: string, variables = {}) => port.graph({ query, variables }) as Promise<Data>,
      describe: (model) => port.describe(model),
      download: (path) => download(run.gatewayUrl, path, signal),
      keepFile: (file) =>
        keepFile(file, {
          runId: run.id,
          gatewayUrl: run.gatewayUrl,
          signal,
          graph: (query, variables) => port.graph({ query, variables }),
        }),
      sql: {
        exportFile: (request) => port.exportSql(request),
        rows: async (request) => {
          const { cursor, columns } = await port.openRows(request);
          return { columns, pages: pagesOf(port, cursor) };
        },
      },
      enqueue: (children) => port.enqueue(children),
    },
    [Symbol.asyncDispose]: async () => {
      await writing;
      while (lines.count > 0 || progress !== undefined) await write();
      clearTimeout(timer);
    },
  };
}

async function* pagesOf(port: RunPort, cursor: number): AsyncGenerator<readonly (readonly SqlCell[])[]> {
  for (;;) {
    const { rows, last } = await port.nextRows(cursor);
    if (rows.length > 0) yield rows;
    if (last) return;
  }
}
