import { freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import type { Sql } from '../relational/port.ts';
import { relationalOutbox } from './relational.ts';
import { ensureOutbox } from './schema.ts';

test('a process that starts waits for no transaction that writes events, and holds up none', async () => {
  await using database = await freshDatabase();
  await ensureOutbox(database);
  const write = (sql: Sql) => sql.query(`INSERT INTO outbox.event (topic, event) VALUES ('t', '{}')`);
  await database.transaction(async (tx) => {
    await write(tx);
    await ensureOutbox(database);
    // Nobody waits in a queue behind it either.
    await write(database);
  });
});

test('an outbox of before is completed, and refuses in the words of now', async () => {
  await using database = await freshDatabase();
  await ensureOutbox(database);
  await database.query('DROP INDEX outbox.event_of_rights');
  await database.query('DROP TABLE outbox.backlog_full');
  await database.query('ALTER TABLE outbox.event DROP COLUMN size_bytes');
  await database.query(
    `INSERT INTO outbox.event (topic, event) VALUES ('t', '{"a":1}'), ('t', '{"a":2}'), ('t', '{"a":3}')`,
  );
  await database.query(
    'CREATE OR REPLACE FUNCTION outbox.refuse() RETURNS boolean LANGUAGE sql AS $$ SELECT true $$',
  );
  await Promise.all([ensureOutbox(database), ensureOutbox(database)]);
  await expect(database.query('SELECT outbox.refuse() FROM outbox.backlog_full')).resolves.toMatchObject({
    rowCount: 0,
  });
  await expect(database.query('SELECT outbox.refuse()')).rejects.toMatchObject({ code: 'BACKLOG_FULL' });
  const { rows } = await database.query<{ there: boolean }>(
    `SELECT to_regclass('outbox.event_of_rights') IS NOT NULL AS there`,
  );
  expect(rows).toEqual([{ there: true }]);
  // Those of before are measured.
  const outbox = await relationalOutbox(database);
  expect((await outbox.pending(10, 14)).map(({ event }) => event)).toEqual([{ a: 1 }, { a: 2 }]);
});
