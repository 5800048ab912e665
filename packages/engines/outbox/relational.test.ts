import { freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import type { Relational } from '../relational/port.ts';
import { outboxInsert, relationalOutbox } from './relational.ts';

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
       SELECT 'data.document' AS topic, ('{"text":"' || repeat('x', 2400000) || '"}')::json AS event, n FROM generate_series(1, 40) AS n
     ), told AS (${outboxInsert('events', { refusable: false })}) SELECT`,
  );
  const pending = await outbox.pending(500, 16_000_000);
  expect(pending.map(({ sizeBytes }) => sizeBytes)).toEqual(Array.from({ length: 6 }, () => 2_400_011));
  const look = asked.at(-1);
  const { rows } = await database.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${look?.text}`,
    look?.values,
  );
  const { Plan } = rows[0]?.['QUERY PLAN'][0] ?? {};
  expect(Plan?.['Actual Rows']).toBe(6);
  // Of the compressed values, a few blocks of each that is taken.
  expect(Plan?.['Shared Hit Blocks']).toBeLessThan(150);
});

interface Asked {
  readonly text: string;
  readonly values: readonly unknown[] | undefined;
}

/** What a database is asked from now on, outside transactions. */
function statementsOf(database: Relational): readonly Asked[] {
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
