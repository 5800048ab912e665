import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { eventOf, freshTopic } from './conformance-events.ts';
import { type AppendedRun, RecentRecords } from './embedded-recent.ts';
import type { Topic } from './embedded-topics.ts';
import { openEmbedded } from './open-embedded.fixture.ts';
import type { EventLog, LogRecord } from './port.ts';

const bounds = { records: 3, bytes: 1_000, idleMs: 60_000 };
const topic: Topic = { id: 1, name: 'some.topic', partitions: 2 };

/** Records of one append, from an offset on. */
function run(firstOffset: number, count: number, { partition = 0, sizeBytes = 10 } = {}): AppendedRun {
  const records = Array.from({ length: count }, (_, n) => ({
    topic: topic.name,
    partition,
    offset: firstOffset + n,
    timestampMs: 1,
    event: eventOf(`Thing/${firstOffset + n}`),
  }));
  return { topic, partition, firstOffset, records, sizeBytes };
}

const offsetsOf = (recent: RecentRecords, fromOffset: number, { partition = 0, limit = 100 } = {}) =>
  recent.from({ topic, partition, fromOffset }, limit)?.map(({ offset }) => offset);

test('the newest records are kept, so many and so long; the oldest leave first', () => {
  using recent = new RecentRecords(bounds);
  recent.add(run(0, 1));
  recent.add(run(0, 1, { partition: 1 }));
  recent.add(run(1, 2));
  expect([offsetsOf(recent, 0), offsetsOf(recent, 1)]).toEqual([undefined, [1, 2]]);
  expect(offsetsOf(recent, 0, { partition: 1 })).toEqual([0]);
  recent.add(run(3, 1, { sizeBytes: 995 }));
  expect([offsetsOf(recent, 1), offsetsOf(recent, 3)]).toEqual([undefined, [3]]);
  recent.add(run(4, 1, { sizeBytes: 2_000 }));
  expect([offsetsOf(recent, 3), offsetsOf(recent, 4)]).toEqual([undefined, undefined]);
  recent.add(run(5, 1));
  expect(offsetsOf(recent, 5)).toEqual([5]);
});

test('what follows an offset comes over the bounds of appends, up to a limit; the end is nothing that is known', () => {
  using recent = new RecentRecords({ ...bounds, records: 100 });
  recent.add(run(7, 3));
  recent.add(run(10, 3));
  expect(offsetsOf(recent, 8)).toEqual([8, 9, 10, 11, 12]);
  expect(offsetsOf(recent, 8, { limit: 3 })).toEqual([8, 9, 10]);
  expect([offsetsOf(recent, 6), offsetsOf(recent, 13)]).toEqual([undefined, undefined]);
});

test('what another process appended in between leaves no gap: only what follows it is kept', () => {
  using recent = new RecentRecords({ ...bounds, records: 100 });
  recent.add(run(0, 2));
  recent.add(run(5, 1));
  expect([offsetsOf(recent, 0), offsetsOf(recent, 5)]).toEqual([undefined, [5]]);
  // The answer to an earlier append may come later.
  recent.add(run(2, 3));
  expect([offsetsOf(recent, 2), offsetsOf(recent, 5)]).toEqual([undefined, [5]]);
});

test('much waits for a reader when half of what is kept does, by number or by size', () => {
  using recent = new RecentRecords({ ...bounds, records: 10 });
  const places = (first: number, second: number) => [
    { topic, partition: 0, fromOffset: first },
    { topic, partition: 1, fromOffset: second },
    { topic, partition: 2, fromOffset: 7 },
  ];
  recent.add(run(0, 4));
  recent.add(run(0, 4, { partition: 1 }));
  expect([recent.isHalfFull(places(0, 2)), recent.isHalfFull(places(0, 3))]).toEqual([true, false]);
  recent.add(run(4, 2, { sizeBytes: 900 }));
  expect([recent.isHalfFull(places(0, 4)), recent.isHalfFull(places(4, 4))]).toEqual([true, false]);
  recent.forget();
  expect(recent.isHalfFull(places(0, 0))).toBe(false);
});

test('all readers get one and the same record', () => {
  using recent = new RecentRecords(bounds);
  recent.add(run(0, 1));
  const [first] = recent.from({ topic, partition: 0, fromOffset: 0 }, 1) ?? [];
  expect(first).toBeDefined();
  expect(recent.from({ topic, partition: 0, fromOffset: 0 }, 9)?.[0]).toBe(first);
});

test('what nobody adds to any more is let go', async () => {
  using recent = new RecentRecords({ ...bounds, idleMs: 1 });
  recent.add(run(0, 1));
  await eventually(() => expect(offsetsOf(recent, 0)).toBeUndefined());
  recent.add(run(1, 1));
  expect(offsetsOf(recent, 1)).toEqual([1]);
});

test('a process hears of its own events what every other reads, also where it holds only some of them', async () => {
  await using embedded = await openEmbedded();
  await using own = await embedded.connect();
  await using other = await embedded.connect();
  const topic = await freshTopic(own, 1);
  const odd = { absent: undefined, at: new Date(0), half: 'a\ud83d', zero: '\u0000', text: 'ü"\\\n😀' };
  const first = eventOf('Thing/1', odd);
  const whileAppended = await hearing(own, topic, 0);
  await other.append(topic, [eventOf('Thing/0'), first]);
  await own.append(topic, [
    eventOf('Thing/2', odd),
    { ...first, data: 'said again, otherwise' },
    eventOf('Thing/3'),
  ]);
  await own.append(topic, [eventOf('Thing/4', odd)]);
  await own.append(topic, [eventOf('Thing/5', odd)]);
  await other.append(topic, [eventOf('Thing/6')]);
  const request = { topic, partition: 0, fromOffset: 0, limit: 100 };
  const seen = await other.read(request);
  expect(seen.map(({ event }) => event.subject)).toEqual([0, 1, 2, 3, 4, 5, 6].map((n) => `Thing/${n}`));
  const afterwards = await hearing(own, topic, 0);
  const inTheMiddle = await hearing(own, topic, seen[5]?.offset ?? 0);
  await eventually(() => {
    expect(whileAppended.heard).toEqual(seen);
    expect(afterwards.heard).toEqual(seen);
    expect(inTheMiddle.heard).toEqual(seen.slice(5));
  });
  for (const { tail } of [whileAppended, afterwards, inTheMiddle]) await tail[Symbol.asyncDispose]();
});

async function hearing(log: EventLog, topic: string, fromOffset: number) {
  const heard: LogRecord[] = [];
  const tail = await log.tail({
    topics: [topic],
    from: { [topic]: [fromOffset] },
    onRecords: (records) => void heard.push(...records),
  });
  return { heard, tail };
}
