import { CodedError } from '@tributary/runtime/errors';
import type { Departure } from '../execution/departure.ts';
import { NobodyWaits } from './waiting.ts';

/** Whoever has not had a turn by then is told to come again, milliseconds. */
const longestWaitMs = 20_000;
const mostWaiting = 1_000;

export interface LineOptions {
  readonly longestWaitMs?: number;
  readonly mostWaiting?: number;
}

/** How a wait ended: with a turn, because nobody waited any more, or because the line was too long. */
export type WaitOutcome = 'turn' | 'gone' | 'refused';

export interface InLine {
  /** Aborted when nobody waits for it any more. */
  readonly gone?: Departure | undefined;
  readonly onWaited?: ((outcome: WaitOutcome, waitedMs: number) => void) | undefined;
}

/** Work of which one piece is done at a time, in the order it was asked for. */
export class PlanningLine {
  readonly #longestWaitMs: number;
  readonly #mostWaiting: number;
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor({ longestWaitMs: wait = longestWaitMs, mostWaiting: most = mostWaiting }: LineOptions = {}) {
    this.#longestWaitMs = wait;
    this.#mostWaiting = most;
  }

  /** Without a bound: nobody asked for it. */
  prepare(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /**
   * Who leaves before the turn leaves the line at once; what has begun goes on.
   * @throws CodedError OVERLOADED when too many wait or it waited too long, NobodyWaits, and what the work fails with
   */
  inTurn<Result>(
    work: () => Promise<Result>,
    { gone, onWaited = () => undefined }: InLine = {},
  ): Promise<Result> {
    const cameMs = performance.now();
    return new Promise((resolve, reject) => {
      const refuse = (outcome: WaitOutcome, error: Error): void => {
        onWaited(outcome, performance.now() - cameMs);
        reject(error);
      };
      if (gone?.aborted === true) return refuse('gone', new NobodyWaits());
      if (this.#waiting >= this.#mostWaiting) return refuse('refused', tooMany());
      // Let go with whoever leaves: it holds the text of the operation.
      let waiting: (() => Promise<Result>) | undefined = work;
      this.#waiting += 1;
      const stop = (): void => {
        waiting = undefined;
        this.#waiting -= 1;
        clearTimeout(limit);
        gone?.removeEventListener('abort', leave);
      };
      const leave = (): void => {
        stop();
        refuse('gone', new NobodyWaits());
      };
      const limit = setTimeout(() => {
        stop();
        refuse('refused', tooMany());
      }, this.#longestWaitMs);
      gone?.addEventListener('abort', leave, { once: true });
      this.#turn = this.#turn.then(async () => {
        const turn = waiting;
        if (turn === undefined) return;
        stop();
        onWaited('turn', performance.now() - cameMs);
        await turn().then(resolve, reject);
      });
    });
  }
}

function tooMany(): CodedError {
  return new CodedError('OVERLOADED', 'Too many operations wait for a plan.', {
    details: { retryAfterSeconds: 1 },
  });
}
