import { createLogger, newId, Registry, systemClock } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema/events';
import { eventually } from '@tributary/test-kit';
import { ConfigResourceTypes, Kafka, logLevel, type Producer } from 'kafkajs';
import { expect, inject, onTestFinished, test } from 'vitest';
import { eventOf, freshTopic } from '../event-log/conformance-events.ts';
import { openDeadLetters, redriveDeadLetter } from '../event-log/dead-letters.ts';
import { startDurableConsumer } from '../event-log/durable-consumer.ts';
import { openKafkaEventLog } from '../event-log/kafka.ts';
import type { EventLog, LogEvent, LogRecord } from '../event-log/port.ts';
import { parseKafkaUrl } from './address.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const url = inject('engines')['KAFKA_URL'] ?? 'missing: run npm run test:engines -- kafka';
const brokers = [new URL(url).host];

/** A prefix that nobody else has. */
function freshAddress(): { readonly address: string; readonly prefix: string } {
  const prefix = `t${newId().slice(-12)}.`;
  return { address: `${url}/${prefix}`, prefix };
}

function openAt(address: string): Promise<EventLog> {
  return openKafkaEventLog(parseKafkaUrl(address, 'EVENT_LOG_URL'), log);
}

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
    onRecords: async () => undefined,
  });
  await eventually(async () => expect(await openDeadLetters(eventLog)).toHaveLength(1_200), {
    timeoutMs: 30_000,
  });
  expect(appends).toBeLessThan(20);
  const counted = `{group="${topic}.durable",topic="${topic}",reason="EVENT_INVALID"} 1200`;
  await eventually(async () => expect(await metrics.metrics()).toContain(counted));
});

test('a broken envelope, no data, and JSON as deep as no stack: tails and reads pass them over, durable groups put them aside', async () => {
  const { address, prefix } = freshAddress();
  await using eventLog = await openAt(address);
  await eventLog.declareTopics(topicContracts().filter(({ name }) => name.startsWith('log.')));
  const topic = await freshTopic(eventLog, 1);
  const tailed: LogEvent[] = [];
  const troubles: unknown[] = [];
  await using _tail = await eventLog.tail({
    topics: [topic],
    onRecords: (records) => void tailed.push(...records.map(({ event }) => event)),
    onTrouble: (error) => void troubles.push(error),
  });
  const [first, last] = [eventOf('Thing/1'), eventOf('Thing/1')];
  await eventLog.append(topic, [first]);
  const { data: _none, ...dataless } = eventOf('Thing/1');
  const begun = JSON.stringify({ ...dataless, data: 0 }).slice(0, -2);
  const deep = `${begun}${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
  const producer = await foreignProducer();
  const values = ['{"id":"x"}', JSON.stringify(dataless), deep];
  await producer.send({ topic: prefix + topic, messages: values.map((value) => ({ value })) });
  await eventLog.append(topic, [last]);
  await eventually(() => expect(tailed).toEqual([first, last]), { timeoutMs: 30_000 });
  const read = await eventLog.read({ topic, partition: 0, fromOffset: 0, limit: 10 });
  expect(read.map(({ event }) => event)).toEqual([first, last]);
  expect(troubles).toEqual([]);
  await using _member = await startDurableConsumer({
    eventLog,
    log,
    clock: systemClock,
    metrics: new Registry(),
    group: `${topic}.g`,
    topics: [topic],
    onRecords: async () => undefined,
  });
  const letters = await eventually(
    async () => {
      const found = await openDeadLetters(eventLog);
      expect(found).toHaveLength(3);
      return found;
    },
    { timeoutMs: 30_000 },
  );
  expect(letters.map(({ message, excerpt = '' }) => [message, excerpt.slice(0, 10)])).toEqual([
    ['It has no source.', '{"id":"x"}'],
    ['It has no data.', '{"specvers'],
    ['It is nested too deep.', '{"specvers'],
  ]);
});

test('a letter that somebody else wrote hides none of ours', async () => {
  const { address, prefix } = freshAddress();
  await using eventLog = await openAt(address);
  await eventLog.declareTopics(topicContracts().filter(({ name }) => name.startsWith('log.')));
  const producer = await foreignProducer();
  const value = JSON.stringify({ ...eventOf('Thing/1', null), type: 'log.dead_letter.redriven' });
  await producer.send({ topic: `${prefix}log.dead_letter`, messages: [{ value }] });
  expect(await openDeadLetters(eventLog)).toEqual([]);
});

test('records that cannot be decompressed are told of with their topic, hold up no other, and what follows them is read when they are gone', async () => {
  const { address, prefix } = freshAddress();
  await using eventLog = await openAt(address);
  const [stuck, ...others] = await Promise.all(
    [1, 1, 2].map((partitions) => freshTopic(eventLog, partitions)),
  );
  if (stuck === undefined) throw new TypeError('three topics were made');
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  onTestFinished(() => admin.disconnect());
  const resource = { type: ConfigResourceTypes.TOPIC, name: prefix + stuck };
  const configEntries = [{ name: 'compression.type', value: 'zstd' }];
  await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] });
  const heard: LogRecord[] = [];
  const handled: LogRecord[] = [];
  const troubles: unknown[] = [];
  const options = { topics: [stuck, ...others], onTrouble: (error: unknown) => void troubles.push(error) };
  await using _tail = await eventLog.tail({
    ...options,
    onRecords: (records) => void heard.push(...records),
  });
  await using _member = await eventLog.consume({
    ...options,
    group: `${stuck}.g`,
    onRecords: async (records) => void handled.push(...records),
  });
  await eventLog.append(stuck, [eventOf('Thing/1')]);
  const refusal = expect.objectContaining({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining(`${prefix}${stuck} holds records compressed with ZSTD`),
    details: expect.objectContaining({ topic: prefix + stuck, partition: 0, offset: 0 }),
  });
  await expect(eventLog.read({ topic: stuck, partition: 0, fromOffset: 0, limit: 1 })).rejects.toEqual(
    refusal,
  );
  await eventually(() => expect(troubles.length).toBeGreaterThanOrEqual(2), { timeoutMs: 30_000 });
  for (const topic of others) await eventLog.append(topic, [eventOf('Thing/1'), eventOf('Thing/2')]);
  await eventually(() => expect([heard.length, handled.length]).toEqual([4, 4]), { timeoutMs: 30_000 });
  expect(troubles).toEqual(troubles.map(() => refusal));
  await eventLog.declareTopics([{ name: stuck, partitions: 1, retentionMs: 3_600_000 }]);
  await admin.deleteTopicRecords({ topic: prefix + stuck, partitions: [{ partition: 0, offset: '1' }] });
  const later = eventOf('Thing/1');
  await eventLog.append(stuck, [later]);
  await eventually(() => expect([heard.at(-1)?.event, handled.at(-1)?.event]).toEqual([later, later]), {
    timeoutMs: 40_000,
  });
});

/** Somebody who writes what they like, beside us. */
async function foreignProducer(): Promise<Producer> {
  const producer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  onTestFinished(() => producer.disconnect());
  return producer;
}
