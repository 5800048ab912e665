import { createLogger, newId, Registry, systemClock } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema/events';
import { eventually } from '@tributary/test-kit';
import { ConfigResourceTypes, Kafka, logLevel, type Producer } from 'kafkajs';
import { expect, inject, onTestFinished, test } from 'vitest';
import { describeEventLog } from './conformance.ts';
import { eventOf, freshTopic } from './conformance-events.ts';
import { openDeadLetters, redriveDeadLetter } from './dead-letters.ts';
import { startDurableConsumer } from './durable-consumer.ts';
import { openEventLog } from './open.ts';
import { openKafka } from './open-kafka.fixture.ts';
import type { EventLog, LogEvent, LogRecord } from './port.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const url = inject('engines')['KAFKA_URL'] ?? 'missing: run npm run test:engines -- kafka';

/** A prefix that nobody else has. */
function freshAddress(): { readonly address: string; readonly prefix: string } {
  const prefix = `t${newId().slice(-12)}.`;
  return { address: `${url}/${prefix}`, prefix };
}

function openAt(address: string): Promise<EventLog> {
  return openEventLog(address, { relational: undefined as never, log });
}

describeEventLog('Kafka', async () => openKafka(freshAddress().address));

/** To do to topics what no adapter would. */
async function administrator() {
  const admin = new Kafka({ brokers: [new URL(url).host], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  onTestFinished(() => admin.disconnect());
  return admin;
}

test('what Kafka cannot do: an event that another process repeats is stored again, and is known by its id', async () => {
  const { address } = freshAddress();
  await using first = await openAt(address);
  await using second = await openAt(address);
  const topic = await freshTopic(first, 1);
  const event = eventOf('Thing/1');
  for (const each of [first, second, first, second]) await each.append(topic, [event]);
  const records = await first.read({ topic, partition: 0, fromOffset: 0, limit: 10 });
  expect(records.map((record) => record.event)).toEqual([event, event]);
});

test('a reader that retention passed by is told so and goes on with the oldest there is: by offset, tailing, and in a group', async () => {
  const { address, prefix } = freshAddress();
  await using eventLog = await openAt(address);
  const admin = await administrator();
  const topic = await freshTopic(eventLog, 1);
  const group = `${topic}.g`;
  const early = await eventLog.consume({
    group,
    topics: [topic],
    startAt: 'beginning',
    onRecords: async () => undefined,
  });
  await early[Symbol.asyncDispose]();
  let release: () => void = () => undefined;
  const blocked = new Promise<void>((resolve) => {
    release = resolve;
  });
  const tailed: LogEvent[] = [];
  const told: unknown[] = [];
  const onRecords = async (records: readonly LogRecord[]): Promise<void> => {
    tailed.push(...records.map(({ event }) => event));
    await blocked;
  };
  await using _tail = await eventLog.tail({
    topics: [topic],
    onRecords,
    onTrouble: (error) => void told.push(error),
  });
  using _released = { [Symbol.dispose]: () => release() };
  const events = Array.from({ length: 6 }, (_, n) => eventOf('Thing/1', { n }));
  const [first, ...rest] = events;
  await eventLog.append(topic, events.slice(0, 1));
  await eventually(() => expect(tailed).toEqual([first]));
  await eventLog.append(topic, rest);
  await admin.fetchTopicMetadata({ topics: [prefix + topic] });
  await admin.deleteTopicRecords({ topic: prefix + topic, partitions: [{ partition: 0, offset: '4' }] });
  expect(await eventLog.beginning(topic)).toEqual([4]);
  const expired = expect.objectContaining({ code: 'CURSOR_EXPIRED', details: { topic, partition: 0 } });
  await expect(eventLog.read({ topic, partition: 0, fromOffset: 1, limit: 9 })).rejects.toThrow(expired);
  const late = eventLog.tail({ topics: [topic], from: { [topic]: [1] }, onRecords });
  await expect(late).rejects.toThrow(expired);
  release();
  await eventually(() => expect(tailed).toEqual([first, ...events.slice(4)]));
  expect(told).toEqual([expired]);
  const handled: LogEvent[] = [];
  const troubles: unknown[] = [];
  await using _member = await eventLog.consume({
    group,
    topics: [topic],
    startAt: 'end',
    onRecords: async (records) => void handled.push(...records.map(({ event }) => event)),
    onTrouble: (error) => void troubles.push(error),
  });
  await eventually(() => expect(handled).toEqual(events.slice(4)));
  expect(troubles).toEqual([expired]);
});

test('retention follows the declaration, and what somebody else set on a topic stays', async () => {
  const { address, prefix } = freshAddress();
  await using eventLog = await openAt(address);
  const admin = await administrator();
  const topic = await freshTopic(eventLog, 1);
  const resource = { type: ConfigResourceTypes.TOPIC, name: prefix + topic };
  const before = await settings();
  expect(before).toMatchObject({ 'retention.ms': '3600000', 'message.timestamp.type': 'LogAppendTime' });
  const configEntries = Object.entries({ ...before, 'max.message.bytes': '2000000' }).map(
    ([name, value]) => ({ name, value }),
  );
  await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] });
  await eventLog.declareTopics([{ name: topic, partitions: 1, retentionMs: 7_200_000 }]);
  expect(await settings()).toMatchObject({ 'retention.ms': '7200000', 'max.message.bytes': '2000000' });

  async function settings(): Promise<Readonly<Record<string, string>>> {
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] });
    const own = resources[0]?.configEntries.filter(({ configSource }) => Number(configSource) === 1) ?? [];
    return Object.fromEntries(own.map(({ configName, configValue }) => [configName, configValue]));
  }
});

test('what a stream engine keeps beside the log is none of its topics', async () => {
  const { address, prefix } = freshAddress();
  await using eventLog = await openAt(address);
  const topic = await freshTopic(eventLog, 1);
  const admin = await administrator();
  await admin.createTopics({ topics: [{ topic: `${prefix}stream.shop.results`, numPartitions: 1 }] });
  expect((await eventLog.topics()).map(({ name }) => name)).toEqual([topic]);
});

test('a member that leaves while its handler fails has committed nothing: the next one gets the records', async () => {
  const { address } = freshAddress();
  await using eventLog = await openAt(address);
  const topic = await freshTopic(eventLog, 1);
  const group = `${topic}.g`;
  const events = [eventOf('Thing/1', { n: 0 }), eventOf('Thing/1', { n: 1 })];
  let leave: () => void = () => undefined;
  const entered = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const seen: LogEvent[] = [];
  const onRecords = async (records: readonly LogRecord[]): Promise<void> => {
    seen.push(...records.map(({ event }) => event));
  };
  {
    await using _fails = await eventLog.consume({
      group,
      topics: [topic],
      startAt: 'beginning',
      onRecords: async () => {
        leave();
        throw new Error('never handled');
      },
    });
    await eventLog.append(topic, events);
    await entered;
  }
  await using _next = await eventLog.consume({ group, topics: [topic], startAt: 'end', onRecords });
  await eventually(() => expect(seen).toEqual(events));
});

test('what is no event is a dead letter of each durable group, with its place and how it begins, and holds nothing up', async () => {
  const { address, prefix } = freshAddress();
  await using eventLog = await openAt(address);
  await eventLog.declareTopics(topicContracts().filter(({ name }) => name.startsWith('log.')));
  const topic = await freshTopic(eventLog, 1);
  const producer = await foreignProducer();
  const foreign = (value: string) => producer.send({ topic: prefix + topic, messages: [{ value }] });
  const [first, second] = [eventOf('Thing/1'), eventOf('Thing/1')];
  await foreign('no JSON '.repeat(100));
  await eventLog.append(topic, [first]);
  for (const value of ['42', '{"n":1}', '{"id":7}']) await foreign(value);
  await eventLog.append(topic, [second]);
  await foreign('the last one');
  const records = await eventLog.read({ topic, partition: 0, fromOffset: 0, limit: 10 });
  expect(records.map(({ offset, event }) => [offset, event.id])).toEqual([
    [1, first.id],
    [5, second.id],
  ]);
  const group = `${topic}.g`;
  const metrics = new Registry();
  const consumer = { eventLog, log, clock: systemClock, metrics, group, topics: [topic] };
  await using _member = await startDurableConsumer({
    ...consumer,
    startAt: 'beginning',
    onRecords: async () => undefined,
  });
  const letters = await eventually(
    async () => {
      const found = await openDeadLetters(eventLog);
      const [place] = (await eventLog.groups()).find((each) => each.group === group)?.places ?? [];
      expect([found.length, place?.nextOffset]).toEqual([5, 7]);
      return found;
    },
    { timeoutMs: 30_000 },
  );
  expect(letters.map(({ offset, reason, message, excerpt }) => [offset, reason, message, excerpt])).toEqual([
    [0, 'EVENT_INVALID', 'It is no JSON.', 'no JSON '.repeat(25)],
    [2, 'EVENT_INVALID', 'It is no object.', '42'],
    [3, 'EVENT_INVALID', 'It has no id.', '{"n":1}'],
    [4, 'EVENT_INVALID', 'It has no id.', '{"id":7}'],
    [6, 'EVENT_INVALID', 'It is no JSON.', 'the last one'],
  ]);
  // There is nothing to handle again: such a letter is seen, and done with.
  for (const letter of letters) await redriveDeadLetter(eventLog, letter, systemClock);
  expect(await openDeadLetters(eventLog)).toEqual([]);
});

test('much that is no event is put aside in few appends, and once, though the batch that it lies in fails again and again', async () => {
  const { address, prefix } = freshAddress();
  await using eventLog = await openAt(address);
  await eventLog.declareTopics(topicContracts().filter(({ name }) => name.startsWith('log.')));
  const topic = await freshTopic(eventLog, 1);
  const producer = await foreignProducer();
  const messages = Array.from({ length: 1_200 }, (_, n) => ({ value: `no JSON ${n}` }));
  await producer.send({ topic: prefix + topic, messages });
  await eventLog.append(topic, [eventOf('Thing/1')]);
  const told: number[] = [];
  let failures = 0;
  let handled = 0;
  await using _member = await eventLog.consume({
    group: `${topic}.failing`,
    topics: [topic],
    startAt: 'beginning',
    onForeign: async (records) => void told.push(...records.map(({ offset }) => offset)),
    onRecords: async () => {
      failures += 1;
      if (failures < 4) throw new Error('not yet');
      handled += 1;
    },
  });
  await eventually(() => expect(handled).toBe(1), { timeoutMs: 30_000 });
  expect(told).toEqual(messages.map((_, offset) => offset));
  let appends = 0;
  const append: EventLog['append'] = (...letters) => {
    appends += 1;
    return eventLog.append(...letters);
  };
  const metrics = new Registry();
  await using _durable = await startDurableConsumer({
    eventLog: { consume: eventLog.consume.bind(eventLog), append },
    log,
    clock: systemClock,
    metrics,
    group: `${topic}.durable`,
    topics: [topic],
    startAt: 'beginning',
    onRecords: async () => undefined,
  });
  await eventually(async () => expect(await openDeadLetters(eventLog)).toHaveLength(1_200), {
    timeoutMs: 30_000,
  });
  expect(appends).toBeLessThan(20);
  const counted = `{group="${topic}.durable",topic="${topic}",reason="EVENT_INVALID"} 1200`;
  await eventually(async () => expect(await metrics.metrics()).toContain(counted));
});

/** Somebody who writes what they like, beside us. */
async function foreignProducer(): Promise<Producer> {
  const producer = new Kafka({ brokers: [new URL(url).host], logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  onTestFinished(() => producer.disconnect());
  return producer;
}
