import { CodedError } from '@tributary/runtime';

/** Runs one piece of work after the other; beyond `maxWaiting` it refuses. */
export class TurnQueue {
  readonly #maxWaiting: number;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  /** @throws CodedError OVERLOADED, and what the work throws */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#waiting >= this.#maxWaiting) {
      throw new CodedError('OVERLOADED', 'Too many predictions are waiting.', {
        details: { retryAfterMs: 1_000 },
      });
    }
    this.#waiting += 1;
    const turn = this.#last.then(work).finally(() => {
      this.#waiting -= 1;
    });
    this.#last = turn.catch(() => undefined);
    return await turn;
  }
}
