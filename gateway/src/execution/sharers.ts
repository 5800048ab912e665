import { type Departure, Leaving, reasonToEnd } from './departure.ts';

/** Where those who can say that they left are counted. */
export interface Counted {
  join(): void;
  leave(): void;
}

/** Counts who waits for one piece of work. */
export class Sharers {
  /** Aborted when the last of them has left. */
  readonly gone = new Leaving();
  readonly #counted: Counted | undefined;
  #waiting = 0;

  constructor(counted?: Counted) {
    this.#counted = counted;
  }

  /** @throws CallerGone once `gone` is aborted, or its reason; what the work fails with */
  wait<Answer>(answer: Promise<Answer>, gone: Departure | undefined): Promise<Answer> {
    this.#waiting += 1;
    // Who cannot say that they left waits to the end.
    if (gone === undefined) return answer;
    this.#counted?.join();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#counted?.leave();
        reject(reasonToEnd(gone));
        this.#waiting -= 1;
        if (this.#waiting === 0) this.gone.abort(gone.reason);
      };
      gone.addEventListener('abort', leave, { once: true });
      const stay = (): void => {
        if (gone.aborted) return;
        this.#counted?.leave();
        gone.removeEventListener('abort', leave);
      };
      answer.then(
        (value) => {
          stay();
          resolve(value);
        },
        (error: unknown) => {
          stay();
          reject(error);
        },
      );
    });
  }
}
