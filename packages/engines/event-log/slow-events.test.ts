import { createLogger, ManualClock, Registry } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema/events';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import type { Sql } from '../relational/port.ts';
import { openDeadLetters } from './dead-letters.ts';
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
  const member = await startDurableConsumer({
    eventLog,
    log,
    clock: time,
    metrics: new Registry(),
    group: 'test.group',
    topics: [topic],
    startAt: 'beginning',
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
    append: (...numbers: readonly number[]) => eventLog.append(topic, numbers.map(change)),
    letters: () => openDeadLetters(eventLog),
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

test('while others hold the table that a handler writes to, the partition waits, and nothing is given up', async () => {
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

test('an event whose handler does not end in time is tried alone for ten minutes, then it is a dead letter and the next ones come', async () => {
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

test('an event that is slow while its database is comes in its place once that is over', async () => {
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
