import { createHash, type Hash } from 'node:crypto';
import type {
  BatchCell,
  BatchEngine,
  BatchQuery,
  BatchRow,
  BatchRows,
} from '@tributary/engines/batch-engine';
import type { RunProgress } from '@tributary/job-queue';
import { Closing, CodedError, fileNameFault } from '@tributary/runtime';
import { EngineAway } from '../failure.ts';
import type { RunGraph } from '../run-graph.ts';
import { keepStream } from './keep-stream.ts';
import { requestTables } from './request-tables.ts';
import type { RunDoors } from './run-doors.ts';
import type { OpenedRows, RowPage, SqlCell, SqlExport, SqlExported, SqlRequest } from './sql-request.ts';

/** What runs work with SQL on. */
export interface BatchParts {
  readonly engine: BatchEngine;
  readonly doors: RunDoors;
  readonly gatewayUrl: string;
}

export interface RunBatchParts extends BatchParts {
  readonly run: Parameters<RunGraph>[0] & { readonly timeLimitMs: number };
  readonly signal: AbortSignal;
  readonly graph: (query: string, variables: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly progress: (progress: RunProgress) => Promise<void>;
}

interface OpenCursor {
  readonly pages: AsyncIterator<readonly BatchRow[]>;
  readonly rows: BatchRows;
}

interface KeptFacts {
  readonly sha256: string;
  readonly sizeBytes: number;
}

const keptText = `query KeptExport($id: ID!) { file(id: $id) { sha256 sizeBytes } }`;
const contentTypes = { CSV: 'text/csv', PARQUET: 'application/vnd.apache.parquet' } as const;
/** Of a file; files themselves take up to 5 GiB. */
const largestFileBytes = 2_000_000_000;
const largestRows = { maxRows: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER } as const;
/** A run that waits longer for its turn is put back into its queue, so that its own time limit is for its work. */
const waitLimitMs = 5_000;
/** Answers that a run holds open at once. */
const maxCursors = 4;

/**
 * The batch engine as one run may use it: with the rights of whoever enqueued it, until the run's signal, which ends the engine's work
 * whatever it does. Disposing ends what is still open.
 */
export class RunBatch implements AsyncDisposable {
  readonly #parts: RunBatchParts;
  readonly #cursors = new Map<number, OpenCursor>();
  readonly #closing = new Closing();
  #opened = 0;

  constructor(parts: RunBatchParts) {
    this.#parts = parts;
  }

  /**
   * The whole result as one file of the workspace, and what that holds: where an attempt before this one has kept it, its source may have been another.
   * @throws BAD_USER_INPUT for its name before any work; what the batch engine throws, and what files say
   */
  async exportFile({ name, format, ...request }: SqlExport): Promise<SqlExported> {
    const { engine, run, doors, signal } = this.#parts;
    const fault = fileNameFault(name);
    if (fault !== undefined) throw new CodedError('BAD_USER_INPUT', `The name of the file ${fault}.`);
    const contentType = contentTypes[format];
    let file = '';
    const hash = createHash('sha256');
    const { rowCount, sizeBytes } = await engine.exportTo(await this.#query(request), {
      format,
      maxBytes: largestFileBytes,
      sink: async (bytes, { sizeBytes: size }) => {
        const hashed = hashing(bytes, hash);
        file = await keepStream(
          { name, contentType, sizeBytes: size, bytes: hashed },
          { run, doors, signal },
        );
      },
    });
    const kept = await this.#factsOf(file);
    if (kept === undefined || kept.sha256 === hash.digest('hex')) return { file, rows: rowCount, sizeBytes };
    return { file, rows: await this.#rowsIn(file, format), sizeBytes: kept.sizeBytes };
  }

  /** Undefined when the file was removed meanwhile. */
  async #factsOf(id: string): Promise<KeptFacts | undefined> {
    const answer = (await this.#parts.graph(keptText, { id })) as { readonly file: KeptFacts | null } | null;
    return answer?.file ?? undefined;
  }

  async #rowsIn(file: string, format: SqlExport['format']): Promise<number> {
    const request = { sql: 'SELECT count(*) AS n FROM kept', tables: [{ name: 'kept', file, format }] };
    await using rows = await this.#parts.engine.query(await this.#query(request), largestRows);
    for await (const [row] of rows.pages()) return Number(row?.[0] ?? 0);
    return 0;
  }

  async openRows(request: SqlRequest): Promise<OpenedRows> {
    if (this.#cursors.size >= maxCursors)
      throw new CodedError('RUN_LIMIT', `A run reads ${maxCursors} answers at a time.`);
    const { mostBytes: maxBytes = largestRows.maxBytes, mostRowBytes: maxRowBytes } = request;
    const limits = { ...largestRows, maxBytes, ...(maxRowBytes === undefined ? {} : { maxRowBytes }) };
    const rows = this.#closing.use(
      'rows',
      await this.#parts.engine.query(await this.#query(request), limits),
    );
    this.#opened += 1;
    this.#cursors.set(this.#opened, { rows, pages: rows.pages()[Symbol.asyncIterator]() });
    return { cursor: this.#opened, columns: rows.columns };
  }

  /** The next page; the cursor is gone with the last one. @throws CodedError NOT_FOUND, and what stops the query */
  async nextRows(cursor: number): Promise<RowPage> {
    const open = this.#cursors.get(cursor);
    if (open === undefined) throw new CodedError('NOT_FOUND', 'There are no such rows open.');
    const { value, done } = await open.pages.next();
    if (done !== true) return { rows: value.map((row) => row.map(asJson)), last: false };
    this.#cursors.delete(cursor);
    if (open.rows.truncated)
      throw new CodedError('QUERY_TOO_LARGE', 'The result is larger than what asked for it may hold.');
    return { rows: [], last: true };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closing[Symbol.asyncDispose]();
  }

  /** @throws EngineAway before anything of the request is read: a source may be large, and all of it would be copied to nobody */
  async #query(request: SqlRequest): Promise<BatchQuery> {
    const { engine, run, signal, graph, doors, gatewayUrl, progress } = this.#parts;
    await engine.ping().catch((cause: unknown) => {
      throw new EngineAway('The batch engine is away; the run goes on when it is back.', cause);
    });
    const tables = await requestTables(request, {
      graph,
      door: (path) => doors(run, path, { signal }),
      gatewayUrl,
      signal,
    });
    return {
      sql: request.sql,
      handsOverMoments: request.handsOverMoments ?? false,
      tables,
      timeLimitMs: run.timeLimitMs,
      waitLimitMs,
      owner: run.workspaceId,
      signal,
      // A progress that cannot be written is followed by the next, and the run's end says more.
      onProgress: (fraction) =>
        void progress({ done: Math.floor(fraction * 100), total: 100, message: null }).catch(() => undefined),
    };
  }
}

async function* hashing(bytes: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}

function asJson(cell: BatchCell): SqlCell {
  if (typeof cell === 'bigint') return Number.isSafeInteger(Number(cell)) ? Number(cell) : String(cell);
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : String(cell);
  return cell instanceof Uint8Array ? Buffer.from(cell).toString('base64') : cell;
}
