import { createHash } from 'node:crypto';
import { createLogger, newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { connectPostgres } from '../relational/postgres.ts';
import { openWay } from '../relational/postgres-way.fixture.ts';
import { eventOf, freshTopic, numberedEvents, numbersBySubject } from './conformance-events.ts';
import { compactTopics } from './embedded-compaction.ts';
import { trimExpired } from './embedded-retention.ts';
import { openEventLog } from './open.ts';
import { openEmbedded } from './open-embedded.fixture.ts';
import type { LogEvent, LogRecord } from './port.ts';

const log = createLogger({ name: 'test', level: 'silent' });

test('producers that append the same events at the same moment store each once, in order', async () => {
  await using system = await openEmbedded();
  await using first = await system.connect();
  await using second = await system.connect();
  const topic = await freshTopic(first, 3);
  const events = numberedEvents(200, 8);
  const seen: LogEvent[] = [];
  const onRecords = (records: readonly LogRecord[]): void =>
    void seen.push(...records.map(({ event }) => event));
  await using _tail = await first.tail({ topics: [topic], onRecords });
  for (let start = 0; start < 200; start += 20) {
    const batch = events.slice(start, start + 20);
    await Promise.all([first.append(topic, batch), second.append(topic, batch), second.append(topic, batch)]);
  }
  await eventually(() => expect(numbersBySubject(seen)).toEqual(numbersBySubject(events)));
});

test('appends to many partitions at once never end in a deadlock', async () => {
  await using system = await openEmbedded();
  await using log = await system.connect();
  const topic = await freshTopic(log, 8);
  const batches = Array.from({ length: 40 }, (_, n) =>
    n % 2 === 0 ? numberedEvents(40, 40) : numberedEvents(40, 40).reverse(),
  );
  await Promise.all(batches.map((batch) => log.append(topic, batch)));
  expect((await log.end(topic)).reduce((sum, end) => sum + end, 0)).toBe(1_600);
});

test('records older than the topic keeps them go; positions below are told so, younger ones read on', async () => {
  await using system = await openEmbedded();
  await using log = await system.connect();
  const topic = await freshTopic(log, 1);
  await log.append(topic, numberedEvents(10, 2));
  await system.relational.query('UPDATE event_log.record SET timestamp_ms = timestamp_ms - 7200000');
  const kept = eventOf('Thing/0', { n: 99 });
  await log.append(topic, [kept]);
  expect(await trimExpired(system.relational)).toBe(10);
  expect(await log.beginning(topic)).toEqual([10]);
  const place = { topic, partition: 0, limit: 10 };
  await expect(log.read({ ...place, fromOffset: 9 })).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
  expect((await log.read({ ...place, fromOffset: 10 })).map(({ event }) => event)).toEqual([kept]);
  const tail = log.tail({ topics: [topic], from: { [topic]: [3] }, onRecords: () => undefined });
  await expect(tail).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
});

test('trimming holds up no append to a partition that keeps all it has', async () => {
  await using system = await openEmbedded();
  await using log = await system.connect();
  const [old, young] = [await freshTopic(log, 1), await freshTopic(log, 1)];
  await log.append(old, numberedEvents(5_000, 2));
  await system.relational.query('UPDATE event_log.record SET timestamp_ms = timestamp_ms - 7200000');
  await log.append(young, numberedEvents(2, 2));
  await system.relational.transaction(async (tx) => {
    await tx.query(
      'SELECT FROM event_log.partition JOIN event_log.topic USING (topic_id) WHERE name = $1 FOR UPDATE OF partition',
      [young],
    );
    expect(await trimExpired(system.relational)).toBe(5_000);
  });
  expect([await log.beginning(old), await log.beginning(young)]).toEqual([[5_000], [0]]);
});

test('trimming takes large records in smaller steps, and all of them', async () => {
  await using system = await openEmbedded();
  await using log = await system.connect();
  const topic = await freshTopic(log, 1);
  await log.append(topic, numberedEvents(5, 1));
  // What does not compress, so that each takes in the table what it has.
  const noise = (n: number): string =>
    createHash('shake256', { outputLength: 1_200_000 }).update(String(n)).digest('hex');
  for (let n = 0; n < 40; n += 1) await log.append(topic, [eventOf('Thing/0', noise(n))]);
  await system.relational.query('UPDATE event_log.record SET timestamp_ms = timestamp_ms - 7200000');
  const steps: number[] = [];
  const transaction = system.relational.transaction.bind(system.relational);
  Object.assign(system.relational, {
    transaction: (async (work) => {
      const done = await transaction(work);
      steps.push(await left());
      return done;
    }) as typeof transaction,
  });
  const left = async (): Promise<number> =>
    Number(
      (await system.relational.query<{ n: string }>('SELECT count(*) AS n FROM event_log.record')).rows[0]?.n,
    );
  expect(await trimExpired(system.relational)).toBe(45);
  expect(steps[0]).toBeGreaterThan(0);
  expect(await log.beginning(topic)).toEqual([45]);
});

test('trimming a topic whose records are all old loses nothing that is appended meanwhile', async () => {
  await using system = await openEmbedded();
  await using log = await system.connect();
  const topic = await freshTopic(log, 1);
  const seen: LogEvent[] = [];
  const onRecords = (records: readonly LogRecord[]): void =>
    void seen.push(...records.map(({ event }) => event));
  await using _tail = await log.tail({ topics: [topic], onRecords });
  const events = numberedEvents(60, 1);
  for (const [n, event] of events.entries()) {
    await Promise.all([log.append(topic, [event]), n % 3 === 0 ? trimExpired(system.relational) : undefined]);
    // Only what the tail has seen grows old, or trimming it would be right.
    await eventually(() => expect(seen).toHaveLength(n + 1));
    await system.relational.query('UPDATE event_log.record SET timestamp_ms = 0');
  }
  expect(seen).toEqual(events);
});

// Leases and rests of seconds pass beside each other.
test.concurrent('partitions of a member that vanished without a word go to who is alive once its lease is over', async () => {
  await using system = await openEmbedded();
  await using log = await system.connect();
  const topic = await freshTopic(log, 2);
  const group = `${topic}.g`;
  await system.relational.query(
    `INSERT INTO event_log.group_member SELECT $1, '00000000-0000-7000-8000-000000000000', array_agg(topic_id), now() + interval '3 seconds' FROM event_log.topic`,
    [group],
  );
  await system.relational.query(
    `INSERT INTO event_log.group_partition (group_name, topic_id, partition, next_offset, owner)
     SELECT $1, topic_id, partition, 0, '00000000-0000-7000-8000-000000000000' FROM event_log.partition`,
    [group],
  );
  const handled: LogEvent[] = [];
  await using _alive = await log.consume({
    group,
    topics: [topic],
    onRecords: async (records) => void handled.push(...records.map(({ event }) => event)),
  });
  await log.append(topic, numberedEvents(20, 10));
  await eventually(() => expect(handled).toHaveLength(20), { timeoutMs: 15_000 });
});

test.concurrent('readers go on after the database dropped every connection', async () => {
  await using system = await openEmbedded();
  await using log = await system.connect();
  const topic = await freshTopic(log, 2);
  const tailed = new Set<string>();
  const consumed = new Set<string>();
  await using _tail = await log.tail({
    topics: [topic],
    onRecords: (records) => {
      for (const { event } of records) tailed.add(event.id);
    },
  });
  await using _member = await log.consume({
    group: `${topic}.g`,
    topics: [topic],
    onRecords: async (records) => {
      for (const { event } of records) consumed.add(event.id);
    },
  });
  await log.append(topic, numberedEvents(10, 2));
  await system.relational.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  await eventually(() => log.append(topic, numberedEvents(10, 2)));
  await eventually(() => expect([tailed.size >= 20, consumed.size >= 20]).toEqual([true, true]));
});

test.concurrent('a group handles what is new within seconds of an outage of one second, in which its handler and its seat failed', async () => {
  await using system = await openEmbedded();
  await using producer = await system.connect();
  let isAway = false;
  const cut = new Set<() => void>();
  await using way = await openWay(system.relational.url, (near, far) => {
    if (isAway) return void near.destroy();
    near.pipe(far).pipe(near);
    cut.add(() => near.destroy());
  });
  const relational = connectPostgres(way.url, { log, poolSize: 4, applicationName: 'group' });
  onTestFinished(() => relational[Symbol.asyncDispose]());
  await using eventLog = await openEventLog('embedded:', { relational, log });
  const topic = await freshTopic(producer, 1);
  const handled: LogEvent[] = [];
  let troubles = 0;
  await using _group = await eventLog.consume({
    group: `${topic}.g`,
    topics: [topic],
    onRecords: async (records) => {
      await relational.query('SELECT 1');
      handled.push(...records.map(({ event }) => event));
    },
    onTrouble: () => {
      troubles += 1;
    },
  });
  const events = numberedEvents(3, 1);
  await producer.append(topic, events.slice(0, 1));
  await eventually(() => expect(handled).toHaveLength(1));
  isAway = true;
  for (const end of cut) end();
  await producer.append(topic, events.slice(1));
  // Some try every half second, and some rest twice as long after each failure.
  await eventually(() => expect(troubles).toBeGreaterThan(4));
  isAway = false;
  const backMs = performance.now();
  await eventually(() => expect(handled.map(({ id }) => id)).toEqual(events.map(({ id }) => id)), {
    timeoutMs: 15_000,
  });
  expect(performance.now() - backMs).toBeLessThan(5_000);
});

test('a compacted topic keeps the last record of each key however old it is, and all that are younger than it keeps', async () => {
  await using system = await openEmbedded();
  await using log = await system.connect();
  const topic = await freshTopic(log, 1);
  await log.declareTopics([{ name: topic, partitions: 1, retentionMs: 3_600_000, cleanup: 'compact' }]);
  const old = numberedEvents(1_200, 4);
  await log.append(topic, old);
  await system.relational.query('UPDATE event_log.record SET timestamp_ms = timestamp_ms - 7200000');
  const young = [eventOf('Thing/0', { n: 300 }), eventOf('Thing/0', { n: 301 })];
  await log.append(topic, young);
  expect(await trimExpired(system.relational)).toBe(0);
  expect(await compactTopics(system.relational)).toBe(1_197);
  expect(await compactTopics(system.relational)).toBe(0);
  const left = await log.read({ topic, partition: 0, fromOffset: 0, limit: 100 });
  expect(left.map(({ event }) => event)).toEqual([...old.slice(-3), ...young]);
});

test('compaction holds no more of a topic in memory than an answer of the log brings', async () => {
  await using system = await openEmbedded();
  await using log = await system.connect();
  const name = `conformance.${newId()}`;
  await log.declareTopics([{ name, partitions: 1, retentionMs: 3_600_000, cleanup: 'compact' }]);
  for (let n = 0; n < 24; n += 1)
    await log.append(name, [eventOf(`Thing/${n % 3}`, { n, text: 'x'.repeat(1_500_000) })]);
  await system.relational.query('UPDATE event_log.record SET timestamp_ms = timestamp_ms - 7200000');
  let most = 0;
  const query = system.relational.query.bind(system.relational);
  Object.assign(system.relational, {
    query: (async (text, values, options) => {
      const answer = await query(text, values, options);
      most = Math.max(most, JSON.stringify(answer.rows).length);
      return answer;
    }) as typeof query,
  });
  expect(await compactTopics(system.relational)).toBe(21);
  expect(most).toBeLessThan(10_000_000);
});

test('readers that stand beyond the end of a log that was restored read it from its beginning, and are told so', async () => {
  await using system = await openEmbedded();
  await using log = await system.connect();
  const topic = await freshTopic(log, 1);
  const [tailed, handled]: [unknown[], unknown[]] = [[], []];
  const [toldTail, toldGroup, moved]: [unknown[], unknown[], unknown[]] = [[], [], []];
  await using _tail = await log.tail({
    topics: [topic],
    onRecords: (records) => void tailed.push(...records.map(({ event }) => event)),
    onTrouble: (error) => void toldTail.push(error),
    onGoesOn: () => void toldTail.push('goes on'),
    onMoved: (...to) => void moved.push(to),
  });
  const group = `${topic}.g`;
  await using _member = await log.consume({
    group,
    topics: [topic],
    onRecords: async (records) => void handled.push(...records.map(({ event }) => event)),
    onTrouble: (error) => void toldGroup.push(error),
  });
  const events = numberedEvents(4, 1);
  await log.append(topic, events);
  await eventually(() => expect([tailed, handled]).toEqual([events, events]));
  // The process remembers what it appended; after a restore nobody does.
  await using another = await system.connect();
  await system.relational.transaction(async (tx) => {
    await tx.query('DELETE FROM event_log.record');
    await tx.query('UPDATE event_log.partition SET next_offset = 0');
  });
  const invalid = expect.objectContaining({ code: 'CURSOR_INVALID', details: { topic, partition: 0 } });
  await eventually(() => expect([toldTail, toldGroup]).toEqual([[invalid, 'goes on'], [invalid]]));
  expect(moved).toEqual([[topic, [0]]]);
  expect((await log.groups()).find((each) => each.group === group)?.places).toMatchObject([
    { nextOffset: 0 },
  ]);
  const since = numberedEvents(2, 1);
  await another.append(topic, since);
  const all = [...events, ...since];
  await eventually(() => expect([tailed, handled]).toEqual([all, all]));
});
