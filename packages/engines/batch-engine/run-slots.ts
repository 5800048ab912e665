import { CodedError } from '@tributary/runtime';

export interface SlotOrder {
  /** Whose run it is; places go from owner to owner. A run without one shares with nobody. */
  readonly owner: string | undefined;
  readonly signal: AbortSignal;
}

interface Waiting {
  readonly owner: string;
  readonly begin: () => void;
}

/**
 * Lets a few runs work at a time and a few more wait; beyond is refused at once. Owners take turns: the next place goes to the one with the fewest
 * runs at work, and among those to the one that has waited longest. As what works is not interrupted, one place is kept for others: an owner has all but one of
 * them at most (where there is more than one), and a quarter of the places to wait in.
 */
export class RunSlots {
  readonly #maxWaiting: number;
  readonly #mostOfOwner: number;
  readonly #mostWaitingOfOwner: number;
  readonly #working = new Map<string, number>();
  #waiting: readonly Waiting[] = [];
  #free: number;
  #unowned = 0;

  constructor(maxRunning: number, maxWaiting: number) {
    this.#free = maxRunning;
    this.#maxWaiting = maxWaiting;
    this.#mostOfOwner = Math.max(1, maxRunning - 1);
    this.#mostWaitingOfOwner = Math.max(1, Math.floor(maxWaiting / 4));
  }

  /** Resolves when it is one's turn; the disposable gives the place back. @throws CodedError OVERLOADED, and the signal's reason */
  async take({ owner: known, signal }: SlotOrder): Promise<Disposable> {
    signal.throwIfAborted();
    // No workspace has such a name.
    this.#unowned += known === undefined ? 1 : 0;
    const owner = known ?? ` ${this.#unowned}`;
    if (this.#free > 0 && this.#workingOf(owner) < this.#mostOfOwner) this.#begin(owner);
    else {
      const own = this.#waiting.filter((one) => one.owner === owner).length;
      if (own >= this.#mostWaitingOfOwner || this.#waiting.length >= this.#maxWaiting) throw full();
      await this.#turn(owner, signal);
    }
    let given = false;
    return {
      [Symbol.dispose]: () => {
        if (given) return;
        given = true;
        this.#end(owner);
      },
    };
  }

  #workingOf(owner: string): number {
    return this.#working.get(owner) ?? 0;
  }

  #begin(owner: string): void {
    this.#free -= 1;
    this.#working.set(owner, this.#workingOf(owner) + 1);
  }

  #end(owner: string): void {
    this.#free += 1;
    const left = this.#workingOf(owner) - 1;
    if (left > 0) this.#working.set(owner, left);
    else this.#working.delete(owner);
    const [next] = this.#waiting
      .filter((one) => this.#workingOf(one.owner) < this.#mostOfOwner)
      // The order of those that wait is that of their coming, and sorting keeps it.
      .sort((a, b) => this.#workingOf(a.owner) - this.#workingOf(b.owner));
    if (next === undefined) return;
    this.#leave(next);
    // At once: whoever comes before the waiting one has noticed finds the place taken.
    this.#begin(next.owner);
    next.begin();
  }

  #leave(waiting: Waiting): void {
    this.#waiting = this.#waiting.filter((one) => one !== waiting);
  }

  async #turn(owner: string, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        this.#leave(waiting);
        reject(signal.reason);
      };
      const begin = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const waiting: Waiting = { owner, begin };
      this.#waiting = [...this.#waiting, waiting];
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}

function full(): CodedError {
  return new CodedError('OVERLOADED', 'Too many queries are waiting.', { details: { retryAfterMs: 5_000 } });
}
