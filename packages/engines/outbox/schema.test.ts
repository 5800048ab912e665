import { freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import type { Sql } from '../relational/port.ts';
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
});
