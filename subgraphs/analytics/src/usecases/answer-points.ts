import type { WindowResult } from '@tributary/engines/stream-engine';
import { CodedError, Turns } from '@tributary/runtime';

/** Points a series may have; more are refused, because a chart shows no more and memory is bounded. */
const mostOfOne = 20_000;
/** Points of all series of an answer: under other names the same series may be asked for many times. */
const mostOfAll = 60_000;
const atOnce = 4;
/** All turns are of one call. */
const who = 'call';

/** The points that one call may still answer. Its series are read a few at a time, so that what is too much is refused before it is in memory. */
export class AnswerPoints {
  readonly #signal: AbortSignal | undefined;
  readonly #turns = new Turns({
    tooMany: 'Too many series',
    atOnce,
    each: atOnce,
    waiting: Number.POSITIVE_INFINITY,
  });
  #left = mostOfAll;
  #isSpent = false;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /**
   * What `series` reads, which is told how many results it needs at most.
   * @throws CodedError BAD_USER_INPUT for more than 20,000 points, COST_EXCEEDED for more than 60,000 of all series, DEADLINE_EXCEEDED when nobody waits any more
   */
  read(series: (limit: number) => Promise<readonly WindowResult[]>): Promise<readonly WindowResult[]> {
    return this.#turns.run({ who, signal: this.#signal }, async () => {
      if (this.#isSpent) throw tooManyOfAll();
      const results = await series(mostOfOne + 1);
      if (results.length > mostOfOne) throw tooManyOfOne();
      if (results.length > this.#left) {
        this.#isSpent = true;
        throw tooManyOfAll();
      }
      this.#left -= results.length;
      return results;
    });
  }
}

function tooManyOfOne(): CodedError {
  return new CodedError(
    'BAD_USER_INPUT',
    `More than ${mostOfOne} points were asked for; ask for fewer series, a shorter time or a larger window.`,
    { details: { limit: mostOfOne } },
  );
}

function tooManyOfAll(): CodedError {
  return new CodedError(
    'COST_EXCEEDED',
    `A request reads ${mostOfAll} points of all its series; ask for fewer, a shorter time or a larger window.`,
    { details: { what: 'points', limit: mostOfAll } },
  );
}
