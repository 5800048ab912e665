import { CodedError } from './coded-error.ts';
import { requireStillWanted } from './still-wanted.ts';

export interface TurnsOptions {
  /** What is worked on, as the sentence of a refusal begins: "Too many files". */
  readonly tooMany: string;
  readonly atOnce: number;
  /** How many of those one workspace may have, so that nobody's slow or many requests stop the others'. */
  readonly each: number;
  readonly waiting: number;
}

export interface Turn {
  /** Whose turn it is: the workspace. */
  readonly who: string;
  /** Whoever goes away leaves the line. */
  readonly signal?: AbortSignal | undefined;
}

/** A place of somebody who works. */
export interface Place {
  /** Whether it should be given up: somebody waits who would begin, and for whom no other place is given up already. */
  isWanted(): boolean;
}

interface Waiting extends Turn {
  readonly start: () => void;
  readonly goAway: () => void;
}

/**
 * Lets so many work at once, and of each workspace some; others wait in line. Of those who may begin, the workspace comes first that began longest ago, so
 * that nobody waits behind all that somebody else wants. A line that is full sends away, and one workspace fills half of it.
 */
export class Turns {
  readonly #options: TurnsOptions;
  #waiting: Waiting[] = [];
  /** One listener a signal: many turns of one request wait beside each other. */
  readonly #watched = new WeakSet<AbortSignal>();
  readonly #working = new Map<string, number>();
  /** When the workspaces that wait or work began last, counted in beginnings. */
  readonly #began = new Map<string, number>();
  #beginnings = 0;
  /** Places that are being given up. */
  #leaving = 0;
  #total = 0;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** @throws CodedError OVERLOADED when the line is full, DEADLINE_EXCEEDED when the caller went away before the work began */
  async run<Result>(turn: Turn, work: (place: Place) => Promise<Result>): Promise<Result> {
    const { who, signal } = turn;
    requireStillWanted(signal);
    if (this.#mayStart(who)) this.#enter(who);
    else await this.#wait(turn);
    let isLeaving = false;
    const isWanted = (): boolean => {
      if (!isLeaving && this.#wouldBegin(who) > this.#leaving) {
        isLeaving = true;
        this.#leaving += 1;
      }
      return isLeaving;
    };
    try {
      return await work({ isWanted });
    } finally {
      if (isLeaving) this.#leaving -= 1;
      this.#leave(who);
    }
  }

  /** How many wait who would begin if one of `who` ended. */
  #wouldBegin(who: string): number {
    const { each } = this.#options;
    return this.#waiting.filter((next) => next.who === who || (this.#working.get(next.who) ?? 0) < each)
      .length;
  }

  #mayStart(who: string): boolean {
    const { atOnce, each } = this.#options;
    return this.#total < atOnce && (this.#working.get(who) ?? 0) < each;
  }

  #wait({ who, signal }: Turn): Promise<void> {
    const { tooMany, waiting } = this.#options;
    const own = this.#waiting.filter((other) => other.who === who).length;
    if (this.#waiting.length >= waiting || own >= waiting / 2)
      throw new CodedError('OVERLOADED', `${tooMany} are worked on; try again in a moment.`, {
        details: { retryAfterSeconds: 2 },
      });
    // Whoever comes joins those that began just now: in front of what one of them wants beside, and never of who waits longer.
    if (!this.#began.has(who)) this.#began.set(who, this.#beginnings - 1);
    if (signal !== undefined) this.#watch(signal);
    return new Promise((start, reject) => {
      const goAway = (): void =>
        reject(new CodedError('DEADLINE_EXCEEDED', 'Its turn did not come in time.'));
      this.#waiting.push({ who, signal, start, goAway });
    });
  }

  #watch(signal: AbortSignal): void {
    if (this.#watched.has(signal)) return;
    this.#watched.add(signal);
    const leave = (): void => {
      const gone = this.#waiting.filter((one) => one.signal === signal);
      this.#waiting = this.#waiting.filter((one) => one.signal !== signal);
      for (const one of gone) {
        one.goAway();
        this.#forget(one.who);
      }
    };
    signal.addEventListener('abort', leave, { once: true });
  }

  #enter(who: string): void {
    this.#beginnings += 1;
    this.#began.set(who, this.#beginnings);
    this.#total += 1;
    this.#working.set(who, (this.#working.get(who) ?? 0) + 1);
  }

  #leave(who: string): void {
    const left = (this.#working.get(who) ?? 1) - 1;
    this.#total -= 1;
    if (left === 0) this.#working.delete(who);
    else this.#working.set(who, left);
    // Entered here and not when it wakes: somebody who comes in between would take the place as well.
    const next = this.#next();
    if (next !== undefined) {
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      this.#enter(next.who);
      next.start();
    }
    this.#forget(who);
  }

  #forget(who: string): void {
    if (!this.#working.has(who) && this.#waiting.every((other) => other.who !== who)) this.#began.delete(who);
  }

  #next(): Waiting | undefined {
    let first: Waiting | undefined;
    let longestAgo = Number.POSITIVE_INFINITY;
    for (const one of this.#waiting) {
      const began = this.#began.get(one.who) ?? 0;
      if (began >= longestAgo || !this.#mayStart(one.who)) continue;
      first = one;
      longestAgo = began;
    }
    return first;
  }
}
