import { createLogger, newId } from '@tributary/runtime';
import { eventually, freshDatabase } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventOf } from '../event-log/conformance-events.ts';
import { openEventLog } from '../event-log/open.ts';
import type { EventLog, LogRecord } from '../event-log/port.ts';
import { openLink } from '../link.fixture.ts';
import { parseKafkaUrl } from './address.ts';
import { withAdmin } from './admin.ts';
import { type OwnBroker, openLog, startBroker } from './broker.fixture.ts';
import { openDriver } from './driver.ts';
import { grant, guestUrl } from './rights.fixture.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const patience = { timeoutMs: 60_000 };
const topic = 'some.thing';
const things = [{ name: topic, partitions: 1, retentionMs: 3_600_000 }];
const other = { name: 'other.thing', retentionMs: 3_600_000 };

let broker: OwnBroker;

beforeAll(async () => {
  broker = await startBroker();
}, 120_000);
afterAll(() => broker[Symbol.asyncDispose]());

/** What a Kafka that comes back without its data has of one installation. */
async function loseAll(prefix: string): Promise<void> {
  const driver = await openDriver(parseKafkaUrl(broker.url, 'EVENT_LOG_URL'), log);
  const ours = () =>
    withAdmin(driver, async (admin) => (await admin.listTopics()).filter((name) => name.startsWith(prefix)));
  const topics = await ours();
  await withAdmin(driver, (admin) => admin.deleteTopics({ topics }));
}

function fresh() {
  const prefix = `i${newId().slice(-12)}.`;
  const { url, way } = broker;
  return {
    prefix,
    url: url.replace(/\/?(\?|$)/, `/${prefix}$1`),
    byWay: `kafka://127.0.0.1:${way.from}/${prefix}?timeoutMs=1000`,
  };
}

async function stateOf(eventLog: EventLog, name: string) {
  const state = (await eventLog.topics()).find((each) => each.name === name);
  if (state === undefined) throw new Error(`there is no topic ${name}`);
  return { partitions: state.end.length, retentionMs: state.retentionMs };
}

async function reading(eventLog: EventLog) {
  const handled: string[] = [];
  const onRecords = async (records: readonly LogRecord[]): Promise<void> =>
    void handled.push(...records.map(({ event }) => event.subject));
  const member = await eventLog.consume({ group: 'readers', topics: [topic], onRecords });
  return { handled, [Symbol.asyncDispose]: () => member[Symbol.asyncDispose]() };
}

test('a Kafka that came back without its data, and is another installation’s by then, takes nothing of the one it had, and hands it nothing', async () => {
  const { prefix, url, byWay } = fresh();
  await using way = await openLink(broker.way.to, broker.way.from);
  await using ours = await freshDatabase();
  await using theirs = await freshDatabase();
  await using eventLog = await openEventLog(byWay, { relational: ours, log });
  await eventLog.declareTopics(things);
  await eventLog.append(topic, [eventOf('Thing/ours', { n: 1 })]);
  await using readers = await reading(eventLog);
  await eventually(() => expect(readers.handled).toEqual(['Thing/ours']), patience);
  // What is handled and not committed comes again.
  await eventually(
    async () => expect(await eventLog.groups()).toMatchObject([{ places: [{ nextOffset: 1 }] }]),
    patience,
  );
  way.close();
  await loseAll(prefix);
  await using other = await eventually(() => openEventLog(url, { relational: theirs, log }), patience);
  await other.declareTopics(things);
  way.open();
  const foreign = {
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('belongs to another installation'),
  };
  await eventually(() => expect(eventLog.ping()).rejects.toMatchObject(foreign), patience);
  await expect(eventLog.append(topic, [eventOf('Thing/late', { n: 2 })])).rejects.toMatchObject(foreign);
  await expect(eventLog.end(topic)).rejects.toMatchObject(foreign);
  await other.append(topic, [eventOf('Thing/theirs', { n: 1 })]);
  await using others = await reading(other);
  await eventually(() => expect(others.handled).toEqual(['Thing/theirs']), patience);
  expect(await other.groups()).toMatchObject([{ group: 'readers', members: 1 }]);
  expect(readers.handled).toEqual(['Thing/ours']);
}, 200_000);

test('a Kafka that came back without its data, and is nobody’s, is claimed again with the topics it had, without a restart', async () => {
  const { prefix, url } = fresh();
  await using ours = await freshDatabase();
  await using theirs = await freshDatabase();
  await using eventLog = await openEventLog(url, { relational: ours, log });
  await eventLog.declareTopics(things);
  await using readers = await reading(eventLog);
  await loseAll(prefix);
  await eventually(() => eventLog.append(topic, [eventOf('Thing/1', { n: 1 })]), patience);
  await eventually(() => expect(readers.handled).toContain('Thing/1'), patience);
  await eventLog.ping();
  await expect(openEventLog(url, { relational: theirs, log })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  });
}, 200_000);

test('a mark that is deleted alone is made again, and nothing is said to be lost', async () => {
  const { prefix, url } = fresh();
  await using ours = await freshDatabase();
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const told = createLogger({ name: 'test', level: 'warn', destination });
  await using eventLog = await openEventLog(url, { relational: ours, log: told });
  await eventLog.declareTopics(things);
  lines.length = 0;
  await broker.deleteTopic(`${prefix}installation.owner`);
  await eventually(async () => {
    await eventLog.ping();
    expect(lines.join('')).toContain('none of those that this process declared is missing');
  }, patience);
  await eventLog.append(topic, [eventOf('Thing/1', { n: 1 })]);
  expect(lines.join('')).not.toContain('is lost');
}, 200_000);

test('a single topic that somebody deletes is made again as it was declared, without a restart, and is named by readiness where nobody makes it', async () => {
  const { prefix, url } = fresh();
  await using ours = await freshDatabase();
  await using eventLog = await openEventLog(url, { relational: ours, log });
  const declared = [
    { name: topic, partitions: 3, retentionMs: 3_600_000 },
    { ...other, partitions: 1 },
  ];
  await eventLog.declareTopics(declared);
  await using readers = await reading(eventLog);
  await eventLog.append(topic, [eventOf('Thing/before', { n: 1 })]);
  await eventually(() => expect(readers.handled).toEqual(['Thing/before']), patience);
  // Asks no engine whose it is, and makes nothing.
  await using onlooker = await openLog(url);
  await onlooker.end(topic);
  await onlooker.ping();
  await broker.deleteTopic(prefix + topic);
  await eventually(async () => {
    const { partitions, retentionMs } = await stateOf(eventLog, topic);
    expect([partitions, retentionMs]).toEqual([3, 3_600_000]);
  }, patience);
  await eventually(() => eventLog.append(topic, [eventOf('Thing/after', { n: 2 })]), patience);
  await eventually(() => expect(readers.handled).toContain('Thing/after'), patience);
  await eventually(() => eventLog.ping(), patience);
  await eventLog[Symbol.asyncDispose]();
  await broker.deleteTopic(prefix + topic);
  await eventually(
    () =>
      expect(onlooker.ping()).rejects.toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
        details: { missing: [`event-log:${topic}`] },
      }),
    patience,
  );
}, 200_000);

test('a topic that somebody deletes, and that this process may not make, is not said to be made again', async () => {
  const { prefix, url } = fresh();
  await using ours = await freshDatabase();
  {
    await using eventLog = await openEventLog(url, { relational: ours, log });
    await eventLog.declareTopics(things);
  }
  await grant(broker, prefix, ['READ', 'WRITE', 'DESCRIBE', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS']);
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const told = createLogger({ name: 'test', level: 'warn', destination });
  await using guest = await eventually(
    () => openEventLog(guestUrl(broker, prefix), { relational: ours, log: told }),
    patience,
  );
  await guest.declareTopics(things);
  lines.length = 0;
  await broker.deleteTopic(prefix + topic);
  await eventually(async () => {
    await guest.ping().catch(() => undefined);
    expect(lines.join('')).toMatch(/CREATE.*cannot be made again/);
  }, patience);
  expect(lines.join('')).not.toContain('they are made again');
}, 200_000);
