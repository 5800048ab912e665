import { CodedError, createLogger } from '@tributary/runtime';
import { eventually, freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { openLink } from '../link.fixture.ts';
import { changeSchema } from './change-schema.ts';
import { checkRelationalUrl, openRelational } from './open.ts';
import { connectPostgres } from './postgres.ts';
import { openWay } from './postgres-way.fixture.ts';
import { violatedConstraint } from './violated-constraint.ts';

const log = createLogger({ name: 'test', level: 'silent' });

test('a transaction is there as a whole or not at all', async () => {
  await using database = await freshDatabase();
  await database.query('CREATE TABLE t (n int PRIMARY KEY)');
  const failing = database.transaction(async (tx) => {
    await tx.query('INSERT INTO t VALUES (1)');
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  await database.transaction((tx) => tx.query('INSERT INTO t VALUES (2)'));
  expect((await database.query('SELECT n FROM t')).rows).toEqual([{ n: 2 }]);
});

test('a transaction that swallowed the error of a statement does not look like success', async () => {
  await using database = await freshDatabase();
  await database.query('CREATE TABLE t (n int PRIMARY KEY)');
  const swallowing = database.transaction(async (tx) => {
    await tx.query('INSERT INTO t VALUES (1)');
    await tx.query('INSERT INTO t VALUES (1)').catch(() => undefined);
  });
  await expect(swallowing).rejects.toMatchObject({ code: 'INTERNAL' });
  expect((await database.query('SELECT n FROM t')).rows).toEqual([]);
});

test('an answer of more bytes than its reader may hold is refused as it comes in, and keeps nobody waiting for the rest', async () => {
  await using database = await freshDatabase();
  const text = `SELECT repeat('x', 1000000) AS x FROM generate_series(1, $1)`;
  const tooLarge = expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE', details: { limitBytes: 3_000_000 } });
  const options = { name: 'long', mostBytes: 3_000_000 };
  expect((await database.query(text, [3], options)).rows).toHaveLength(3);
  // All of it would be 100 GB.
  await expect(database.query(text, [100_000], options)).rejects.toThrow(tooLarge);
  expect((await database.query(text, [3], options)).rows).toHaveLength(3);
  await expect(database.transaction((tx) => tx.query(text, [4], { mostBytes: 3_000_000 }))).rejects.toThrow(
    tooLarge,
  );
  const { rows } = await database.query<{ n: number }>(
    `SELECT count(*)::integer AS n FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE '%generate_series(1, $1)' AND pid <> pg_backend_pid()`,
  );
  expect(rows).toEqual([{ n: 0 }]);
});

test('a statement after the end of its transaction is refused instead of running beside it', async () => {
  await using database = await freshDatabase();
  const leaked = await database.transaction(async (tx) => ({ tx }));
  await expect(leaked.tx.query('SELECT 1')).rejects.toThrow('has ended');
});

test('serialisable transactions that collide are repeated until all have happened', async () => {
  await using database = await freshDatabase();
  await database.query('CREATE TABLE counter AS SELECT 0 AS n');
  const increment = (): Promise<unknown> =>
    database.transaction(
      async (tx) => {
        const { rows } = await tx.query<{ n: number }>('SELECT n FROM counter');
        await tx.query('UPDATE counter SET n = $1', [(rows[0]?.n ?? 0) + 1]);
      },
      { isolation: 'serializable' },
    );
  await Promise.all([increment(), increment(), increment()]);
  expect((await database.query('SELECT n FROM counter')).rows).toEqual([{ n: 3 }]);
});

test('a unique violation is a CONFLICT that shows neither the value nor what the database calls its key', async () => {
  await using database = await freshDatabase();
  await database.query('CREATE TABLE t (secret text CONSTRAINT t_secret_unique UNIQUE)');
  await database.query(`INSERT INTO t VALUES ('hunter2')`);
  const refused = await database.query(`INSERT INTO t VALUES ('hunter2')`).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(CodedError);
  expect(refused).toMatchObject({ code: 'CONFLICT', details: {} });
  expect(violatedConstraint(refused)).toBe('t_secret_unique');
  expect((refused as Error).message).not.toMatch(/hunter2|t_secret_unique/);
});

test('a database that cannot be used is named at the start by setting, host and cause, without the password', async () => {
  await using database = await freshDatabase();
  const wrong = (change: (url: URL) => void): string => {
    const url = new URL(database.url);
    change(url);
    return url.href;
  };
  const cases: readonly (readonly [string, RegExp])[] = [
    ['postgres://nobody:secret@127.0.0.1:1/none', /at 127\.0\.0\.1:1 .*: nothing listens there/],
    ['postgres://nobody:secret@no.invalid/none', /at no\.invalid:5432 .*: there is no such host/],
    [wrong((url) => (url.password = 'secret')), /at 127\.0\.0\.1:\d+ .*refuses the user tributary/],
    [wrong((url) => (url.pathname = '/elsewhere')), /the server has no database elsewhere/],
  ];
  for (const [url, cause] of cases) {
    const refused = await openRelational(url, { dataDir: '', log }).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/^DATABASE_URL names a database at /),
    });
    expect((refused as Error).message).toMatch(cause);
    expect((refused as Error).message).not.toContain('secret');
  }
  const hostless = openRelational('postgres:here', { dataDir: '', log });
  await expect(hostless).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  for (const part of ['shop:50%ff@here/shop', 'shop@here/shop%', 'shop@here/100%2'])
    await expect(openRelational(`postgres://${part}`, { dataDir: '', log })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: 'DATABASE_URL cannot be read: a % in a user, password or name is written %25.',
    });
});

test('a waiting caller is told ENGINE_UNAVAILABLE when no connection becomes free in 5 s', async () => {
  await using database = await freshDatabase();
  await using narrow = connectPostgres(database.url, { log, poolSize: 1, applicationName: 'narrow' });
  await narrow.transaction(async () => {
    await expect(narrow.query('SELECT 1')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });
});

test('a pool has as many connections as it may have, however many ask at once', async () => {
  await using database = await freshDatabase();
  const address = new URL(database.url);
  await using link = await openLink(Number(address.port));
  address.port = String(link.port);
  await using narrow = connectPostgres(address.href, { log, poolSize: 3, applicationName: 'narrow' });
  const asked = Array.from({ length: 40 }, () => narrow.query('SELECT pg_sleep(0.01)'));
  expect(await Promise.all(asked)).toHaveLength(40);
  expect(link.widest()).toBe(3);
});

test('a listener hears again after its connection was cut', async () => {
  await using database = await freshDatabase();
  const heard: string[] = [];
  await using _listening = await database.listen('news', (payload) => void heard.push(payload));
  await database.query(`SELECT pg_notify('news', 'before')`);
  await eventually(() => expect(heard).toEqual(['before']));
  await database.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '% listen' AND datname = current_database()`,
  );
  await eventually(async () => {
    await database.query(`SELECT pg_notify('news', 'after')`);
    expect(heard).toContain('after');
  });
});

test('a connection that dies while it begins to listen fails that call, and the next one hears', async () => {
  await using database = await freshDatabase();
  let left = 1;
  await using way = await openWay(database.url, (near, far) => {
    far.pipe(near);
    near.on('data', (chunk) => {
      if (left > 0 && chunk.includes('LISTEN')) {
        left -= 1;
        near.destroy();
      } else far.write(chunk);
    });
  });
  await using relational = connectPostgres(way.url, { log, poolSize: 2, applicationName: 'test' });
  const heard: string[] = [];
  await expect(relational.listen('news', (said) => heard.push(said))).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
  });
  await using _listening = await relational.listen('news', (said) => heard.push(said));
  await database.query(`SELECT pg_notify('news', 'still here')`);
  await eventually(() => expect(heard).toEqual(['still here']));
});

test('a connection that ends with the packet in which it is ready fails that transaction, and the process goes on', async () => {
  await using database = await freshDatabase();
  // ErrorResponse: S, C and M, each ended by a zero (https://www.postgresql.org/docs/current/protocol-message-formats.html).
  const fields = Buffer.from('SFATAL\0C57P01\0Mterminating connection\0\0');
  const farewell = Buffer.concat([Buffer.from([0x45, 0, 0, 0, fields.length + 4]), fields]);
  const ready = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
  let left = 1;
  await using way = await openWay(database.url, (near, far) => {
    near.pipe(far);
    far.on('data', (chunk) => {
      const ends = left > 0 && chunk.includes(ready);
      if (ends) left -= 1;
      near.write(ends ? Buffer.concat([chunk, farewell]) : chunk);
    });
  });
  await using relational = connectPostgres(way.url, { log, poolSize: 2, applicationName: 'test' });
  const one = () => relational.transaction(async (tx) => (await tx.query('SELECT 1 AS one')).rows);
  await expect(one()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  expect(left).toBe(0);
  expect(await one()).toEqual([{ one: 1 }]);
});

test('a listener that throws costs nobody else a notification', async () => {
  await using database = await freshDatabase();
  const heard: string[] = [];
  await using _throws = await database.listen('news', (said) => {
    throw new Error(`cannot take ${said}`);
  });
  await using _hears = await database.listen('news', (said) => void heard.push(said));
  await database.query(`SELECT pg_notify('news', 'one'), pg_notify('news', 'two')`);
  await eventually(() => expect(heard).toEqual(['one', 'two']));
});

test('a disposed listener hears nothing, and its neighbour on the channel still does', async () => {
  await using database = await freshDatabase();
  const heard: string[] = [];
  await using _stays = await database.listen('news', (payload) => void heard.push(`stays ${payload}`));
  const leaves = await database.listen('news', (payload) => void heard.push(`leaves ${payload}`));
  await leaves[Symbol.asyncDispose]();
  await database.query(`SELECT pg_notify('news', '1')`);
  await eventually(() => expect(heard).toEqual(['stays 1']));
});

test('a lock has one holder, passes on when released, and says when its connection is lost', async () => {
  await using database = await freshDatabase();
  await using other = connectPostgres(database.url, { log, poolSize: 2, applicationName: 'other' });
  const held = await database.tryLock(42);
  expect(held?.lost.aborted).toBe(false);
  expect(await other.tryLock(42)).toBeUndefined();
  await held?.[Symbol.asyncDispose]();
  await using next = await other.tryLock(42);
  await database.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'other lock' AND datname = current_database()`,
  );
  await eventually(() => expect(next?.lost.aborted).toBe(true));
  await using again = await database.tryLock(42);
  expect(again).toBeDefined();
});

test('a disk without room is told as such, and as worth trying again', async () => {
  await using database = await freshDatabase();
  const full = `DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$`;
  await expect(database.query(full)).rejects.toMatchObject({ code: 'INSUFFICIENT_STORAGE', retryable: true });
});

test.each([
  ['sslmode=bogus', /sslmode that is none here, bogus; use disable, or verify-full/],
  ['sslmode=allow', /sslmode that is none here/],
  ['target_session_attrs=read-write', /target_session_attrs.*leave it out/],
  ['channel_binding=require', /channel_binding.*leave it out/],
  ['gssencmode=require', /gssencmode.*leave it out/],
  ['schema=public&schema=shop', /schema.*leave it out/],
  ['pgbouncer=true', /pgbouncer.*leave it out/],
  ['connect_timeout=30', /connect_timeout.*leave it out/],
  ['dbname=shop', /dbname.*in the path/],
  ['statement_timeout=30s', /statement_timeout.*in milliseconds/],
  ['statement_timeout=0', /statement_timeout that is no limit/],
  ['lock_timeout=5000&lock_timeout=', /lock_timeout.*in milliseconds/],
])('%s asks for what is not done, and is refused', (option, message) => {
  const check = (url: string): unknown => checkRelationalUrl(url, { production: true, allowEmbedded: false });
  expect(() => check(`postgres://me:secret@localhost/shop?${option}`)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) }),
  );
});

test('options that ask for what is done anyway are taken', () => {
  const url = 'postgres://me@localhost/shop?channel_binding=prefer&schema=public&target_session_attrs=any';
  expect(checkRelationalUrl(url, { production: true, allowEmbedded: false }).scheme).toBe('postgres');
});

test('who changes a schema waits for who changes it already, and no longer than usual for anything else', async () => {
  await using database = await freshDatabase();
  await database.query('CREATE TABLE t (n int)');
  await using hurried = connectPostgres(`${database.url}?lock_timeout=100`, {
    log,
    poolSize: 2,
    applicationName: 'hurried',
  });
  const { second } = await database.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock(7)');
    await tx.query('LOCK TABLE t');
    const second = changeSchema(hurried, 7, (own) => own.query('SHOW lock_timeout'));
    const waiting = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    await eventually(async () => expect((await database.query(waiting)).rowCount).toBe(1));
    await expect(hurried.query('SELECT FROM t')).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    return { second };
  });
  expect((await second).rows).toEqual([{ lock_timeout: '100ms' }]);
});

test('a database that takes no writes answers, and is not there', async () => {
  await using database = await freshDatabase();
  await database.ping();
  await database.query(
    `ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET default_transaction_read_only = on`,
  );
  await using later = await openRelational(database.url, { dataDir: '', log });
  expect((await later.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await expect(later.ping()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
});
