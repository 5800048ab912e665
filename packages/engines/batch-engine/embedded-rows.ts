import type { EmbeddedRun } from './embedded-run.ts';
import type { BatchColumn, BatchRow, BatchRows } from './port.ts';

/** Rows as they come from the process of a run: one page is asked for when the last was taken. */
export class EmbeddedRows implements BatchRows {
  readonly columns: readonly BatchColumn[];
  readonly #run: EmbeddedRun;
  readonly #closing: AsyncDisposable;
  #truncated = false;

  constructor(columns: readonly BatchColumn[], run: EmbeddedRun, closing: AsyncDisposable) {
    this.columns = columns;
    this.#run = run;
    this.#closing = closing;
  }

  get truncated(): boolean {
    return this.#truncated;
  }

  async *pages(): AsyncIterable<readonly BatchRow[]> {
    try {
      for (;;) {
        this.#run.askForPage();
        const { rows, last, truncated } = await this.#run.expect('page');
        this.#truncated = truncated;
        if (rows.length > 0) yield rows;
        if (last) return;
      }
    } finally {
      await this.#closing[Symbol.asyncDispose]();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closing[Symbol.asyncDispose]();
  }
}
