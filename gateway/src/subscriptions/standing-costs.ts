import { CodedError } from '@tributary/runtime';

/**
 * What the subscriptions in force of each owner may cost for one event. An operation is charged when it is asked; a subscription is asked once
 * and executed for as many events as others make, so that its budget says nothing of it: its standing cost is bounded instead.
 */
export class StandingCosts {
  readonly #limit: number;
  readonly #byOwner = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts a subscription in; the answer counts it out, once. @throws CodedError COST_EXCEEDED with what is in force already. */
  enter(owner: string, cost: number): () => void {
    const inForce = this.#byOwner.get(owner) ?? 0;
    if (inForce + cost > this.#limit) {
      throw new CodedError(
        'COST_EXCEEDED',
        `Your subscriptions could touch ${inForce + cost} objects for one event, where ${this.#limit} are allowed.`,
        { details: { cost, inForce, limit: this.#limit } },
      );
    }
    this.#byOwner.set(owner, inForce + cost);
    let isInForce = true;
    return () => {
      if (!isInForce) return;
      isInForce = false;
      const left = (this.#byOwner.get(owner) ?? cost) - cost;
      if (left > 0) this.#byOwner.set(owner, left);
      else this.#byOwner.delete(owner);
    };
  }
}
