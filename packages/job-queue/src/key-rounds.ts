import type { LimitedQueue } from './queue-round.ts';

const keptPlaces = 1_000;

/**
 * Where the next claim begins to look at the keys of a queue with limits: at most 500 are looked at, and those at their limits stay in the way. So each begins after
 * the last key of the one before. Claims of other jobs go round by themselves: taking turns in one round, each could always see the same half of the keys.
 */
export class KeyRounds {
  readonly #after = new Map<string, string>();

  /** The key after which to begin; null for the first. */
  after(queue: LimitedQueue, jobs: readonly string[]): string | null {
    return this.#after.get(placeOf(queue, jobs)) ?? null;
  }

  /** The last key a claim looked at, null where it came to the end. */
  note(queue: LimitedQueue, jobs: readonly string[], last: string | null): void {
    const place = placeOf(queue, jobs);
    this.#after.delete(place);
    if (last !== null) this.#after.set(place, last);
    for (const [oldest] of this.#after) {
      if (this.#after.size <= keptPlaces) return;
      this.#after.delete(oldest);
    }
  }
}

function placeOf({ workspaceId, queue }: LimitedQueue, jobs: readonly string[]): string {
  return JSON.stringify([workspaceId, queue, jobs]);
}
