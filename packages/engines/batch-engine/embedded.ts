import { stat } from 'node:fs/promises';
import { type Clock, Closing, CodedError } from '@tributary/runtime';
import { checkQuery } from './checked-query.ts';
import type { RunOrder } from './embedded-messages.ts';
import { EmbeddedRows } from './embedded-rows.ts';
import { EmbeddedRun } from './embedded-run.ts';
import { fileTooLarge } from './file-too-large.ts';
import { offerFile } from './offer-file.ts';
import type {
  BatchEngine,
  BatchExport,
  BatchExported,
  BatchQuery,
  BatchRowLimits,
  BatchRows,
} from './port.ts';
import { batchLimits } from './port.ts';
import { type RunFolder, stageTables } from './run-folder.ts';
import { RunSignal } from './run-signal.ts';
import { RunSlots } from './run-slots.ts';
import { SpareProcess } from './spare-process.ts';
import { untilAborted } from './until-aborted.ts';

export interface EmbeddedBatchOptions {
  readonly clock: Clock;
  /** Memory of a query, bytes; beyond it spills to disk. 512 MB when absent. */
  readonly memoryBytes?: number;
  /** Threads of a query; 2 when absent. */
  readonly threads?: number;
  /** Disk a query may spill to, and as much again for copies of its sources. 4 GB when absent. */
  readonly diskBytes?: number;
  /** Queries that work at a time; 2 when absent. */
  readonly maxRunning?: number;
  /** Queries that wait for their turn; 16 when absent. */
  readonly maxWaiting?: number;
}

interface Begun {
  readonly run: EmbeddedRun;
  readonly folder: RunFolder;
  readonly signal: AbortSignal;
  /** Ends the run and gives back all it held. */
  readonly closing: Closing;
}

const defaults = {
  memoryBytes: 512_000_000,
  threads: 2,
  diskBytes: 4_000_000_000,
  maxRunning: 2,
  maxWaiting: 16,
};

/** What Node and DuckDB take before the first row is read, with room: resident memory is measured, not what DuckDB counts as its own. */
const processOverheadBytes = 256_000_000;

/** The batch-engine port on DuckDB: a process a query, which is why a cancel always arrives and nothing is left behind. */
export class EmbeddedBatchEngine implements BatchEngine {
  readonly #options: Required<EmbeddedBatchOptions>;
  readonly #slots: RunSlots;
  readonly #spare: SpareProcess;
  readonly #open = new Set<{ readonly signal: RunSignal; readonly closing: Closing }>();
  #closed = false;

  constructor(options: EmbeddedBatchOptions) {
    this.#options = { ...defaults, ...options };
    this.#spare = new SpareProcess(this.#options.memoryBytes + processOverheadBytes);
    this.#slots = new RunSlots(this.#options.maxRunning, this.#options.maxWaiting);
  }

  async query(query: BatchQuery, limits: BatchRowLimits): Promise<BatchRows> {
    if (!(limits.maxRows > 0 && limits.maxBytes > 0))
      throw new RangeError('maxRows and maxBytes are positive');
    const { run, closing } = await this.#begin(query, () => ({ kind: 'rows', ...limits }));
    try {
      const { columns } = await this.#columnsOf(run);
      return new EmbeddedRows(columns, run, closing);
    } catch (error) {
      await closing[Symbol.asyncDispose]();
      throw error;
    }
  }

  async exportTo(query: BatchQuery, target: BatchExport): Promise<BatchExported> {
    const { format, maxBytes, csvFormulas = 'NEUTRALISE', sink } = target;
    const neutraliseFormulas = csvFormulas === 'NEUTRALISE';
    const output = ({ resultPath }: RunFolder) =>
      ({ kind: 'file', path: resultPath, format, neutraliseFormulas }) as const;
    const { run, folder, signal, closing } = await this.#begin(query, output, maxBytes);
    await using _ = closing;
    const { columns } = await this.#columnsOf(run);
    const { rowCount } = await run.expect('written');
    const { size } = await stat(folder.resultPath);
    if (size > maxBytes) throw fileTooLarge(maxBytes);
    const sizeBytes = await offerFile({ path: folder.resultPath, signal }, sink);
    return { columns, rowCount, sizeBytes };
  }

  /** Once a query has come this far, or has failed, the next one's process may start beside it. */
  async #columnsOf(run: EmbeddedRun) {
    try {
      return await run.expect('columns');
    } finally {
      this.#spare.prepare();
    }
  }

  async ping(): Promise<void> {
    if (this.#closed) throw closed();
  }

  /** Stops what runs, and resolves when it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const { signal } of this.#open) signal.stop(closed());
    await Promise.all([...this.#open].map(({ closing }) => closing[Symbol.asyncDispose]()));
    await this.#spare[Symbol.asyncDispose]();
  }

  async #begin(
    query: BatchQuery,
    output: (folder: RunFolder) => RunOrder['output'],
    maxFileBytes = Number.POSITIVE_INFINITY,
  ): Promise<Begun> {
    await this.ping();
    checkQuery(query);
    const { clock, memoryBytes, threads, diskBytes } = this.#options;
    const { sql, timeLimitMs = batchLimits.defaultTimeLimitMs, waitLimitMs, owner, onProgress } = query;
    const { handsOverMoments = false } = query;
    const closing = new Closing();
    const times = { clock, timeLimitMs, waitLimitMs };
    const runSignal = closing.use('signal', new RunSignal({ ...times, cancel: query.signal }));
    const entry = { signal: runSignal, closing };
    this.#open.add(entry);
    closing.defer('entry', () => this.#open.delete(entry));
    const { signal } = runSignal;
    try {
      closing.use('slot', await this.#slots.take({ owner, signal }));
      runSignal.turnCame();
      const process = closing.use('process', await this.#spare.take());
      await untilAborted(signal, () => process.ready);
      runSignal.begin();
      const { folder } = process;
      const tables = await stageTables(folder, query.tables, { maxBytes: diskBytes, signal });
      const order = {
        ...{ sql, tables, handsOverMoments, memoryBytes, threads },
        ...{ spillDir: folder.spillDir, spillBytes: diskBytes },
      };
      const bounds = { signal, maxFileBytes, onProgress };
      const run = closing.use(
        'run',
        new EmbeddedRun({ kind: 'run', ...order, output: output(folder) }, process, bounds),
      );
      return { run, folder, signal, closing };
    } catch (error) {
      await closing[Symbol.asyncDispose]();
      // A stream that was broken off tells less than the reason it was broken off for.
      throw signal.aborted ? signal.reason : error;
    }
  }
}

function closed(): CodedError {
  return new CodedError('ENGINE_UNAVAILABLE', 'The batch engine is closed.');
}
