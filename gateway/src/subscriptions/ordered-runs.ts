interface Run<Result> {
  readonly start: () => Promise<Result>;
  readonly onResult: (result: Result) => void;
  outcome: { readonly result: Result } | undefined;
}

/**
 * Runs tasks a few at a time and hands their results out in the order the tasks came in.
 * Tasks must not reject: what can go wrong is part of their result.
 */
export class OrderedRuns<Result> {
  readonly #width: number;
  readonly #waiting: Run<Result>[] = [];
  readonly #running: Run<Result>[] = [];
  #wake: (() => void)[] = [];
  #closed = false;
  #handedOut = 0;

  constructor(width: number) {
    this.#width = width;
  }

  get size(): number {
    return this.#waiting.length + this.#running.length;
  }

  push(start: () => Promise<Result>, onResult: (result: Result) => void): void {
    if (this.#closed) return;
    this.#waiting.push({ start, onResult, outcome: undefined });
    this.#startMore();
  }

  /** Resolves when fewer than `limit` tasks are in hand, or all is closed. */
  async below(limit: number): Promise<void> {
    while (this.size >= limit && !this.#closed)
      await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  idle(): Promise<void> {
    return this.below(1);
  }

  /** Resolves when what is in hand now is handed out, whatever comes after it, or all is closed. */
  async settled(): Promise<void> {
    const until = this.#handedOut + this.size;
    while (this.#handedOut < until && !this.#closed)
      await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  /** Forgets what waits; results of what runs are dropped. */
  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
    this.#running.length = 0;
    this.#wakeAll();
  }

  #startMore(): void {
    while (this.#running.length < this.#width) {
      const run = this.#waiting.shift();
      if (run === undefined) return;
      this.#running.push(run);
      void run.start().then((result) => {
        run.outcome = { result };
        this.#handOut();
      });
    }
  }

  #handOut(): void {
    for (;;) {
      const [first] = this.#running;
      if (this.#closed || first?.outcome === undefined) break;
      this.#running.shift();
      first.onResult(first.outcome.result);
      this.#handedOut += 1;
    }
    this.#startMore();
    this.#wakeAll();
  }

  #wakeAll(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }
}
