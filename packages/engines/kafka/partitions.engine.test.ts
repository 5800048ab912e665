import { type CodedError, newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventOf } from '../event-log/conformance-events.ts';
import { partitionOf } from '../event-log/partitioner.ts';
import { PartitionsAway } from '../event-log/partitions-away.ts';
import type { LogEvent, LogRecord } from '../event-log/port.ts';
import { type OwnBroker, openLog, startBroker } from './broker.fixture.ts';
import { type SecondBroker, startSecondBroker } from './second-broker.fixture.ts';

let broker: OwnBroker;
let second: SecondBroker;

beforeAll(async () => {
  broker = await startBroker();
  second = await startSecondBroker(broker);
}, 180_000);
afterAll(async () => {
  await second?.[Symbol.asyncDispose]();
  await broker?.[Symbol.asyncDispose]();
});

const patient = { timeoutMs: 60_000 };

/** Of a key that is in this partition, where there are so many. */
function eventIn(partition: number, of: number): LogEvent {
  for (let n = 0; ; n += 1) {
    const event = eventOf(`Thing/${n}`, newId());
    if (partitionOf(event.partitionkey, of) === partition) return event;
  }
}

test('a partition without a leader is named by the readiness of who uses its topic, keeps nothing from being written to the others, and is written to as soon as it has one', async () => {
  const topic = `partitions.${newId()}`;
  await second.createTopic(topic);
  await using log = await openLog(broker.url);
  await eventually(() => log.append(topic, [eventIn(0, 2), eventIn(1, 2)]), patient);
  await log.ping();
  // Has declared it, and nothing else to do with it.
  await using idle = await openLog(broker.url);
  await idle.declareTopics([{ name: topic, partitions: 2, retentionMs: 3_600_000 }]);
  await second.kill();
  await eventually(
    () =>
      expect(log.ping()).rejects.toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
        message: expect.stringContaining(`${topic}/1`),
        details: { missing: [`event-log:${topic}/1`] },
      }),
    patient,
  );
  await idle.ping();
  const [there, away] = [eventIn(0, 2), eventIn(1, 2)];
  const refused: unknown = await log.append(topic, [away, there]).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(PartitionsAway);
  expect([away, there].map((event) => (refused as PartitionsAway).concerns(event))).toEqual([true, false]);
  const stored = await log.read({ topic, partition: 0, fromOffset: 0, limit: 10 });
  expect(stored.map(({ event }) => event)).toContainEqual(there);
  // Who comes again need not wait for as long again.
  const begunMs = performance.now();
  await expect(log.append(topic, [away])).rejects.toBeInstanceOf(PartitionsAway);
  expect(performance.now() - begunMs).toBeLessThan(900);
  await log.append(topic, [eventIn(0, 2)]);
  await second.start();
  await eventually(() => log.ping(), patient);
  await eventually(() => log.append(topic, [away]), patient);
}, 240_000);

test('partitions that somebody adds to a topic are read by groups and tails that go on, and where they stood before they stand', async () => {
  const topic = `partitions.${newId()}`;
  await using log = await openLog(broker.url);
  await log.declareTopics([{ name: topic, partitions: 2, retentionMs: 3_600_000 }]);
  const [handled, tailed, told]: [LogEvent[], LogEvent[], string[]] = [[], [], []];
  const into = (list: LogEvent[]) => (records: readonly LogRecord[]) =>
    void list.push(...records.map(({ event }) => event));
  const moved: unknown[] = [];
  const onTrouble = (error: unknown): void => void told.push((error as CodedError).code);
  await using _tail = await log.tail({
    topics: [topic],
    onRecords: into(tailed),
    onTrouble,
    onMoved: (...to) => void moved.push(to),
  });
  const group = `${topic}.g`;
  await using _member = await log.consume({
    group,
    topics: [topic],
    onRecords: async (records) => into(handled)(records),
    onTrouble,
  });
  const before = eventIn(0, 2);
  await log.append(topic, [before]);
  await eventually(() => expect([handled, tailed]).toEqual([[before], [before]]), patient);
  await second.addPartitions(topic, 4);
  // Who comes now writes to all of them.
  await using other = await openLog(broker.url);
  const added = [eventIn(2, 4), eventIn(3, 4)];
  await eventually(async () => {
    expect(await other.end(topic)).toHaveLength(4);
    await other.append(topic, added);
  }, patient);
  const ids = (some: readonly LogEvent[]): string[] => [...new Set(some.map(({ id }) => id))].sort();
  const all = ids([before, ...added]);
  await eventually(() => expect([ids(handled), ids(tailed)]).toEqual([all, all]), patient);
  expect(moved).toEqual([[topic, [1, 0, 0, 0]]]);
  // A broker that is slow for a moment may be told of; that anything was lost, or is another's, may not.
  expect(told.filter((code) => code !== 'ENGINE_UNAVAILABLE')).toEqual([]);
  await eventually(async () => expect(await log.end(topic)).toHaveLength(4), patient);
  // Who wrote before keeps to the partitions that there were: keys stay where they are.
  const since = eventIn(0, 2);
  await log.append(topic, [since]);
  const stored = await log.read({ topic, partition: 0, fromOffset: 0, limit: 10 });
  expect(stored.map(({ event }) => event)).toContainEqual(since);
  const from = { [topic]: [1, 0] };
  const resumed: LogEvent[] = [];
  await using _resumed = await log.tail({ topics: [topic], from, onRecords: into(resumed) });
  await eventually(() => expect(ids(resumed)).toEqual(ids([...added, since])), patient);
}, 240_000);
