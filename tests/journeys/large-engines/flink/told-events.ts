import { attachEventLog } from '@tributary/engines/event-log/open';
import { createLogger } from '@tributary/runtime';
import type { GraphCaller } from '@tributary/test-kit';
import { expect, inject } from 'vitest';

export interface ToldEvent {
  readonly id: string;
  readonly name: string;
  readonly subject: string;
  readonly time: string;
  readonly properties: object;
}

const hourMs = 3_600_000;
/** Enough that each partition has some: one without rows holds event time back for its first seconds. */
const subjects = Array.from({ length: 16 }, (_, n) => `visitor-${n}`);
const among = <Value>(values: readonly Value[], n: number): Value | undefined => values[n % values.length];

/** What is told of each kind that a metric is declared over. Whatever the order of adding, the sums of these numbers are the same in binary. */
const propertiesOf: Readonly<Record<string, (n: number) => object>> = {
  'page.viewed': (n) => ({ path: `/${n % 5}`, ...(n % 7 === 0 ? {} : { loadMs: (n * 37) % 3_000 }) }),
  'flight.booked': (n) => ({
    origin: among(['DTW', 'LAS', 'JFK'], n),
    destination: among(['SFO', 'OAK', 'SEA', 'MSP'], n * 3 + 1),
    priceUsd: 50 + (n % 40) / 4,
  }),
  'delays.reported': (n) => ({
    month: among(['2001-01-01', '2001-02-01'], n),
    origin: among(['DTW', 'LAS', 'JFK'], n),
    flights: n % 100,
    meanDelayMinutes: (n % 60) / 2,
    p90DelayMinutes: n % 90,
    lateShare: (n % 8) / 8,
    placeByDelay: 1 + (n % 30),
  }),
};
/** By which a round is known to be computed whole: each is the last one told of its subject. */
const markOf: Readonly<Record<string, (round: string) => object>> = {
  'page.viewed': (round) => ({ path: `/${round}` }),
  'flight.booked': (round) => ({ origin: round, destination: round, priceUsd: 1 }),
  'delays.reported': (round) => ({ ...propertiesOf['delays.reported']?.(0), month: round, origin: round }),
};
export const marksOfRound = subjects.length;

interface Round {
  readonly round: string;
  /** The latest time in it; every subject tells it last. */
  readonly atMs: number;
  /** How long before: out of order by less than rows may be late, so that none is, in whichever order partitions are read. */
  readonly withinMs: number;
}

/** Events of every kind, out of order, then the marks. */
export function outOfOrder({ round, atMs, withinMs }: Round, count: number): readonly ToldEvent[] {
  const agoMs = (n: number): number => ((n * 7_919_000) % withinMs) + 1;
  return [...eventsOf(round, count, (n) => atMs - agoMs(n)), ...marks({ round, atMs })];
}

/** Events that come when some, or all, of their windows are closed: a day and more after the latest one. */
export function late({ round, atMs }: Omit<Round, 'withinMs'>, count: number): readonly ToldEvent[] {
  const hours = [12, 23, 25, 26, 36, 47, 49, 50, 74];
  const agoMs = (n: number): number => (among(hours, n) ?? 0) * hourMs + ((n * 61_000) % hourMs);
  return [...eventsOf(round, count, (n) => atMs - agoMs(n)), ...marks({ round, atMs })];
}

function eventsOf(round: string, count: number, timeMs: (n: number) => number): readonly ToldEvent[] {
  return Object.entries(propertiesOf).flatMap(([name, properties]) =>
    Array.from({ length: count }, (_, n) => ({
      id: `${round}/${name}/${n}`,
      name,
      subject: among(subjects, n * 5) ?? '',
      time: new Date(timeMs(n)).toISOString(),
      properties: properties(n),
    })),
  );
}

function marks({ round, atMs }: Omit<Round, 'withinMs'>): readonly ToldEvent[] {
  return Object.entries(markOf).flatMap(([name, properties]) =>
    subjects.map((subject) => ({
      id: `${round}/${name}/${subject}`,
      name,
      subject,
      time: new Date(atMs).toISOString(),
      properties: properties(round),
    })),
  );
}

/** Tells them in their order; `status` is what becomes of each. */
export async function tell(
  ask: GraphCaller,
  events: readonly ToldEvent[],
  status: 'ACCEPTED' | 'DUPLICATE' = 'ACCEPTED',
): Promise<void> {
  for (let at = 0; at < events.length; at += 500) {
    const some = events.slice(at, at + 500);
    const { data, errors } = await ask<{ track: { status: string }[] }>(
      'mutation ($events: [TrackEvent!]!) { track(events: $events) { status } }',
      { events: some },
    );
    expect(errors).toEqual([]);
    expect(data.track.map((each) => each.status)).toEqual(some.map(() => status));
  }
}

/** Appends the last records of a product's topics once more, as a relay does that was killed before it had crossed them out. */
export async function repeatLast(product: string, count: number): Promise<void> {
  const url = `${inject('engines')['KAFKA_URL']}/${product}.`;
  const log = createLogger({ name: 'test', level: 'silent' });
  // Only the log in a database reads that. One process knows what it appended: another one does not.
  await using eventLog = await attachEventLog(url, { log, openDatabase: noDatabase, writes: false });
  for (const topic of ['analytics.event', 'data.record']) {
    const ends = await eventLog.end(topic);
    for (const [partition, end] of ends.entries()) {
      const records = await eventLog.read({
        topic,
        partition,
        fromOffset: Math.max(0, end - count),
        limit: count,
      });
      const events = records.flatMap((record) => ('event' in record ? [record.event] : []));
      if (events.length > 0) await eventLog.append(topic, events);
    }
    expect(total(await eventLog.end(topic))).toBeGreaterThan(total(ends));
  }
}

const total = (offsets: readonly number[]): number => offsets.reduce((sum, offset) => sum + offset, 0);

function noDatabase(): Promise<never> {
  return Promise.reject(new Error('A Kafka needs no database.'));
}
