import { createLogger } from '@tributary/runtime';
import { eventually, freeze, freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import type { Relational } from './port.ts';
import { connectPostgres } from './postgres.ts';
import { openSilentWay } from './postgres-way.fixture.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const away = { code: 'ENGINE_UNAVAILABLE', retryable: true };

/** One connection, and little patience. */
function impatient(url: string): Relational {
  const limits = { statementLimitMs: 1_000, silenceLimitMs: 3_000 };
  return connectPostgres(url, { log, poolSize: 1, applicationName: 'impatient', ...limits });
}

test.concurrent('a statement whose server process stands still is refused as worth trying again, and the next one gets another connection', async () => {
  await using database = await freshDatabase();
  await using relational = impatient(database.url);
  const asked = 'SELECT pg_backend_pid() AS pid';
  const pid = (await relational.query<{ pid: number }>(asked)).rows[0]?.pid ?? 0;
  freeze(pid);
  try {
    await expect(relational.query('SELECT 1')).rejects.toMatchObject(away);
    expect((await relational.query<{ pid: number }>(asked)).rows).not.toEqual([{ pid }]);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
});

test.concurrent('a transaction that is not answered waits once, whatever it goes on to ask, and leaves nothing behind', async () => {
  await using database = await freshDatabase();
  await database.query('CREATE TABLE t (n int)');
  await using way = await openSilentWay(database.url, 'INSERT');
  await using relational = impatient(way.url);
  const later: unknown[] = [];
  const failed = relational.transaction(async (tx) => {
    await tx.query('INSERT INTO t VALUES (1)').catch(() => undefined);
    for (let n = 0; n < 100; n += 1) later.push(await tx.query('SELECT 1').catch((error: unknown) => error));
  });
  await expect(failed).rejects.toMatchObject(away);
  expect(later).toHaveLength(100);
  for (const error of later) expect(error).toMatchObject(away);
  await relational.transaction((tx) => tx.query('INSERT INTO t VALUES (2)'));
  expect((await database.query('SELECT n FROM t')).rows).toEqual([{ n: 2 }]);
});

test.concurrent('a commit that is not answered is not told as one that did not happen: it is worth trying again, and is not tried unasked', async () => {
  await using database = await freshDatabase();
  await database.query('CREATE TABLE t (n int)');
  await using way = await openSilentWay(database.url, 'COMMIT\0');
  await using relational = impatient(way.url);
  let tries = 0;
  const unknown = relational.transaction(async (tx) => {
    tries += 1;
    await tx.query('INSERT INTO t VALUES (1)');
  });
  await expect(unknown).rejects.toMatchObject(away);
  expect(tries).toBe(1);
  expect((await database.query('SELECT n FROM t')).rows).toEqual([{ n: 1 }]);
});

test.concurrent('a transaction that may take long takes long, and only that one', async () => {
  await using database = await freshDatabase();
  await using relational = impatient(database.url);
  const sleep = 'SELECT pg_sleep(5)';
  await relational.transaction((tx) => tx.query(sleep), { statementLimitMs: 60_000 });
  await expect(relational.query(sleep)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  const short = relational.transaction((tx) => tx.query(sleep), { statementLimitMs: 500 });
  await expect(short).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
});

test.concurrent('a statement may take as long as the URL says, and is waited for as long', async () => {
  await using database = await freshDatabase();
  const limits = { statementLimitMs: 100, silenceLimitMs: 500 };
  await using relational = connectPostgres(`${database.url}?statement_timeout=30000`, {
    log,
    poolSize: 1,
    applicationName: 'patient',
    ...limits,
  });
  expect((await relational.query('SELECT pg_sleep(1.5), 1 AS one')).rows).toMatchObject([{ one: 1 }]);
});

test.concurrent('a listener whose connection fell silent refuses the next channel, and hears them all on another connection', async () => {
  await using database = await freshDatabase();
  await using way = await openSilentWay(database.url);
  await using relational = impatient(way.url);
  const heard: string[] = [];
  await using _first = await relational.listen('first', (said) => heard.push(`first ${said}`));
  way.silence();
  const second = (): Promise<AsyncDisposable> =>
    relational.listen('second', (said) => heard.push(`second ${said}`));
  await expect(second()).rejects.toMatchObject(away);
  await using _second = await eventually(second);
  await database.query(`SELECT pg_notify('first', '1'), pg_notify('second', '2')`);
  await eventually(() => expect(heard).toEqual(expect.arrayContaining(['first 1', 'second 2'])));
});

test.concurrent('who leaves a server that fell silent need not wait for it', async () => {
  await using database = await freshDatabase();
  await using way = await openSilentWay(database.url);
  await using relational = impatient(way.url);
  await relational.ping();
  const listening = await relational.listen('news', () => undefined);
  const lock = await relational.tryLock(42);
  way.silence();
  await relational[Symbol.asyncDispose]();
  await listening[Symbol.asyncDispose]();
  await lock?.[Symbol.asyncDispose]();
});
