import { newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allInOrder, eventOf, numberedEvents, numbersBySubject } from '../event-log/conformance-events.ts';
import type { EventLog, LogEvent, LogRecord } from '../event-log/port.ts';
import { type OwnBroker, openLog, startBroker } from './broker.fixture.ts';

const away = expect.objectContaining({ code: 'ENGINE_UNAVAILABLE', retryable: true });
let broker: OwnBroker;

beforeAll(async () => {
  broker = await startBroker();
}, 120_000);
afterAll(() => broker[Symbol.asyncDispose]());

async function declared(log: EventLog, partitions: number): Promise<string> {
  const name = `faults.${newId()}`;
  await log.declareTopics([{ name, partitions, retentionMs: 3_600_000 }]);
  return name;
}

async function stored(log: EventLog, topic: string): Promise<readonly LogEvent[]> {
  const pages = (await log.end(topic)).map((_, partition) =>
    log.read({ topic, partition, fromOffset: 0, limit: 10_000 }),
  );
  return (await Promise.all(pages)).flat().map(({ event }) => event);
}

/** As a relay does it: the same again until it is acknowledged. */
async function appendedAtLast(log: EventLog, topic: string, events: readonly LogEvent[]): Promise<void> {
  await eventually(() => log.append(topic, events), { timeoutMs: 60_000 });
}

// The first of all: the broker has never seen a group, and makes the topic of their positions now.
test('topics can be declared, and a group joined, as soon as a broker answers for the first time', async () => {
  await using log = await openLog(broker.url);
  const topic = await declared(log, 2);
  const handled: LogEvent[] = [];
  await using _member = await log.consume({
    group: `${topic}.g`,
    topics: [topic],
    onRecords: async (records) => void handled.push(...records.map(({ event }) => event)),
  });
  const event = eventOf('Thing/1');
  await log.append(topic, [event]);
  await eventually(() => expect(handled).toEqual([event]));
  const another = log.declareTopics([{ name: topic, partitions: 3, retentionMs: 3_600_000 }]);
  await expect(another).rejects.toMatchObject({ code: 'TOPIC_PARTITIONS_FIXED' });
}, 120_000);

test('a broker that does not answer is told in time with a code to try again, and everything goes on when it does', async () => {
  await using log = await openLog(broker.url);
  const topic = await declared(log, 1);
  const seen: LogEvent[] = [];
  const onRecords = (records: readonly LogRecord[]): void =>
    void seen.push(...records.map(({ event }) => event));
  const said: string[] = [];
  await using _tail = await log.tail({
    topics: [topic],
    onRecords,
    onTrouble: () => void said.push('trouble'),
    onGoesOn: () => void said.push('goes on'),
  });
  broker.freeze();
  try {
    await expect(log.ping()).rejects.toThrow(away);
    await expect(log.append(topic, [eventOf('Thing/1')])).rejects.toThrow(away);
    await expect(log.end(topic)).rejects.toThrow(away);
    await expect(openLog(broker.url)).rejects.toThrow(
      /^EVENT_LOG_URL names a Kafka at 127.+ that cannot be used/,
    );
  } finally {
    broker.thaw();
  }
  await eventually(() => expect(said.slice(-2)).toEqual(['trouble', 'goes on']), { timeoutMs: 30_000 });
  const later = eventOf('Thing/1');
  await appendedAtLast(log, topic, [later]);
  await eventually(() => expect(seen).toContainEqual(later));
}, 60_000);

test('an append whose outcome is unknown is stored once when it is repeated, and takes the place of no other', async () => {
  await using log = await openLog(broker.url);
  const topic = await declared(log, 1);
  await log.append(topic, [eventOf('Thing/0')]);
  const [doubtful, other] = [eventOf('Thing/1'), eventOf('Thing/1')];
  broker.freeze();
  try {
    await expect(log.append(topic, [doubtful])).rejects.toThrow(away);
  } finally {
    broker.thaw();
  }
  await appendedAtLast(log, topic, [other]);
  await appendedAtLast(log, topic, [doubtful]);
  const things = (await stored(log, topic)).filter(({ subject }) => subject === 'Thing/1');
  expect(things).toEqual([doubtful, other]);
}, 60_000);

test('an append whose outcome is unknown, and that the broker will not have again, holds up nobody', async () => {
  await using log = await openLog(broker.url);
  const topic = await declared(log, 1);
  await log.append(topic, [eventOf('Thing/0')]);
  const large = eventOf('Thing/1', 'x'.repeat(20_000));
  broker.freeze();
  try {
    await expect(log.append(topic, [large])).rejects.toThrow(away);
  } finally {
    broker.thaw();
  }
  await broker.configure(topic, 'max.message.bytes', '5000');
  await using other = await openLog(broker.url);
  await eventually(() =>
    expect(other.append(topic, [eventOf('Thing/2', 'x'.repeat(20_000))])).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    }),
  );
  const small = [eventOf('Thing/3'), eventOf('Thing/4')];
  await appendedAtLast(log, topic, small);
  expect((await stored(log, topic)).slice(-2)).toEqual(small);
}, 60_000);

test('a broker that is killed loses nothing it acknowledged: all is stored once and in order, tailed once, and handled by the group', async () => {
  await using log = await openLog(broker.url);
  const topic = await declared(log, 3);
  const tailed: LogEvent[] = [];
  const handled: LogEvent[] = [];
  await using _tail = await log.tail({
    topics: [topic],
    onRecords: (records) => void tailed.push(...records.map(({ event }) => event)),
  });
  await using _member = await log.consume({
    group: `${topic}.g`,
    topics: [topic],
    onRecords: async (records) => void handled.push(...records.map(({ event }) => event)),
  });
  const events = numberedEvents(600, 12);
  const writing = (async () => {
    for (let at = 0; at < events.length; at += 4) await appendedAtLast(log, topic, events.slice(at, at + 4));
  })();
  for (const least of [40, 200]) {
    await eventually(() => expect(tailed.length).toBeGreaterThan(least), { timeoutMs: 60_000 });
    await broker.kill();
    await broker.start();
  }
  await writing;
  const expected = allInOrder(600, 12);
  expect(numbersBySubject(await stored(log, topic))).toEqual(expected);
  await eventually(() => expect(numbersBySubject(tailed)).toEqual(expected), { timeoutMs: 30_000 });
  await eventually(() => expect(new Set(handled.map(({ id }) => id)).size).toBe(600), { timeoutMs: 30_000 });
}, 180_000);

test('a user is let in over TLS with what the URL names, and told what is wrong otherwise', async () => {
  const at = (login: string, options: Readonly<Record<string, string>>): string =>
    `kafkas://${login}localhost:${broker.loginPort}/?${new URLSearchParams({ timeoutMs: '3000', ...options })}`;
  const tlsCa = broker.certFile;
  for (const sasl of ['plain', 'scram-sha-256', 'scram-sha-512']) {
    await using log = await openLog(at('shop:p%23ss@', { tlsCa, sasl }));
    const topic = await declared(log, 1);
    const event = eventOf('Thing/1');
    await log.append(topic, [event]);
    expect(await stored(log, topic)).toEqual([event]);
  }
  for (const sasl of ['plain', 'scram-sha-256', 'scram-sha-512'])
    await expect(openLog(at('shop:wrong@', { tlsCa, sasl }))).rejects.toThrow('it refuses the user');
  await expect(openLog(at('shop:p%23ss@', { sasl: 'plain' }))).rejects.toThrow('is not trusted');
  await expect(openLog(at('', { tlsCa }))).rejects.toThrow('or wants a login');
  await expect(openLog(at('shop:p%23ss@', { tlsCa: '/nothing.pem' }))).rejects.toThrow('cannot be read');
}, 60_000);

test('a right that the ACL does not give is named: whose, which, and on what', async () => {
  const options = new URLSearchParams({ timeoutMs: '3000', sasl: 'plain', tlsCa: broker.certFile });
  await using log = await openLog(broker.url);
  const topic = await declared(log, 1);
  const without = (operation: string, on: string) =>
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`does not let guest ${operation} the ${on}: grant ${operation} on it`),
    });
  await using guest = await openLog(`kafkas://guest:guest@localhost:${broker.loginPort}/?${options}`);
  await expect(guest.append(topic, [eventOf('Thing/1')])).rejects.toEqual(without('WRITE', `topic ${topic}`));
  await expect(guest.end(topic)).rejects.toEqual(without('READ', `topic ${topic}`));
  await expect(guest.read({ topic, partition: 0, fromOffset: 0, limit: 1 })).rejects.toEqual(
    without('READ', `topic ${topic}`),
  );
  const another = guest.declareTopics([{ name: `${topic}.new`, partitions: 1, retentionMs: 3_600_000 }]);
  await expect(another).rejects.toEqual(without('CREATE', `topic ${topic}.new`));
  await broker.grantRead('guest', topic);
  await eventually(() => guest.end(topic));
  const consuming = guest.consume({
    group: 'guests',
    topics: [topic],
    onRecords: async () => undefined,
  });
  await expect(consuming).rejects.toEqual(without('READ', 'group guests'));
}, 60_000);

test('a broker that asks for a certificate gets the one that is named', async () => {
  const { mutualPort, certFile: tlsCa, certFile: tlsCert, keyFile: tlsKey } = broker;
  const at = (options: Readonly<Record<string, string>>): string =>
    `kafkas://localhost:${mutualPort}/?${new URLSearchParams({ timeoutMs: '3000', ...options })}`;
  await using log = await openLog(at({ tlsCa, tlsCert, tlsKey }));
  await log.ping();
  await expect(openLog(at({ tlsCa }))).rejects.toThrow('cannot be used');
}, 60_000);

test('a topic that somebody deletes holds up no other one', async () => {
  await using log = await openLog(broker.url);
  const [gone, kept] = [await declared(log, 8), await declared(log, 2)];
  const [tailed, handled]: [LogEvent[], LogEvent[]] = [[], []];
  const topics = [gone, kept];
  const said: string[] = [];
  await using _tail = await log.tail({
    topics,
    onRecords: (records) => void tailed.push(...records.map(({ event }) => event)),
    onTrouble: (error) => void said.push(String(error)),
    onGoesOn: () => void said.push('goes on'),
  });
  await using _member = await log.consume({
    group: `${kept}.g`,
    topics,
    onRecords: async (records) => void handled.push(...records.map(({ event }) => event)),
  });
  const told: LogEvent[] = [];
  const tell = async (topic: string): Promise<void> => {
    const event = eventOf('Thing/1');
    told.push(event);
    await log.append(topic, [event]);
    await eventually(() => expect([tailed.length, handled.length]).toEqual([told.length, told.length]), {
      timeoutMs: 60_000,
    });
  };
  await tell(gone);
  await tell(kept);
  await broker.deleteTopic(gone);
  for (let n = 0; n < 3; n += 1) await tell(kept);
  expect([tailed, handled]).toEqual([told, told]);
  const undeclared = `CodedError: The topic ${gone} is not declared.`;
  await eventually(() => expect(said).toContain(undeclared));
  for (let n = 0; n < 3; n += 1) await tell(kept);
  expect(said.slice(said.indexOf(undeclared))).not.toContain('goes on');
}, 180_000);

test('a group shares anew what is left of its topics when somebody deleted one', async () => {
  await using log = await openLog(broker.url);
  const [gone, kept] = [await declared(log, 2), await declared(log, 2)];
  const [handled, said]: [LogEvent[], string[]] = [[], []];
  const consume = (member: EventLog, topics: readonly string[]) =>
    member.consume({
      group: `${kept}.g`,
      topics,
      onRecords: async (records) => void handled.push(...records.map(({ event }) => event)),
      onTrouble: (error) => void said.push(String(error)),
    });
  await using _member = await consume(log, [gone, kept]);
  await broker.deleteTopic(gone);
  const undeclared = `CodedError: The topic ${gone} is not declared.`;
  await eventually(() => expect(said).toContain(undeclared), { timeoutMs: 30_000 });
  said.length = 0;
  await using other = await openLog(broker.url);
  {
    await using _newcomer = await consume(other, [kept]);
    expect(said).toContain(undeclared);
  }
  // The one that knows of the deleted topic is alone with all that is left.
  const events = Array.from({ length: 8 }, (_, n) => eventOf(`Thing/${n}`));
  await log.append(kept, events);
  await eventually(() => expect(new Set(handled.map(({ id }) => id)).size).toBe(8), { timeoutMs: 30_000 });
}, 120_000);

// The last of all: the quota stays.
test('a reader whom a quota holds back waits, and takes no answer that is empty for that reason for a gap', async () => {
  await using log = await openLog(broker.url);
  const topic = await declared(log, 1);
  const events = Array.from({ length: 12 }, (_, n) => eventOf(`Thing/${n}`, 'x'.repeat(400_000)));
  for (const event of events) await log.append(topic, [event]);
  await broker.limitReading(350_000);
  const read: LogEvent[] = [];
  while (read.length < events.length) {
    const page = await log.read({ topic, partition: 0, fromOffset: read.length, limit: 4 });
    expect(page).not.toEqual([]);
    read.push(...page.map(({ event }) => event));
  }
  expect(read).toEqual(events);
}, 120_000);
