import { createLogger } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { openRelational } from './open.ts';
import { openPooler } from './pooler.fixture.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const open = (url: string) => openRelational(url, { dataDir: '', log });

test('a pooler that gives each transaction another session is refused, however the URL looks', async () => {
  await using database = await freshDatabase();
  await using pooler = await openPooler(database.url, 'transaction');
  await expect(open(pooler.url)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/^DATABASE_URL names a pooler that gives .* in its session mode\.$/),
  });
});

test('a pooler that keeps a session for each connection is taken, and so is the server itself', async () => {
  await using database = await freshDatabase();
  await using pooler = await openPooler(database.url, 'session');
  for (const url of [pooler.url, database.url]) {
    await using relational = await open(url);
    expect((await relational.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  }
});

test('a pooler that keeps the limits of connections to itself is refused, and says which', async () => {
  await using database = await freshDatabase();
  await using pooler = await openPooler(database.url, 'forgetful');
  await expect(open(pooler.url)).rejects.toThrow(/does not pass on .*\(statement_timeout\)/);
});
