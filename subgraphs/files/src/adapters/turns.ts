import { CodedError } from '@tributary/runtime';

/** Lets so many work at once; others wait in line, and when the line is full they are sent away. */
export class Turns {
  readonly #atOnce: number;
  readonly #mostWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #working = 0;

  constructor({ atOnce, waiting }: { readonly atOnce: number; readonly waiting: number }) {
    this.#atOnce = atOnce;
    this.#mostWaiting = waiting;
  }

  /** @throws CodedError OVERLOADED when the line is full */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#working >= this.#atOnce) {
      if (this.#waiting.length >= this.#mostWaiting)
        throw new CodedError('OVERLOADED', 'Too many files are worked on; try again in a moment.', {
          details: { retryAfterSeconds: 2 },
        });
      // Whoever ends hands its place on, so the count stays.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#working += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#working -= 1;
      else next();
    }
  }
}
