import type { LogEvent } from '../event-log/port.ts';

/** An event on its way to a topic, written together with the change it tells of. */
export interface OutgoingEvent {
  readonly topic: string;
  readonly event: LogEvent;
}

/** Committed changes whose events have not reached the log yet. One per store that domain writes go to. */
export interface OutboxSource {
  /** Names the store the events lie in: two sources of one place hold the same events, and the relay takes one of them. */
  readonly place: string;
  /** Up to `limit` events in an order that keeps the order of each partition key. Only the relay's leader calls it. */
  pending(limit: number): Promise<readonly PendingEvent[]>;
  /** Forgets events that the log has taken. Doing it twice is harmless. */
  forget(events: readonly PendingEvent[]): Promise<void>;
  /** Calls back soon after something was committed; the relay polls as well. */
  onCommitted(wake: () => void): Promise<AsyncDisposable>;
}

export interface PendingEvent extends OutgoingEvent {
  /** The store's own handle for it (a row number, a document id). */
  readonly handle: string;
}
