/** What a look saw beside its events. */
export interface Seen {
  readonly firstId: bigint;
  readonly lastId: bigint;
  /** The oldest transaction that ran then, as PostgreSQL counts them: all before it had ended. */
  readonly oldestXid: bigint;
}

interface Mark {
  readonly id: bigint;
  readonly xid: bigint;
}

/** A mark is a transaction, of which a server has a number to give out. */
const markEveryMs = 100;
/** So often a look begins at the beginning, whatever is known: a database that was restored counts anew. */
const wholeEveryMs = 5_000;

/**
 * Where a look at the outbox may begin. What was taken is deleted, and while somebody keeps an old snapshot (a backup, for half an hour) the server keeps all of it: who begins
 * at the beginning walks over that each time. A row number becomes visible late, so none below the least that was seen may be passed over for that alone: what
 * stands behind it, of the same entity, would come before it. But who draws a number has a transaction that has begun (`writeOutbox`). What is below a number that was seen
 * was drawn before that was seen, by a transaction that is older than one that begins now (the mark). Once all that are older have ended, it is there to be seen, or never will be.
 */
export class LookStart {
  #from = 0n;
  #mark: Mark | undefined;
  #markedAtMs = Number.NEGATIVE_INFINITY;
  #wholeAtMs = Number.NEGATIVE_INFINITY;

  /** The least number the look that comes has to see. */
  next(nowMs: number): bigint {
    if (nowMs - this.#wholeAtMs < wholeEveryMs) return this.#from;
    this.#wholeAtMs = nowMs;
    return 0n;
  }

  /** Told after each look that saw something. Answers whether it wants a mark: a transaction that begins after that look, and before the next. */
  saw({ firstId, oldestXid }: Seen, nowMs: number): boolean {
    if (firstId < this.#from) [this.#from, this.#mark] = [0n, undefined];
    if (this.#mark !== undefined && oldestXid >= this.#mark.xid) {
      this.#from = firstId < this.#mark.id ? firstId : this.#mark.id;
      this.#mark = undefined;
    }
    if (this.#mark !== undefined || nowMs - this.#markedAtMs < markEveryMs) return false;
    this.#markedAtMs = nowMs;
    return true;
  }

  /** The transaction that all before have to end for a look to begin further on, and how long that has been waited for; undefined where nothing is. */
  waitsFor(nowMs: number): { readonly xid: bigint; readonly forMs: number } | undefined {
    return this.#mark && { xid: this.#mark.xid, forMs: nowMs - this.#markedAtMs };
  }

  /** `id`: the last that the look saw. `xid`: of the transaction that began after it. */
  mark(mark: Mark): void {
    this.#mark = mark;
  }
}
