import { type Departure, reasonToEnd } from '../execution/departure.ts';
import { Sharers } from '../execution/sharers.ts';
import { departureOf, NobodyWaits, type Waiting } from './waiting.ts';

interface UnderWay<Made> {
  readonly sharers: Sharers;
  readonly made: Promise<Made>;
}

/** What has to be planned is made once for all who ask for it meanwhile. Who leaves, or has a deadline that is over, takes it from nobody else. */
export class SharedPlans<Made> {
  readonly #underWay = new Map<string, UnderWay<Made>>();

  has(key: string): boolean {
    return this.#underWay.has(key);
  }

  /**
   * `make` is told when nobody waits any more: what has not begun then need not begin, and fails with NobodyWaits.
   * @throws CallerGone, CodedError DEADLINE_EXCEEDED, and what `make` fails with
   */
  async share(
    key: string,
    make: (everybodyGone: Departure) => Promise<Made>,
    waiting: Waiting = {},
  ): Promise<Made> {
    using gone = departureOf(waiting);
    const hasLeft = (): boolean => gone?.aborted === true;
    if (hasLeft()) throw reasonToEnd(gone);
    for (;;) {
      const { sharers, made } = this.#underWay.get(key) ?? this.#begun(key, make);
      try {
        return await sharers.wait(made, gone);
      } catch (error) {
        // All who came before had left; where they had not, `make` gave up for a reason of its own.
        const isLeft = error instanceof NobodyWaits && sharers.gone.aborted;
        if (!isLeft || hasLeft()) throw error;
      }
    }
  }

  #begun(key: string, make: (everybodyGone: Departure) => Promise<Made>): UnderWay<Made> {
    const sharers = new Sharers();
    const made = make(sharers.gone).finally(() => this.#underWay.delete(key));
    // Whoever waited may have left.
    made.catch(() => undefined);
    const underWay = { sharers, made };
    this.#underWay.set(key, underWay);
    return underWay;
  }
}
