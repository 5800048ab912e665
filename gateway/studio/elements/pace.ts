/** Does something soon after it is told to, however often it is told, and not again before `everyMs` have passed: also while it is told without end. */
export class Pace {
  readonly #soonMs: number;
  readonly #everyMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #doneAtMs = Number.NEGATIVE_INFINITY;

  constructor({ soonMs, everyMs }: { readonly soonMs: number; readonly everyMs: number }) {
    this.#soonMs = soonMs;
    this.#everyMs = everyMs;
  }

  tell(work: () => void): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#doneAtMs = performance.now();
        work();
      },
      Math.max(this.#soonMs, this.#doneAtMs + this.#everyMs - performance.now()),
    );
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
