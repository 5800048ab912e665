/** Something begins at least so often, however busy the thread is, milliseconds. */
const longestRestMs = 10;

interface Waits {
  readonly begin: () => void;
  readonly timer: NodeJS.Timeout | undefined;
}

/** Time, and the end of a turn of the event loop, as the code sees them. */
export interface Turns {
  nowMs(): number;
  afterTurn(look: () => void): void;
}

const eventLoop: Turns = {
  nowMs: () => performance.now(),
  afterTurn: (look) => void setImmediate(look),
};

/**
 * When operations begin. A thread that always has something to do answers no more of them in a second when more are under way: they only end later, all of
 * them, and what each holds meanwhile is copied by every collection of young garbage that it outlives. So while some are under way, the next one begins in
 * the first turn of the event loop in which no fetch was answered, that is, when there is nothing else to do: as many are under way as keep the thread
 * busy, however long subgraphs take, and nothing waits while it rests.
 *
 * Operations that subgraphs could not tell apart begin together, because they share fetches.
 */
export class Beginnings {
  readonly #turns: Turns;
  /** Of each kind. */
  readonly #underWay = new Map<string, number>();
  /** By kind, whose turn is next first. */
  readonly #waiting = new Map<string, Set<Waits>>();
  #answered = 0;
  /** What was answered when it was last looked. */
  #seen = 0;
  #isLooking = false;
  #lastMs = 0;

  constructor(turns = eventLoop) {
    this.#turns = turns;
  }

  /**
   * Resolves when an operation may begin; undefined: now. Whoever entered has to `leave`.
   * @param kind equal where subgraphs would be asked for equal things
   * @param latestMs when it begins at the latest, on the clock of the turns
   */
  enter(kind: string, latestMs?: number): Promise<void> | undefined {
    if (this.#underWay.size === 0 || this.#underWay.has(kind)) {
      this.#begins(kind, 1);
      return undefined;
    }
    return new Promise((resolve) => {
      const isLate = (): void => this.#late(kind, waits);
      const timer =
        latestMs === undefined ? undefined : setTimeout(isLate, latestMs - this.#turns.nowMs()).unref();
      const waits: Waits = { begin: resolve, timer };
      const alike = this.#waiting.get(kind);
      if (alike === undefined) this.#waiting.set(kind, new Set([waits]));
      else alike.add(waits);
      this.#lookAround();
    });
  }

  leave(kind: string): void {
    const left = (this.#underWay.get(kind) ?? 1) - 1;
    if (left > 0) this.#underWay.set(kind, left);
    else this.#underWay.delete(kind);
  }

  /** An operation under way has got what it waited for, and goes on. */
  answered(): void {
    this.#answered += 1;
  }

  #lookAround(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    // What is left of this turn tells nothing.
    this.#seen = -1;
    this.#turns.afterTurn(this.#look);
  }

  readonly #look = (): void => {
    const isIdle = this.#answered === this.#seen;
    this.#seen = this.#answered;
    if (isIdle || this.#turns.nowMs() - this.#lastMs >= longestRestMs) this.#beginNext();
    this.#isLooking = this.#waiting.size > 0;
    if (this.#isLooking) this.#turns.afterTurn(this.#look);
  };

  #beginNext(): void {
    for (const [kind, alike] of this.#waiting) {
      this.#waiting.delete(kind);
      this.#begins(kind, alike.size);
      for (const { begin, timer } of alike) {
        clearTimeout(timer);
        begin();
      }
      return;
    }
  }

  #late(kind: string, waits: Waits): void {
    const alike = this.#waiting.get(kind);
    alike?.delete(waits);
    if (alike?.size === 0) this.#waiting.delete(kind);
    this.#begins(kind, 1);
    waits.begin();
  }

  #begins(kind: string, count: number): void {
    this.#underWay.set(kind, (this.#underWay.get(kind) ?? 0) + count);
    this.#lastMs = this.#turns.nowMs();
  }
}
