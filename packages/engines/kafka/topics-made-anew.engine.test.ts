import { newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventOf } from '../event-log/conformance-events.ts';
import type { ConsumeOptions, EventLog, LogEvent, LogRecord } from '../event-log/port.ts';
import { type OwnBroker, openLog, startBroker } from './broker.fixture.ts';

let broker: OwnBroker;

beforeAll(async () => {
  broker = await startBroker();
}, 120_000);
afterAll(() => broker[Symbol.asyncDispose]());

const patience = { timeoutMs: 60_000 };

function declare(log: EventLog, name: string, partitions = 1): Promise<unknown> {
  return log.declareTopics([{ name, partitions, retentionMs: 3_600_000 }]);
}

function events(count: number): LogEvent[] {
  return Array.from({ length: count }, (_, n) => eventOf('Thing/1', { n }));
}

function keyed(count: number): LogEvent[] {
  return Array.from({ length: count }, (_, n) => eventOf(`Thing/${n}`, { n }));
}

/** Deletes a topic and makes it anew with these events, as an operator's tool and a relay in another process do. */
async function makeAnew(topic: string, with_: readonly LogEvent[], partitions = 1): Promise<void> {
  await broker.deleteTopic(topic);
  await eventually(async () => {
    await using another = await openLog(broker.url);
    await declare(another, topic, partitions);
    await another.append(topic, with_);
  }, patience);
}

/** A group that began at the end, and what it was handed and told. */
function groupOf(topic: string, ...others: readonly string[]) {
  const handled: LogEvent[] = [];
  const told: unknown[] = [];
  const options: ConsumeOptions = {
    group: `${topic}.g`,
    topics: [topic, ...others],
    onRecords: async (records) => void handled.push(...records.map(({ event }) => event)),
    onTrouble: (error) => void told.push(error),
  };
  return { handled, told, options };
}

test.each([
  ['shorter', 3],
  ['longer', 9],
])(
  'who reads a topic that is made anew, and %s than before, gets all that is in it',
  async (_, count) => {
    await using log = await openLog(broker.url);
    const topic = `anew.${newId()}`;
    await declare(log, topic);
    const { handled, told, options } = groupOf(topic);
    await using _member = await log.consume(options);
    const tailed: LogEvent[] = [];
    const toldTail: unknown[] = [];
    const moved: unknown[] = [];
    await using _tail = await log.tail({
      topics: [topic],
      onRecords: (records: readonly LogRecord[]) => void tailed.push(...records.map(({ event }) => event)),
      onTrouble: (error) => void toldTail.push(error),
      onMoved: (...to) => void moved.push(to),
    });
    const before = events(5);
    await log.append(topic, before);
    await eventually(() => expect([handled, tailed]).toEqual([before, before]), patience);
    const after = events(count);
    await makeAnew(topic, after);
    const ids = (some: readonly LogEvent[]) => new Set(some.map(({ id }) => id));
    const all = ids([...before, ...after]);
    await eventually(() => expect([ids(handled), ids(tailed)]).toEqual([all, all]), patience);
    const anew = expect.objectContaining({ code: 'CURSOR_INVALID' });
    expect([told, toldTail]).toEqual([expect.arrayContaining([anew]), expect.arrayContaining([anew])]);
    expect(moved).toContainEqual([topic, [0]]);
    await eventually(async () => {
      const groups = await log.groups();
      expect(groups.find(({ group }) => group === options.group)?.places).toEqual([
        { topic, partition: 0, nextOffset: count, endOffset: count },
      ]);
    });
  },
  180_000,
);

test('a group that comes back begins at the beginning of a topic that was made anew meanwhile, though Kafka has forgotten where it stood', async () => {
  await using log = await openLog(broker.url);
  const [topic, kept] = [`anew.${newId()}`, `anew.${newId()}`];
  await declare(log, topic);
  await declare(log, kept);
  const { handled, told, options } = groupOf(topic, kept);
  const before = events(5);
  {
    await using _member = await log.consume(options);
    await log.append(topic, before);
    await eventually(() => expect(handled).toEqual(before), patience);
  }
  const after = events(9);
  await makeAnew(topic, after);
  const stands = (await log.groups()).find(({ group }) => group === options.group);
  expect(stands?.places.map((place) => place.topic)).toEqual([kept]);
  await using again = await openLog(broker.url);
  await using _member = await again.consume(options);
  await eventually(() => expect(handled).toEqual([...before, ...after]), patience);
  expect(told).toEqual([expect.objectContaining({ code: 'CURSOR_INVALID', details: { topic } })]);
}, 180_000);

test.each([
  [4, 2],
  [2, 4],
])(
  'a topic of %i partitions that is made anew with %i is read and written whole, and so are others, by who goes on',
  async (before, after) => {
    await using log = await openLog(broker.url);
    const [topic, other] = [`anew.${newId()}`, `anew.${newId()}`];
    await declare(log, topic, before);
    await declare(log, other);
    const { handled, options } = groupOf(topic, other);
    await using _member = await log.consume(options);
    const tailed: LogEvent[] = [];
    await using _tail = await log.tail({
      topics: [topic, other],
      onRecords: (records: readonly LogRecord[]) => void tailed.push(...records.map(({ event }) => event)),
    });
    const sent: LogEvent[] = [];
    const ids = (some: readonly LogEvent[]) => new Set(some.map(({ id }) => id));
    const allCome = () => expect([ids(handled), ids(tailed)]).toEqual([ids(sent), ids(sent)]);
    /** Some for each partition. */
    const send = async (to: string): Promise<void> => {
      const some = keyed(24);
      await eventually(() => log.append(to, some), patience);
      sent.push(...some);
    };
    await send(topic);
    await eventually(allCome, patience);
    const made = keyed(24);
    sent.push(...made);
    await makeAnew(topic, made, after);
    await send(topic);
    await send(other);
    await eventually(allCome, patience);
    await eventually(async () => {
      await send(topic);
      const ends = await log.end(topic);
      expect(ends).toHaveLength(after);
      expect(Math.min(...ends)).toBeGreaterThan(0);
    }, patience);
    await eventually(allCome, patience);
  },
  180_000,
);
