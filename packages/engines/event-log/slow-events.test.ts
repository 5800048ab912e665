import { CodedError, createLogger, ManualClock, Registry } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema/events';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import type { Sql } from '../relational/port.ts';
import { openDeadLetters, readDeadLetter } from './dead-letters.ts';
import { startDurableConsumer } from './durable-consumer.ts';
import { createEvent } from './event.ts';
import { openEmbedded } from './open-embedded.fixture.ts';
import type { LogEvent } from './port.ts';
import { slowForMs } from './slow-events.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const topic = 'data.record';
const clock = (): ManualClock => new ManualClock(Date.now());

function change(n: number): LogEvent {
  return createEvent({
    type: 'data.record.updated',
    source: '/tests',
    subject: 'Thing/1',
    workspaceId: 'w1',
    actor: { kind: 'service', id: 'tests' },
    data: { model: 'Thing', id: '1', version: n + 1, before: {}, after: { n }, changed: ['n'] },
    clock: clock(),
  });
}

/** A group whose effect is a row of the table `effect`, written by `write` in a transaction for each batch. */
async function openGroup(write: (tx: Sql, n: number) => Promise<void>) {
  const system = await openEmbedded();
  const eventLog = await system.connect();
  const wanted = ['log.dead_letter', 'log.redelivery'];
  const topics = topicContracts().filter(({ name }) => wanted.includes(name));
  await eventLog.declareTopics([...topics, { name: topic, partitions: 1, retentionMs: 1e9 }]);
  await system.relational.query('CREATE TABLE effect (n int PRIMARY KEY)');
  const tries: (readonly number[])[] = [];
  const time = clock();
  const metrics = new Registry();
  const member = await startDurableConsumer({
    eventLog,
    log,
    clock: time,
    metrics,
    group: 'test.group',
    topics: [topic],
    rests: [1, 1],
    onRecords: async (records) => {
      const numbers = records.map(({ event }) => (event.data as { after: { n: number } }).after.n);
      tries.push(numbers);
      await system.relational.transaction(async (tx) => {
        for (const n of numbers) await write(tx, n);
      });
    },
  });
  return {
    relational: system.relational,
    time,
    /** The numbers of each call of the handler. */
    tries,
    /** How often the handler was called with this number alone. */
    triesOf: (n: number) => tries.filter((numbers) => numbers.length === 1 && numbers[0] === n).length,
    append: (...events: readonly (number | LogEvent)[]) =>
      eventLog.append(
        topic,
        events.map((event) => (typeof event === 'number' ? change(event) : event)),
      ),
    metrics: () => metrics.metrics(),
    letters: async () => {
      const listed = await openDeadLetters(eventLog);
      return Promise.all(listed.map((letter) => readDeadLetter(eventLog, letter)));
    },
    effects: async () =>
      (await system.relational.query<{ n: number }>('SELECT n FROM effect ORDER BY n')).rows.map(
        ({ n }) => n,
      ),
    [Symbol.asyncDispose]: async () => {
      await member[Symbol.asyncDispose]();
      await eventLog[Symbol.asyncDispose]();
      await system[Symbol.asyncDispose]();
    },
  };
}

const insert = (tx: Sql, n: number) => tx.query('INSERT INTO effect VALUES ($1) ON CONFLICT DO NOTHING', [n]);

// Each has a log of its own, and much of it is rests: they rest beside each other.
test.concurrent('while others hold the table that a handler writes to, the partition waits, and nothing is given up', async () => {
  await using group = await openGroup(async (tx, n) => {
    await tx.query('SET LOCAL lock_timeout = 20');
    await insert(tx, n);
  });
  await group.relational.transaction(async (tx) => {
    // As the making of an index does.
    await tx.query('LOCK TABLE effect IN SHARE MODE');
    await group.append(1, 2);
    await eventually(() => expect(group.tries.length).toBeGreaterThanOrEqual(5));
    group.time.advance(2 * slowForMs);
    const soFar = group.tries.length;
    await eventually(() => expect(group.tries.length).toBeGreaterThan(soFar));
    expect(await group.letters()).toEqual([]);
  });
  await eventually(async () => expect(await group.effects()).toEqual([1, 2]));
  expect(await group.letters()).toEqual([]);
});

/** A statement that the server ends for its limit. */
async function sleep(tx: Sql): Promise<void> {
  await tx.query('SET LOCAL statement_timeout = 10');
  await tx.query('SELECT pg_sleep(60)');
}

test.concurrent('an event whose handler does not end in time is tried alone for ten minutes, then it is a dead letter and the next ones come', async () => {
  await using group = await openGroup(async (tx, n) => {
    if (n === 1) await sleep(tx);
    await insert(tx, n);
  });
  await group.append(0, 1, 2);
  const slowTries = () => group.tries.filter((numbers) => numbers.includes(1));
  await eventually(() => expect(slowTries().length).toBeGreaterThan(8));
  group.time.advance(slowForMs - 1);
  const soFar = slowTries().length;
  await eventually(() => expect(slowTries().length).toBeGreaterThan(soFar + 3));
  expect(await group.letters()).toEqual([]);
  expect(await group.effects()).toEqual([0]);
  group.time.advance(1);
  await eventually(async () => expect(await group.effects()).toEqual([0, 2]));
  const together = slowTries().filter(({ length }) => length > 1);
  expect(together).toEqual([
    [0, 1, 2],
    [0, 1],
  ]);
  expect(await group.letters()).toMatchObject([
    { reason: 'DEADLINE_EXCEEDED', attempts: slowTries().length - together.length },
  ]);
});

test.concurrent('an event that is slow while its database is comes in its place once that is over', async () => {
  let isSlow = true;
  await using group = await openGroup(async (tx, n) => {
    if (isSlow) await sleep(tx);
    await insert(tx, n);
  });
  await group.append(1, 2);
  await eventually(() => expect(group.tries.length).toBeGreaterThan(8));
  isSlow = false;
  await eventually(async () => expect(await group.effects()).toEqual([1, 2]));
  group.time.advance(2 * slowForMs);
  isSlow = true;
  await group.append(3);
  const soFar = group.tries.length;
  await eventually(() => expect(group.tries.length).toBeGreaterThan(soFar + 3));
  isSlow = false;
  await eventually(async () => expect(await group.effects()).toEqual([1, 2, 3]));
  expect(await group.letters()).toEqual([]);
});

/** The partition rests for longer each time that it fails. */
const patient = { timeoutMs: 30_000 };

type Group = Awaited<ReturnType<typeof openGroup>>;

/** Three tries are noted when a fourth one is made: what is noted now is as of this time. */
async function triedOn(group: Group, n: number): Promise<void> {
  const soFar = group.triesOf(n);
  await eventually(() => expect(group.triesOf(n)).toBeGreaterThan(soFar + 3), patient);
}

const lettersOf = async (group: Group) =>
  (await group.letters()).map(({ event, reason }) => [
    (event?.data as { after?: { n: number } } | undefined)?.after?.n,
    reason,
  ]);

test.concurrent('of several slow events in a batch each has its ten minutes once, and then the partition goes on', async () => {
  await using group = await openGroup(async (tx, n) => {
    if (n < 3) await sleep(tx);
    await insert(tx, n);
  });
  await group.append(1, 2, 3);
  await triedOn(group, 1);
  expect(group.triesOf(2)).toBe(0);
  group.time.advance(slowForMs);
  await triedOn(group, 2);
  expect(await lettersOf(group)).toEqual([[1, 'DEADLINE_EXCEEDED']]);
  const ofTheFirst = group.triesOf(1);
  await triedOn(group, 2);
  expect(await group.effects()).toEqual([]);
  group.time.advance(slowForMs);
  await eventually(async () => expect(await group.effects()).toEqual([3]), patient);
  expect(await lettersOf(group)).toEqual([
    [1, 'DEADLINE_EXCEEDED'],
    [2, 'DEADLINE_EXCEEDED'],
  ]);
  expect(group.triesOf(1)).toBe(ofTheFirst);
});

test.concurrent('what was given up in front of a slow event is not tried or counted again with it', async () => {
  await using group = await openGroup(async (tx, n) => {
    if (n === 1) throw new CodedError('BAD_USER_INPUT', 'an unlucky number');
    if (n === 2) await sleep(tx);
    await insert(tx, n);
  });
  const misfit: LogEvent = { ...change(0), data: { model: 'Thing' } };
  await group.append(misfit, 1, 2, 3);
  await triedOn(group, 2);
  await triedOn(group, 2);
  group.time.advance(slowForMs);
  await eventually(async () => expect(await group.effects()).toEqual([3]), patient);
  expect(await lettersOf(group)).toEqual([
    [undefined, 'EVENT_INVALID'],
    [1, 'BAD_USER_INPUT'],
    [2, 'DEADLINE_EXCEEDED'],
  ]);
  expect(group.triesOf(1)).toBe(3);
  const counted = (await group.metrics()).match(/^tributary_consumer_dead_letters_total.* (\d+)$/gm);
  expect(counted?.map((line) => line.split(' ').at(-1))).toEqual(['1', '1', '1']);
});

test.concurrent('the ten minutes of an event stand still while one before it is slow', async () => {
  const slow = new Set([2]);
  await using group = await openGroup(async (tx, n) => {
    if (slow.has(n)) await sleep(tx);
    await insert(tx, n);
  });
  await group.append(1, 2, 3);
  await triedOn(group, 2);
  group.time.advance(slowForMs - 1);
  await triedOn(group, 2);
  slow.add(1);
  await triedOn(group, 1);
  group.time.advance(slowForMs - 1);
  await triedOn(group, 1);
  slow.delete(1);
  await triedOn(group, 2);
  expect(await group.letters()).toEqual([]);
  group.time.advance(1);
  await eventually(async () => expect(await group.effects()).toEqual([1, 3]), patient);
  expect(await lettersOf(group)).toEqual([[2, 'DEADLINE_EXCEEDED']]);
});

test.concurrent('the ten minutes of an event begin anew when its engine was away meanwhile', async () => {
  let isAway = false;
  await using group = await openGroup(async (tx, n) => {
    if (isAway) throw new CodedError('ENGINE_UNAVAILABLE', 'away');
    if (n === 1) await sleep(tx);
    await insert(tx, n);
  });
  await group.append(1, 2);
  await triedOn(group, 1);
  isAway = true;
  group.time.advance(2 * slowForMs);
  const soFar = group.triesOf(1);
  await eventually(() => expect(group.triesOf(1)).toBeGreaterThan(soFar + 1), patient);
  isAway = false;
  await triedOn(group, 1);
  group.time.advance(slowForMs - 1);
  await triedOn(group, 1);
  expect(await group.letters()).toEqual([]);
  group.time.advance(1);
  await eventually(async () => expect(await group.effects()).toEqual([2]), patient);
  expect(await lettersOf(group)).toEqual([[1, 'DEADLINE_EXCEEDED']]);
});
