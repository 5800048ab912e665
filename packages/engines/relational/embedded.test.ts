import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@tributary/runtime';
import { eventually, quickly } from '@tributary/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { startEmbeddedPostgres } from './embedded.ts';
import { openRelational } from './open.ts';

const log = createLogger({ name: 'test', level: 'silent' });

async function freshDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-embedded-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  return dataDir;
}

test('data written before a stop is there after the next start, which takes no two seconds', async () => {
  const dataDir = await freshDir();
  {
    await using relational = await openRelational('embedded:', { dataDir, log });
    await relational.query('CREATE TABLE kept AS SELECT 7 AS n');
  }
  await quickly(2_000, async () => {
    await using relational = await openRelational('embedded:', { dataDir, log });
    expect((await relational.query('SELECT n FROM kept')).rows).toEqual([{ n: 7 }]);
  });
});

test('it is durable, sorts by code point, and lets nobody in without the password', async () => {
  const dataDir = await freshDir();
  await using relational = await openRelational('embedded:', { dataDir, log });
  const { rows } = await relational.query(
    `SELECT current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding`,
  );
  expect(rows).toEqual([{ fsync: 'on', encoding: 'UTF8' }]);
  const sorted = await relational.query<{ v: string }>(
    `SELECT v FROM unnest(ARRAY['b','ä','A','a','B']) AS v ORDER BY v`,
  );
  expect(sorted.rows.map(({ v }) => v)).toEqual(['A', 'B', 'a', 'b', 'ä']);
  const stranger = new URL(relational.url);
  stranger.password = 'guessed';
  await expect(openRelational(stranger.href, { dataDir, log })).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
  });
});

test('a server that dies is started again at the same address, with everything acknowledged', async () => {
  const dataDir = await freshDir();
  await using server = await startEmbeddedPostgres({ dataDir, log });
  await using relational = await openRelational(server.url, { dataDir, log });
  await relational.query('CREATE TABLE kept AS SELECT 7 AS n');
  const firstPid = server.pid;
  process.kill(firstPid, 'SIGKILL');
  const rows = await eventually(async () => (await relational.query('SELECT n FROM kept')).rows);
  expect(rows).toEqual([{ n: 7 }]);
  await eventually(() => expect(server.pid).not.toBe(firstPid));
});

test('a second start on the same folder says that it is in use, and by which process', async () => {
  const dataDir = await freshDir();
  await using _first = await startEmbeddedPostgres({ dataDir, log });
  const second = startEmbeddedPostgres({ dataDir, log });
  await expect(second).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    details: { pid: String(process.pid) },
  });
});

test('of two first starts at the same moment one gets the folder and the other is told', async () => {
  const dataDir = await freshDir();
  const starts = await Promise.allSettled([
    startEmbeddedPostgres({ dataDir, log }),
    startEmbeddedPostgres({ dataDir, log }),
  ]);
  for (const start of starts) if (start.status === 'fulfilled') await start.value[Symbol.asyncDispose]();
  expect(starts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const refused = starts.find(({ status }) => status === 'rejected');
  expect(refused).toMatchObject({ reason: { code: 'CONFIG_INVALID' } });
});

test('a postmaster.pid whose number belongs to another program by now is no obstacle', async () => {
  const dataDir = await freshDir();
  const first = await startEmbeddedPostgres({ dataDir, log });
  const pidFile = join(dataDir, 'cluster', 'postmaster.pid');
  const lines = (await readFile(pidFile, 'utf8')).split('\n');
  await first[Symbol.asyncDispose]();
  await writeFile(pidFile, [process.pid, ...lines.slice(1)].join('\n'));
  await using again = await startEmbeddedPostgres({ dataDir, log });
  expect(again.pid).not.toBe(process.pid);
});

test('a folder that cannot be made is refused in one sentence that names what is in the way', async () => {
  const dataDir = await freshDir();
  await writeFile(join(dataDir, 'file'), '');
  const below = join(dataDir, 'file', 'data');
  const refused = startEmbeddedPostgres({ dataDir: below, log });
  await expect(refused).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining(`${join(dataDir, 'file')} is in the way`),
  });
});

test('data of another version of PostgreSQL is refused, and left alone', async () => {
  const dataDir = await freshDir();
  await mkdir(join(dataDir, 'cluster'));
  await writeFile(join(dataDir, 'cluster', 'PG_VERSION'), '12\n');
  const refused = startEmbeddedPostgres({ dataDir, log });
  await expect(refused).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('PostgreSQL 12'),
  });
});
