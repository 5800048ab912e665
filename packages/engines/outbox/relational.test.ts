import { createLogger } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import type { Relational, Sql } from '../relational/port.ts';
import { connectPostgres } from '../relational/postgres.ts';
import { outboxInsert, relationalOutbox } from './relational.ts';

const log = createLogger({ name: 'test', level: 'silent' });

test.each([
  ['U+0000', String.raw`\u0000`],
  ['half a surrogate pair', String.raw`\ud83d`],
])('what waits is counted also while the oldest event holds %s', async (_, text) => {
  await using database = await freshDatabase();
  const outbox = await relationalOutbox(database);
  // The data comes first, and has a time too: none of it is the event's own.
  const event = `{"data":{"time":"never","text":"${text}"},"time":"2026-11-28T07:00:00.000Z"}`;
  await database.query('INSERT INTO outbox.event (topic, event) VALUES ($1, $2), ($1, $3)', [
    'data.record',
    event,
    '{"time":"2026-11-28T08:00:00.000Z"}',
  ]);
  expect(await outbox.backlog(10)).toEqual({ waiting: 2, oldest: '2026-11-28T07:00:00.000Z' });
});

test('a look at events that compress well decompresses what it takes, and no more', async () => {
  await using database = await freshDatabase();
  const asked = statementsOf(database);
  const outbox = await relationalOutbox(database);
  await database.query(
    `WITH events AS MATERIALIZED (
       SELECT 'data.document' AS topic, '{"text":"' || repeat('x', 2400000) || '"}' AS event, n FROM generate_series(1, 40) AS n
     ), told AS (${outboxInsert('events', { refusable: false })}) SELECT`,
  );
  const pending = await outbox.pending(500, 16_000_000);
  expect(pending.map(({ sizeBytes }) => sizeBytes)).toEqual(Array.from({ length: 6 }, () => 2_400_011));
  // Of the compressed values, a few blocks of each that is taken.
  const look = asked.find(({ text }) => text.includes('outbox.event'));
  expect(await blocksOf(database, look)).toBeLessThan(150);
});

test('a transaction that writes for long, and so keeps looks from passing over what was taken, is named', async () => {
  await using database = await freshDatabase();
  const outbox = await relationalOutbox(database);
  const look = async (): Promise<void> => {
    await database.query(
      `WITH events AS MATERIALIZED (SELECT 'data.record' AS topic, '{}' AS event, 1 AS n),
         told AS (${outboxInsert('events', { refusable: false })}) SELECT`,
    );
    await outbox.forget(await outbox.pending(500));
  };
  await using writer = connectPostgres(database.url, { log, poolSize: 1, applicationName: 'nightly report' });
  const name = (await database.query<{ name: string }>('SELECT current_database() AS name')).rows[0]?.name;
  await writer.transaction(async (tx) => {
    const { rows } = await tx.query<{ pid: number }>(
      'SELECT pg_backend_pid() AS pid, pg_current_xact_id()::text AS xid',
    );
    await look();
    expect(await outbox.longWriter?.(0)).toEqual({
      pid: rows[0]?.pid,
      application: 'nightly report',
      database: name,
      ageSeconds: expect.any(Number),
    });
    expect(await outbox.longWriter?.(60_000)).toBeUndefined();
  });
  expect(await outbox.longWriter?.(0)).toBeUndefined();
});

test('a look passes over what was taken, also while a backup keeps the server from clearing it away', async () => {
  await using database = await freshDatabase();
  const outbox = await relationalOutbox(database);
  const tell = (count: number) =>
    database.query(
      `WITH events AS MATERIALIZED (
         SELECT 'data.record' AS topic, json_build_object('n', n)::text AS event, n FROM generate_series(1, $1::int) AS n
       ), told AS (${outboxInsert('events', { refusable: false })}) SELECT`,
      [count],
    );
  const asked = statementsOf(database);
  const take = async (): Promise<void> => outbox.forget(await outbox.pending(500));
  await database.transaction(
    async (backup) => {
      await backup.query('SELECT FROM outbox.event LIMIT 1');
      for (let round = 0; round < 20; round += 1) {
        await tell(500);
        await take();
      }
      await tell(1);
      const look = async (): Promise<number> => {
        asked.length = 0;
        const [event, ...others] = await outbox.pending(500);
        expect([event?.event, others]).toEqual([{ n: 1 }, []]);
        return blocksOf(database, asked[0]);
      };
      await expect.poll(look, { timeout: 5_000 }).toBeLessThan(50);
    },
    { isolation: 'repeatable read' },
  );
});

/** What the server touches for a statement. */
async function blocksOf(database: Relational, asked: Asked | undefined): Promise<number> {
  const { rows } = await database.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${asked?.text}`,
    asked?.values,
  );
  return rows[0]?.['QUERY PLAN'][0].Plan['Shared Hit Blocks'] ?? Number.NaN;
}

test('an event whose number becomes visible late is seen before those behind it that belong to what it tells of', async () => {
  await using database = await freshDatabase();
  const outbox = await relationalOutbox(database);
  const write = (sql: Sql, n: number) =>
    sql.query(
      `WITH events AS MATERIALIZED (SELECT 'data.record' AS topic, json_build_object('n', $1::int)::text AS event, 1 AS n),
       told AS (${outboxInsert('events', { refusable: false })}) SELECT`,
      [n],
    );
  const take = async (): Promise<unknown[]> => {
    const pending = await outbox.pending(500);
    await outbox.forget(pending);
    return pending.map(({ event }) => (event as unknown as { n: number }).n);
  };
  await database.transaction(async (late) => {
    // The one that commits first began first: what a snapshot says has ended is older than the one that goes on.
    await database.transaction(async (early) => {
      await early.query('SELECT pg_current_xact_id()');
      await write(late, 1);
      await write(early, 2);
    });
    expect(await take()).toEqual([2]);
    // Long enough for several marks.
    const endsMs = performance.now() + 600;
    for (let n = 3; performance.now() < endsMs; n += 1) {
      await write(database, n);
      expect(await take()).toEqual([n]);
    }
  });
  await write(database, 0);
  expect(await take()).toEqual([1, 0]);
});

interface Asked {
  readonly text: string;
  readonly values: readonly unknown[] | undefined;
}

/** What a database is asked from now on, outside transactions. */
function statementsOf(database: Relational): Asked[] {
  const asked: Asked[] = [];
  const query = database.query.bind(database);
  Object.assign(database, {
    query: ((text, values, options) => {
      asked.push({ text, values });
      return query(text, values, options);
    }) as typeof query,
  });
  return asked;
}
