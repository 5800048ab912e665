import type { LogEvent, WaitingEvent } from '../event-log/port.ts';

/** An event on its way to a topic, written together with the change it tells of. */
export interface OutgoingEvent {
  readonly topic: string;
  readonly event: LogEvent;
}

/** Committed changes whose events have not reached the log yet. One per store that domain writes go to. */
export interface OutboxSource {
  /** Names the store the events lie in: two sources of one place hold the same events, and the relay takes one of them. */
  readonly place: string;
  /** What it is to operators, in the words of health. */
  readonly store: 'database' | 'document-store';
  /**
   * Up to `limit` events in an order that keeps the order of each partition key; with `limitBytes` no more of them than have so many bytes as JSON together, but always
   * the first. Only the relay's leader calls it.
   */
  pending(limit: number, limitBytes?: number): Promise<readonly PendingEvent[]>;
  /** Forgets events that the log has taken. Doing it twice is harmless. */
  forget(events: readonly PendingEvent[]): Promise<void>;
  /**
   * Keeps how far the store has come, for starts to find out that an older state of it was restored. The relay's leader calls it once in a while after events were moved.
   * Absent where the log keeps the numbers of the events themselves (`EventLog.noteMoved`).
   */
  noteMoved?(): Promise<void>;
  /** Calls back soon after something was committed; the relay polls as well. */
  onCommitted(wake: () => void): Promise<AsyncDisposable>;
  /**
   * What waits, counted no further than `limit`. The relay's leader calls it every few seconds; no writer counts. Whoever aborts need not wait for the count.
   * @throws CodedError DEADLINE_EXCEEDED when the signal aborts
   */
  backlog(limit: number, signal?: AbortSignal): Promise<Backlog>;
  /**
   * The oldest transaction that writes, where one has kept looks from passing over what was taken for so long: they walk over all of that until it ends. Absent in a store
   * that knows no such thing.
   */
  longWriter?(forMs: number): Promise<LongWriter | undefined>;
  /**
   * Tells writers, in whatever process, whether too much waits: until told otherwise, those whose topic says `"whenBehind": "refuse"` are
   * refused with BACKLOG_FULL. Telling it twice is harmless.
   */
  tellFull(full: boolean): Promise<void>;
}

/** Whose transaction it is, in the server's words. */
export interface LongWriter {
  /** Of its process; undefined for one that is prepared and has none. */
  readonly pid: number | undefined;
  /** Its `application_name`, or the name of a prepared transaction. */
  readonly application: string;
  readonly database: string;
  readonly ageSeconds: number;
}

export interface Backlog {
  /** Events in the database; in the document store the documents whose events wait. */
  readonly waiting: number;
  /** When the oldest of them was made, RFC 3339; undefined when nothing waits. */
  readonly oldest: string | undefined;
}

export interface PendingEvent extends OutgoingEvent, WaitingEvent {}
