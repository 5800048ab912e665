import { CodedError } from './coded-error.ts';

export interface SemaphoreOptions {
  /** What is held, as the sentence of a refusal begins: "Too many downloads". */
  readonly tooMany: string;
  readonly atOnce: number;
  /** Milliseconds somebody waits for a place at most. */
  readonly waitMs: number;
}

/** Gives back a place, once. */
export type Release = () => void;

/** Gives so many places at a time, in the order of asking, to what goes on after the call that took one. Whoever waits too long is told so. */
export class Semaphore {
  readonly #options: SemaphoreOptions;
  readonly #waiting = new Set<() => void>();
  #held = 0;

  constructor(options: SemaphoreOptions) {
    this.#options = options;
  }

  /** @throws CodedError OVERLOADED when no place was free in time, and the signal's reason */
  async acquire(signal?: AbortSignal): Promise<Release> {
    signal?.throwIfAborted();
    if (this.#held < this.#options.atOnce) this.#held += 1;
    else await this.#wait(signal);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const [next] = this.#waiting;
      // The place is handed on, not freed: a newcomer cannot slip in between.
      if (next === undefined) this.#held -= 1;
      else next();
    };
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    const { tooMany, waitMs } = this.#options;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.#waiting.delete(enter);
      };
      const enter = (): void => {
        leave();
        resolve();
      };
      const onAbort = (): void => {
        leave();
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        leave();
        const message = `${tooMany} at once; try again in a moment.`;
        reject(new CodedError('OVERLOADED', message, { details: { retryAfterSeconds: 2 } }));
      }, waitMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(enter);
    });
  }
}
