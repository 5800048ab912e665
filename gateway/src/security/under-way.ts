import { CodedError } from '@tributary/runtime';

export interface UnderWayLimits {
  /** Requests one caller may have under way in this process. */
  readonly perCaller: number;
  /** Requests of everybody under way in this process. */
  readonly inAll: number;
}

/**
 * Counts the requests under way, because a rate alone does not protect the others: a caller who sends a whole minute's budget in one
 * moment makes everybody wait behind it, and its timeouts look like a subgraph that fails (Little's law: what waits is arrival rate
 * times duration). What does not fit is refused at once, before its body is read; `makeRoom` may find room before that.
 */
export class UnderWay {
  readonly #limits: UnderWayLimits;
  readonly #makeRoom: (caller?: string) => boolean;
  readonly #byCaller = new Map<string, number>();
  #inAll = 0;

  /** `makeRoom` takes a place from one of a caller's, or of anybody's: see `Arrivals`. */
  constructor(limits: UnderWayLimits, makeRoom: (caller?: string) => boolean = () => false) {
    this.#limits = limits;
    this.#makeRoom = makeRoom;
  }

  /** Counts a request in; the answer counts it out, once. @throws CodedError RATE_LIMITED, OVERLOADED, both to be tried again */
  enter(caller: string): () => void {
    const { perCaller, inAll } = this.#limits;
    if (this.#of(caller) >= perCaller && !this.#makeRoom(caller)) {
      throw new CodedError(
        'RATE_LIMITED',
        `More than ${perCaller} requests at a time; wait for some to be answered.`,
        {
          details: { retryAfterSeconds: 1, limit: perCaller },
        },
      );
    }
    if (this.#inAll >= inAll && !this.#makeRoom()) {
      throw new CodedError('OVERLOADED', 'Too much is under way; try again in a second.', {
        details: { retryAfterSeconds: 1 },
      });
    }
    this.#byCaller.set(caller, this.#of(caller) + 1);
    this.#inAll += 1;
    let isUnderWay = true;
    return () => {
      if (!isUnderWay) return;
      isUnderWay = false;
      this.#inAll -= 1;
      const left = this.#of(caller) - 1;
      if (left > 0) this.#byCaller.set(caller, left);
      else this.#byCaller.delete(caller);
    };
  }

  #of(caller: string): number {
    return this.#byCaller.get(caller) ?? 0;
  }
}
