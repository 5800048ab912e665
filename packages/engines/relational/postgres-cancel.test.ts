import { createLogger } from '@tributary/runtime';
import { eventually, freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import type { Relational } from './port.ts';
import { connectPostgres } from './postgres.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const gone = { code: 'DEADLINE_EXCEEDED' };
const sleep = 'SELECT pg_sleep(600)';

/** The statements that the server is at. */
async function sleeping(database: Relational): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query = $1`,
    [sleep],
  );
  return rows[0]?.count ?? 0;
}

test.concurrent('a transaction whose signal aborts ends on the server as well, and leaves nothing behind', async () => {
  await using database = await freshDatabase();
  await using relational = connectPostgres(database.url, { log, poolSize: 2, applicationName: 'leaving' });
  await database.query('CREATE TABLE t (n int)');
  const leaving = new AbortController();
  const left = relational.transaction(
    async (tx) => {
      await tx.query('INSERT INTO t VALUES (1)');
      await tx.query(sleep);
    },
    { signal: leaving.signal },
  );
  const refused = expect(left).rejects.toMatchObject(gone);
  await eventually(async () => expect(await sleeping(database)).toBe(1));
  leaving.abort();
  await refused;
  await eventually(async () => expect(await sleeping(database)).toBe(0));
  await relational.transaction((tx) => tx.query('INSERT INTO t VALUES (2)'));
  expect((await database.query('SELECT n FROM t')).rows).toEqual([{ n: 2 }]);
});

test.concurrent('what was aborted before its next statement, or before its end, is not committed', async () => {
  await using database = await freshDatabase();
  await database.query('CREATE TABLE t (n int)');
  const early = AbortSignal.abort();
  await expect(database.transaction(async () => undefined, { signal: early })).rejects.toMatchObject(gone);
  for (const statements of [1, 2]) {
    const leaving = new AbortController();
    const left = database.transaction(
      async (tx) => {
        await tx.query('INSERT INTO t VALUES (1)');
        leaving.abort();
        if (statements === 2) await tx.query('INSERT INTO t VALUES (2)');
      },
      { signal: leaving.signal },
    );
    await expect(left).rejects.toMatchObject(gone);
  }
  expect((await database.query('SELECT n FROM t')).rows).toEqual([]);
});

test.concurrent('a signal that aborts after its transaction reaches none that follows', async () => {
  await using database = await freshDatabase();
  await using relational = connectPostgres(database.url, { log, poolSize: 2, applicationName: 'done' });
  const leaving = new AbortController();
  const one = async (text: string, signal?: AbortSignal) =>
    relational.transaction(async (tx) => (await tx.query(text)).rows, { signal });
  await one('SELECT 1 AS one', leaving.signal);
  // On the same connection, and long enough for the server to be told by the other one.
  const next = one('SELECT 2 AS one FROM pg_sleep(0.5)');
  leaving.abort();
  expect(await next).toEqual([{ one: 2 }]);
});

test.concurrent('who has no other connection to say it by leaves the one that works', async () => {
  await using database = await freshDatabase();
  await using narrow = connectPostgres(database.url, { log, poolSize: 1, applicationName: 'narrow' });
  const leaving = new AbortController();
  const left = narrow.transaction((tx) => tx.query(sleep), { signal: leaving.signal });
  const refused = expect(left).rejects.toMatchObject(gone);
  await eventually(async () => expect(await sleeping(database)).toBe(1));
  leaving.abort();
  await refused;
  expect((await narrow.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});
