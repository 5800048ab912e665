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

/** Tells a log of its own up to which row the outbox of the database was moved to it: by that a start finds out that an older state of the database was restored. */
export class MovedRows {
  readonly #deps: MovedRowsDeps;
  #highest = 0n;
  #noted = 0n;
  #nextMs = Number.NEGATIVE_INFINITY;

  constructor(deps: MovedRowsDeps) {
    this.#deps = deps;
  }

  saw(events: readonly PendingEvent[]): void {
    // Handles of the document store are no numbers.
    if (this.#deps.source.store !== 'database') return;
    for (const { handle } of events) if (BigInt(handle) > this.#highest) this.#highest = BigInt(handle);
  }

  /** Notes it once in a while. A log that does not take it takes events as little, which is told of where they are moved. */
  async note(): Promise<void> {
    const { log, clock } = this.#deps;
    if (log.noteMoved === undefined || this.#highest === this.#noted || clock.monotonicMs() < this.#nextMs)
      return;
    const row = this.#highest;
    this.#nextMs = clock.monotonicMs() + noteEveryMs;
    const isNoted = await log.noteMoved(String(row)).then(
      () => true,
      () => false,
    );
    if (isNoted) this.#noted = row;
  }
}
