import { createLogger, newId } from '@tributary/runtime';
import { eventually, freshDatabase } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventOf } from '../event-log/conformance-events.ts';
import { openEventLog } from '../event-log/open.ts';
import type { EventLog, LogRecord } from '../event-log/port.ts';
import { openLink } from '../link.fixture.ts';
import { parseKafkaUrl } from './address.ts';
import { withAdmin } from './admin.ts';
import { type OwnBroker, startBroker } from './broker.fixture.ts';
import { openDriver } from './driver.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const patience = { timeoutMs: 60_000 };
const topic = 'some.thing';
const things = [{ name: topic, partitions: 1, retentionMs: 3_600_000 }];

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
