import type { Clock } from '@tributary/runtime';
import { OffsetsByPartition, type Place } from './offsets-by-partition.ts';

/** So long an event is tried that does not end in time: databases are slow for minutes while they recover, and whoever is slow for longer is slow by itself. */
export const slowForMs = 600_000;

interface Slow {
  /** Of its ten minutes, as of the last time that its tries failed. */
  readonly triedForMs: number;
  readonly asOfMs: number;
  readonly attempts: number;
}

/** The events for which a handler, alone with them, did not end in time. Each has its own ten minutes, and they pass while it is tried. */
export class SlowEvents {
  readonly #clock: Clock;
  readonly #slow = new OffsetsByPartition<Slow>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has(place: Place): boolean {
    return this.#slow.get(place) !== undefined;
  }

  /** Notes tries that did not end in time. Answers how many there were of this event, and whether it has had its time. */
  note(place: Place, attempts: number): { readonly attempts: number; readonly isOver: boolean } {
    const asOfMs = this.#clock.monotonicMs();
    const known = this.#slow.get(place) ?? { triedForMs: 0, asOfMs, attempts: 0 };
    const triedForMs = known.triedForMs + asOfMs - known.asOfMs;
    const all = known.attempts + attempts;
    this.#slow.set(place, { triedForMs, asOfMs, attempts: all });
    // Nobody tries what stands behind it meanwhile.
    for (const [offset, slow] of this.#slow.of(place))
      if (offset > place.offset) this.#slow.set({ ...place, offset }, { ...slow, asOfMs });
    return { attempts: all, isOver: triedForMs >= slowForMs };
  }

  /** The partition waits for an engine, or for others: who comes back from that may be slow for minutes, so the time of its events begins anew. */
  beginAnew(partition: Place): void {
    const asOfMs = this.#clock.monotonicMs();
    for (const [offset, slow] of this.#slow.of(partition))
      this.#slow.set({ ...partition, offset }, { ...slow, triedForMs: 0, asOfMs });
  }

  /** It was handled, or given up. */
  forget(place: Place): void {
    this.#slow.delete(place);
  }

  /** The partition goes on behind a place. */
  forgetUntil(last: Place): void {
    this.#slow.deleteUntil(last);
  }
}
