import { createLogger, newId } from '@tributary/runtime';
import { eventually, freshDatabase } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventOf } from '../event-log/conformance-events.ts';
import { claimKafka } from '../event-log/kafka-installation.ts';
import { ownerOf } from '../event-log/kafka-owner.ts';
import { parseKafkaUrl } from './address.ts';
import { type OwnBroker, openLog, startBroker } from './broker.fixture.ts';
import { openDriver } from './driver.ts';
import { type GuestRight, grant, guestUrl, revoke } from './rights.fixture.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const patience = { timeoutMs: 60_000 };
const topic = 'some.thing';
const things = [{ name: topic, partitions: 1, retentionMs: 3_600_000 }];
const all: readonly GuestRight[] = [
  'READ',
  'WRITE',
  'CREATE',
  'DESCRIBE',
  'DESCRIBE_CONFIGS',
  'ALTER_CONFIGS',
];

/** Without these a topic cannot be seen. */
const unseen = all.filter((right) => right !== 'CREATE');

let broker: OwnBroker;

beforeAll(async () => {
  broker = await startBroker();
}, 120_000);
afterAll(() => broker[Symbol.asyncDispose]());

/** A prefix with a topic behind it. */
async function withTopic(): Promise<string> {
  const prefix = `i${newId().slice(-12)}.`;
  await using owner = await openLog(broker.url.replace(/\/?(\?|$)/, `/${prefix}$1`));
  await owner.declareTopics(things);
  return prefix;
}

/** What the guest owns a log by, and what is told of it. */
async function telling(prefix: string) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const address = parseKafkaUrl(guestUrl(broker, prefix), 'EVENT_LOG_URL');
  const driver = await openDriver(address, log);
  return {
    lines,
    guest: { driver, address, log: createLogger({ name: 'test', level: 'warn', destination }) },
  };
}

const without = (right: GuestRight, name: string) =>
  expect.objectContaining({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining(`does not let guest ${right} the topic ${name}: grant ${right} on it`),
  });

const notReady = (right: GuestRight) => ({
  code: 'ENGINE_UNAVAILABLE',
  message: expect.stringMatching(
    new RegExp(`does not let guest ${right} these topics.*: ${topic}\\. Grant ${right}`),
  ),
  details: { missing: [`event-log:${topic}`] },
});

test('a log that a user may not write to is not ready once it was to be written to, and is again with the right', async () => {
  const prefix = await withTopic();
  await grant(broker, prefix, ['READ']);
  await using guest = await openLog(guestUrl(broker, prefix));
  await eventually(() => guest.end(topic), patience);
  await guest.ping();
  await expect(guest.append(topic, [eventOf('Thing/1')])).rejects.toEqual(without('WRITE', prefix + topic));
  await expect(guest.ping()).rejects.toMatchObject(notReady('WRITE'));
  await grant(broker, prefix, ['WRITE']);
  await eventually(() => guest.append(topic, [eventOf('Thing/1')]), patience);
  await eventually(() => guest.ping(), patience);
}, 200_000);

test('a log that a user may not read is not ready while somebody reads, who is told which right on which topic', async () => {
  const prefix = await withTopic();
  await grant(broker, prefix, ['WRITE']);
  await using guest = await openLog(guestUrl(broker, prefix));
  await eventually(() => guest.append(topic, [eventOf('Thing/1')]), patience);
  await guest.ping();
  const said: unknown[] = [];
  const seen: string[] = [];
  await using _tail = await guest.tail({
    topics: [topic],
    from: { [topic]: [0] },
    onRecords: (records) => void seen.push(...records.map(({ event }) => event.subject)),
    onTrouble: (error) => void said.push(error),
  });
  await eventually(() => expect(said).toContainEqual(without('READ', prefix + topic)), patience);
  await expect(guest.ping()).rejects.toMatchObject(notReady('READ'));
  await grant(broker, prefix, ['READ']);
  await eventually(() => expect(seen).toEqual(['Thing/1']), patience);
  await eventually(() => guest.ping(), patience);
}, 200_000);

test('who may not read or write what says whose the topics are is told that right, and not the one that it has', async () => {
  const prefix = await withTopic();
  const address = parseKafkaUrl(guestUrl(broker, prefix), 'EVENT_LOG_URL');
  const driver = await openDriver(address, log);
  const claims = `${prefix}installation.owner`;
  const claim = () => claimKafka(driver, address, newId());
  await grant(broker, prefix, ['CREATE', 'DESCRIBE']);
  await eventually(() => expect(claim()).rejects.toEqual(without('WRITE', claims)), patience);
  await grant(broker, prefix, ['WRITE']);
  await eventually(() => expect(claim()).rejects.toEqual(without('READ', claims)), patience);
}, 200_000);

test('topics that a user was not to see for a while are not said to be lost', async () => {
  const prefix = await withTopic();
  await grant(broker, prefix, all);
  await using ours = await freshDatabase();
  let claims = 0;
  // The rights come back after the topics were looked for, and before they are claimed again.
  const claim: typeof claimKafka = async (...given) => {
    claims += 1;
    await grant(broker, prefix, unseen);
    await eventually(() => claimKafka(...given), patience);
  };
  const { lines, guest } = await telling(prefix);
  await using owner = await ownerOf({ ...guest, claim }, ours);
  await using link = owner.newLink();
  await eventually(() => link.ping(), patience);
  await revoke(broker, prefix, unseen);
  await eventually(async () => {
    await link.ping().catch(() => undefined);
    expect(claims).toBe(2);
  }, patience);
  await eventually(() => link.ping(), patience);
  expect(lines.join('')).not.toContain('Kafka has lost');
}, 200_000);

test('a right that is missing is not told as topics of another installation', async () => {
  const prefix = await withTopic();
  await grant(broker, prefix, all);
  await using ours = await freshDatabase();
  const { lines, guest } = await telling(prefix);
  await using owner = await ownerOf({ ...guest, claim: claimKafka }, ours);
  await using link = owner.newLink();
  await eventually(() => link.ping(), patience);
  await revoke(broker, prefix, unseen);
  await eventually(
    () => expect(link.ping()).rejects.toEqual(without('READ', `${prefix}installation.owner`)),
    patience,
  );
  expect(lines.join('')).not.toContain('another installation');
}, 200_000);
