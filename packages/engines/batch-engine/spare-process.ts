import { QueryProcess } from './query-process.ts';

const keptForMs = 60_000;

/**
 * One process that is started before its query comes, while another query is at work: starting takes longer than most questions. It is used
 * once like any other and knows nothing until then. A minute after the last query it is gone, and an engine that is not asked has none.
 */
export class SpareProcess implements AsyncDisposable {
  readonly #memoryBytes: number;
  #spare: Promise<QueryProcess> | undefined;
  #expiry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(memoryBytes: number) {
    this.#memoryBytes = memoryBytes;
  }

  /** The spare, or a process that starts now. */
  async take(): Promise<QueryProcess> {
    const spare = await this.#letGo();
    // It may have been killed for memory that others needed.
    if (spare?.isOver === false) return spare;
    await spare?.[Symbol.asyncDispose]();
    return QueryProcess.start(this.#memoryBytes);
  }

  /** Starts the next one, unless it is there. */
  prepare(): void {
    if (this.#closed || this.#spare !== undefined) return;
    const starting = QueryProcess.start(this.#memoryBytes);
    this.#spare = starting;
    this.#expiry = setTimeout(() => void this.#discard(), keptForMs);
    this.#expiry.unref();
    starting.then(
      (spare) => spare.unref(),
      // No folder could be made: whoever takes one next hears why.
      () => {
        if (this.#spare === starting) this.#spare = undefined;
      },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#discard();
  }

  #letGo(): Promise<QueryProcess | undefined> {
    clearTimeout(this.#expiry);
    const spare = this.#spare;
    this.#spare = undefined;
    return spare?.catch(() => undefined) ?? Promise.resolve(undefined);
  }

  async #discard(): Promise<void> {
    await (await this.#letGo())?.[Symbol.asyncDispose]();
  }
}
