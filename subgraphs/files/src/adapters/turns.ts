import { CodedError } from '@tributary/runtime';

export interface TurnsOptions {
  readonly atOnce: number;
  /** How many of those one workspace may have, so that nobody's slow or many requests stop the others'. */
  readonly each: number;
  readonly waiting: number;
}

interface Waiting {
  readonly who: string;
  readonly start: () => void;
}

/**
 * Lets so many work at once, and of each workspace some; others wait in line. A line that is full sends away, and one workspace fills half
 * of it.
 */
export class Turns {
  readonly #options: TurnsOptions;
  readonly #waiting: Waiting[] = [];
  readonly #working = new Map<string, number>();
  #total = 0;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** @throws CodedError OVERLOADED when the line is full */
  async run<Result>(who: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#mayStart(who)) this.#enter(who);
    else await this.#wait(who);
    try {
      return await work();
    } finally {
      this.#leave(who);
    }
  }

  #mayStart(who: string): boolean {
    const { atOnce, each } = this.#options;
    return this.#total < atOnce && (this.#working.get(who) ?? 0) < each;
  }

  #wait(who: string): Promise<void> {
    const { waiting } = this.#options;
    const own = this.#waiting.filter((other) => other.who === who).length;
    if (this.#waiting.length >= waiting || own >= waiting / 2)
      throw new CodedError('OVERLOADED', 'Too many files are worked on; try again in a moment.', {
        details: { retryAfterSeconds: 2 },
      });
    return new Promise((start) => this.#waiting.push({ who, start }));
  }

  #enter(who: string): void {
    this.#total += 1;
    this.#working.set(who, (this.#working.get(who) ?? 0) + 1);
  }

  #leave(who: string): void {
    const left = (this.#working.get(who) ?? 1) - 1;
    this.#total -= 1;
    if (left === 0) this.#working.delete(who);
    else this.#working.set(who, left);
    // Entered here and not when it wakes: somebody who comes in between would take the place as well.
    const at = this.#waiting.findIndex((next) => this.#mayStart(next.who));
    const [next] = at < 0 ? [] : this.#waiting.splice(at, 1);
    if (next === undefined) return;
    this.#enter(next.who);
    next.start();
  }
}
