import type { EventLog } from '@tributary/engines/event-log';
import type { OutboxSource, PendingEvent } from '@tributary/engines/outbox';
import type { Clock } from '@tributary/runtime';

/** What a log has that a restored database never knew of goes unnoticed where it was all moved within this time before a crash. */
const noteEveryMs = 1_000;

interface MovedRowsDeps {
  readonly source: OutboxSource;
  readonly log: EventLog;
  readonly clock: Clock;
}

/**
 * Tells a log of its own up to which row the outbox of the database was moved to it, and a store that counts by itself that events of it were moved: by that a start finds out
 * that an older state of the database, or of that store, was restored.
 */
export class MovedRows {
  readonly #deps: MovedRowsDeps;
  #highest = 0n;
  #noted = 0n;
  #isStoreMoved = false;
  #nextMs = Number.NEGATIVE_INFINITY;

  constructor(deps: MovedRowsDeps) {
    this.#deps = deps;
  }

  saw(events: readonly PendingEvent[]): void {
    if (this.#deps.source.noteMoved !== undefined) this.#isStoreMoved ||= events.length > 0;
    // Handles of the document store are no numbers.
    if (this.#deps.source.store !== 'database') return;
    for (const { handle } of events) if (BigInt(handle) > this.#highest) this.#highest = BigInt(handle);
  }

  /** Notes it once in a while. A log that does not take it takes events as little, which is told of where they are moved. */
  async note(): Promise<void> {
    const { source, log, clock } = this.#deps;
    const isRowMoved = log.noteMoved !== undefined && this.#highest !== this.#noted;
    if ((!isRowMoved && !this.#isStoreMoved) || clock.monotonicMs() < this.#nextMs) return;
    this.#nextMs = clock.monotonicMs() + noteEveryMs;
    const row = this.#highest;
    if (isRowMoved && (await isDone(log.noteMoved?.(String(row))))) this.#noted = row;
    if (this.#isStoreMoved && (await isDone(source.noteMoved?.()))) this.#isStoreMoved = false;
  }
}

async function isDone(noting: Promise<void> | undefined): Promise<boolean> {
  try {
    await noting;
    return true;
  } catch {
    return false;
  }
}
