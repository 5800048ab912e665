import type { Clock } from '@tributary/runtime';
import type { LogRecord } from './port.ts';

/** So long an event is tried that does not end in time: databases are slow for minutes while they recover, and whoever is slow for longer is slow by itself. */
export const slowForMs = 600_000;

type Place = Pick<LogRecord, 'topic' | 'partition' | 'offset'>;

interface Slow {
  readonly offset: number;
  readonly sinceMs: number;
  readonly attempts: number;
}

/** The events for which a handler, alone with them, did not end in time. One for each partition of the log, because that waits for it. */
export class SlowEvents {
  readonly #clock: Clock;
  readonly #slow = new Map<string, Slow>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has({ topic, partition, offset }: Place): boolean {
    return this.#slow.get(keyOf({ topic, partition }))?.offset === offset;
  }

  /** Notes tries that did not end in time. Answers how many there were of this event, and whether it has had its time. */
  note(place: Place, attempts: number): { readonly attempts: number; readonly isOver: boolean } {
    const nowMs = this.#clock.monotonicMs();
    const { offset } = place;
    const known = this.has(place) ? this.#slow.get(keyOf(place)) : undefined;
    const { sinceMs = nowMs, attempts: before = 0 } = known ?? {};
    this.#slow.set(keyOf(place), { offset, sinceMs, attempts: before + attempts });
    return { attempts: before + attempts, isOver: nowMs - sinceMs >= slowForMs };
  }

  /** It was handled, or given up. */
  forget(place: Place): void {
    if (this.has(place)) this.#slow.delete(keyOf(place));
  }
}

function keyOf({ topic, partition }: Pick<Place, 'topic' | 'partition'>): string {
  return `${topic}/${partition}`;
}
