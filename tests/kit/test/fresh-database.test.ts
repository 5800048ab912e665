import { freshDatabase, migratedDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';

test('a fresh database is empty, answers, and is gone afterwards', async () => {
  await using database = await freshDatabase();
  const { rows } = await database.query<{ count: string }>(
    `SELECT count(*) FROM pg_tables WHERE schemaname = 'public'`,
  );
  expect(rows).toEqual([{ count: '0' }]);
});

test('a migrated database is made once, and what is written to one copy is in no other', async () => {
  const markDatabase = async (pool: { query(sql: string): Promise<unknown> }): Promise<void> => {
    await pool.query('CREATE TABLE migrated_mark AS SELECT 1 AS value');
  };
  const copies = await Promise.all([migratedDatabase(markDatabase), migratedDatabase(markDatabase)]);
  await using first = copies[0];
  await using second = copies[1];
  await first.query('CREATE TABLE own AS SELECT 2 AS value');
  const { rows } = await second.query(`SELECT value, to_regclass('own') AS own FROM migrated_mark`);
  expect(rows).toEqual([{ value: 1, own: null }]);
});
