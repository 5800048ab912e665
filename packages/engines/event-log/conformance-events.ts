import { newId, systemClock } from '@tributary/runtime';
import { createEvent } from './event.ts';
import type { EventLog, LogEvent } from './port.ts';

/** One log, seen by as many processes as a test wants. */
export interface LogUnderTest extends AsyncDisposable {
  /** Another client of the same log, as another process would open it. The test closes it. */
  connect(): Promise<EventLog>;
  /** Who has a seat in a group, by the names that the log gives them. */
  seats(group: string): Promise<readonly string[]>;
  /** Takes a seat away, as the log does from a member that it has not heard from for too long; nothing when it is gone already. */
  unseat(group: string, seat: string): Promise<void>;
}

/** A new topic nobody else uses. */
export async function freshTopic(log: EventLog, partitions: number): Promise<string> {
  const name = `conformance.${newId()}`;
  await log.declareTopics([{ name, partitions, retentionMs: 3_600_000 }]);
  return name;
}

export function eventOf(subject: string, data: unknown = {}): LogEvent {
  return createEvent({
    type: 'conformance.thing.changed',
    source: '/conformance',
    subject,
    workspaceId: 'w1',
    actor: { kind: 'service', id: 'conformance' },
    data,
    clock: systemClock,
  });
}

/** `count` events over `keys` subjects, numbered in order within each. */
export function numberedEvents(count: number, keys: number): LogEvent[] {
  return Array.from({ length: count }, (_, n) => eventOf(`Thing/${n % keys}`, { n: Math.floor(n / keys) }));
}

/** The numbers of `numberedEvents` as they came, by subject. */
export function numbersBySubject(events: readonly LogEvent[]): Map<string, number[]> {
  const numbers = new Map<string, number[]>();
  for (const { subject, data } of events) {
    const { n } = data as { n: number };
    numbers.set(subject, [...(numbers.get(subject) ?? []), n]);
  }
  return numbers;
}

/** What `numbersBySubject` answers when everything came once and in order. */
export function allInOrder(count: number, keys: number): Map<string, number[]> {
  return numbersBySubject(numberedEvents(count, keys));
}
