import { boundedRow } from './cell-bytes.ts';
import type { BatchColumn, BatchRow, BatchRowLimits, BatchRows } from './port.ts';
import type { SparkRun } from './spark-run.ts';

const pageRows = 1_000;
const pageBytes = 1_000_000;

/** Rows of a run, cut into pages; Spark waits while nobody asks for the next piece. */
export class SparkRows implements BatchRows {
  readonly columns: readonly BatchColumn[];
  readonly #run: SparkRun;
  readonly #limits: BatchRowLimits;
  readonly #signal: AbortSignal;
  readonly #closing: AsyncDisposable;
  #truncated = false;

  constructor(
    run: SparkRun,
    limits: BatchRowLimits,
    { signal, closing }: { readonly signal: AbortSignal; readonly closing: AsyncDisposable },
  ) {
    this.columns = run.columns;
    this.#run = run;
    this.#limits = limits;
    this.#signal = signal;
    this.#closing = closing;
  }

  get truncated(): boolean {
    return this.#truncated;
  }

  async *pages(): AsyncIterable<readonly BatchRow[]> {
    try {
      yield* this.#pages();
    } finally {
      await this.#closing[Symbol.asyncDispose]();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closing[Symbol.asyncDispose]();
  }

  async *#pages(): AsyncGenerator<readonly BatchRow[], void> {
    let rowsLeft = this.#limits.maxRows;
    let bytesLeft = this.#limits.maxBytes;
    let page: BatchRow[] = [];
    let bytes = 0;
    // One row more than may be shown tells that there are more.
    for await (const rows of this.#run.rows(rowsLeft + 1)) {
      for (const whole of rows) {
        const { row, size } = boundedRow(whole, this.#limits.maxRowBytes);
        if (rowsLeft === 0 || size > bytesLeft) {
          this.#truncated = true;
          if (page.length > 0) yield page;
          return;
        }
        rowsLeft -= 1;
        bytesLeft -= size;
        bytes += size;
        page.push(row);
        if (bytes < pageBytes && page.length < pageRows) continue;
        this.#signal.throwIfAborted();
        yield page;
        page = [];
        bytes = 0;
      }
    }
    this.#signal.throwIfAborted();
    if (page.length > 0) yield page;
  }
}
