import { createLogger, newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import { expect, inject, onTestFinished, test } from 'vitest';
import { parseKafkaUrl } from '../kafka/address.ts';
import { describeEventLog } from './conformance.ts';
import { eventOf, freshTopic } from './conformance-events.ts';
import { openKafkaEventLog } from './kafka.ts';
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
  return openKafkaEventLog(parseKafkaUrl(address, 'EVENT_LOG_URL'), log);
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
    // What was lost does not come back.
    onGoesOn: () => void told.push('goes on'),
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
    onRecords: async (records) => void handled.push(...records.map(({ event }) => event)),
    onTrouble: (error) => void troubles.push(error),
  });
  await eventually(() => expect(handled).toEqual(events.slice(4)));
  const details = { topic, partition: 0, unread: 4 };
  expect(troubles).toEqual([expect.objectContaining({ code: 'CURSOR_EXPIRED', details })]);
});

test('retention follows the declaration, and what somebody else set on a topic stays', async () => {
  const { address, prefix } = freshAddress();
  await using eventLog = await openAt(address);
  const admin = await administrator();
  const topic = await freshTopic(eventLog, 1);
  const resource = { type: ConfigResourceTypes.TOPIC, name: prefix + topic };
  const before = await settings();
  expect(before).toMatchObject({
    'retention.ms': '3600000',
    'message.timestamp.type': 'LogAppendTime',
    'compression.type': 'uncompressed',
    'max.message.bytes': '3000000',
  });
  const configEntries = Object.entries({ ...before, 'max.message.bytes': '4000000' }).map(
    ([name, value]) => ({ name, value }),
  );
  await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] });
  await eventLog.declareTopics([{ name: topic, partitions: 1, retentionMs: 7_200_000 }]);
  expect(await settings()).toMatchObject({ 'retention.ms': '7200000', 'max.message.bytes': '4000000' });

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
      onRecords: async () => {
        leave();
        throw new Error('never handled');
      },
    });
    await eventLog.append(topic, events);
    await entered;
  }
  await using _next = await eventLog.consume({ group, topics: [topic], onRecords });
  await eventually(() => expect(seen).toEqual(events));
});

test('a group whose position Kafka has forgotten begins with the oldest records there are, and says with how many', async () => {
  const { address, prefix } = freshAddress();
  const told: unknown[] = [];
  const telling = createLogger({ name: 'test', level: 'silent' });
  Object.assign(telling, { info: (fields: object) => told.push(fields) });
  await using eventLog = await openKafkaEventLog(parseKafkaUrl(address, 'EVENT_LOG_URL'), telling);
  const topic = await freshTopic(eventLog, 2);
  const group = `${topic}.g`;
  const handled: LogEvent[] = [];
  const onRecords = async (records: readonly LogRecord[]): Promise<void> =>
    void handled.push(...records.map(({ event }) => event));
  const before = Array.from({ length: 6 }, (_, n) => eventOf(`Thing/${n}`, { n }));
  {
    await using _member = await eventLog.consume({ group, topics: [topic], onRecords });
    await eventLog.append(topic, before);
    await eventually(() => expect(handled).toHaveLength(6));
  }
  expect(told).toEqual([]);
  // As the brokers do it when nobody was in the group for offsets.retention.minutes.
  const admin = await administrator();
  await eventually(() => admin.deleteGroups([prefix + group]));
  const meanwhile = eventOf('Thing/0', 'meanwhile');
  await eventLog.append(topic, [meanwhile]);
  handled.length = 0;
  await using _again = await eventLog.consume({ group, topics: [topic], onRecords });
  const ids = (events: readonly LogEvent[]) => events.map(({ id }) => id).sort();
  await eventually(() => expect(ids(handled)).toEqual(ids([...before, meanwhile])));
  expect(told).toEqual([{ group: prefix + group, records: { [topic]: 7 } }]);
});

test('a topic that is new to a group whose members live begins at its beginning and goes on where it was, whoever leaves and comes back', async () => {
  const { address } = freshAddress();
  await using eventLog = await openAt(address);
  const [known = '', added = ''] = [await freshTopic(eventLog, 1), await freshTopic(eventLog, 1)];
  const group = `${known}.g`;
  await eventLog.append(added, [eventOf('Thing/1', 'before')]);
  const seen: unknown[] = [];
  const onRecords = async (records: readonly LogRecord[]): Promise<void> =>
    void seen.push(...records.map(({ event }) => event.data));
  const options = { group, onRecords };
  const first = await eventLog.consume({ ...options, topics: [known] });
  {
    await using _newcomer = await eventLog.consume({ ...options, topics: [known, added] });
    await eventLog.append(added, [eventOf('Thing/1', 'since')]);
    // It led, and did not know the topic.
    await first[Symbol.asyncDispose]();
    await eventually(() => expect(seen).toEqual(['before', 'since']), { timeoutMs: 30_000 });
  }
  await eventLog.append(added, [eventOf('Thing/1', 'meanwhile')]);
  await using _next = await eventLog.consume({ ...options, topics: [known, added] });
  await eventually(() => expect(seen).toEqual(['before', 'since', 'meanwhile']), { timeoutMs: 30_000 });
});
