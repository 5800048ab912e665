import type { Outcome } from './event-execution.ts';

/** Others may fare better. */
const passing: ReadonlySet<Outcome['kind']> = new Set(['behind', 'unavailable', 'overloaded', 'refused']);

/**
 * Outcomes of the last executions, by group, record and cursor: thousands of equal subscriptions that come back at once and catch
 * up over the same records execute each of them once. Bounded; large payloads are not kept.
 */
export class SharedOutcomes {
  readonly #kept = new Map<string, Promise<Outcome>>();
  readonly #limit: number;
  readonly #largestBytes: number;

  constructor(limit: number, largestBytes: number) {
    this.#limit = limit;
    this.#largestBytes = largestBytes;
  }

  once(key: string, execute: () => Promise<Outcome>): Promise<Outcome> {
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const outcome = execute();
    this.#kept.set(key, outcome);
    const oldest = this.#kept.size > this.#limit ? this.#kept.keys().next() : undefined;
    if (oldest?.done === false) this.#kept.delete(oldest.value);
    void outcome.then((settled) => {
      const isLarge = settled.kind === 'payload' && settled.payload.sizeBytes > this.#largestBytes;
      if (isLarge || passing.has(settled.kind)) this.#kept.delete(key);
    });
    return outcome;
  }
}
