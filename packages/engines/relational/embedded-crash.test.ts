import { chmod, chown, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createLogger } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { startEmbeddedPostgres } from './embedded.ts';
import { startChild } from './embedded-child.fixture.ts';
import { findPostmaster } from './embedded-postmaster.ts';
import { isTraversable } from './embedded-user.ts';
import { openRelational, runningDatabaseUrl } from './open.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const asRoot = process.getuid?.() === 0;
const somebody = { uid: 65_534, gid: 65_534 };
const nodeIsReachable = await isTraversable(dirname(process.execPath), { kind: 'other', ...somebody });
const sourceIsReachable = await isTraversable(import.meta.dirname, { kind: 'other', ...somebody });

async function freshDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-crash-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  return dataDir;
}

test('the server that a killed process leaves running is adopted: same server, same address', async () => {
  const dataDir = await freshDir();
  await using killed = await startChild(dataDir);
  await killed.kill();
  await using relational = await openRelational('embedded:', { dataDir, log });
  expect(relational.url).toBe(killed.said.url);
  const { rows } = await relational.query('SELECT pg_postmaster_start_time()::text AS "startedAt"');
  expect(rows).toEqual([{ startedAt: killed.said.startedAt }]);
});

test('a server that was left running is adopted also where its folder was moved', async () => {
  const folder = await freshDir();
  // Else the cluster of a root process lies elsewhere, and stays there.
  await chmod(folder, 0o755);
  const [before, after] = [join(folder, 'before'), join(folder, 'after')];
  await mkdir(before);
  await using killed = await startChild(before);
  await killed.kill();
  await rename(before, after);
  expect(await runningDatabaseUrl('embedded:', after)).toBe(killed.said.url);
  await using relational = await openRelational('embedded:', { dataDir: after, log });
  const { rows } = await relational.query('SELECT pg_postmaster_start_time()::text AS "startedAt"');
  expect(rows).toEqual([{ startedAt: killed.said.startedAt }]);
});

test('where a crash left the number of what is another program by now, a tool is told that no product runs', async () => {
  const dataDir = await freshDir();
  const cluster = join(dataDir, 'postgres', 'cluster');
  await mkdir(cluster, { recursive: true });
  await writeFile(join(dataDir, 'postgres', 'password'), 'secret');
  const left = [process.pid, cluster, 0, 5_432].join('\n');
  await writeFile(join(cluster, 'postmaster.pid'), left);
  await expect(runningDatabaseUrl('embedded:', dataDir)).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringContaining('No product runs'),
  });
  // Who only looks changes nothing.
  expect(await readFile(join(cluster, 'postmaster.pid'), 'utf8')).toBe(left);
});

test('disposing an adopted server stops it', async () => {
  const dataDir = await freshDir();
  await using killed = await startChild(dataDir);
  await killed.kill();
  const relational = await openRelational('embedded:', { dataDir, log });
  await relational[Symbol.asyncDispose]();
  expect(await findPostmaster(join(dataDir, 'postgres', 'cluster'))).toBeUndefined();
});

test('after process and server were killed in the middle of writes the next start has every acknowledged one', {
  retry: 0,
}, async () => {
  const dataDir = await freshDir();
  await using killed = await startChild(dataDir);
  const cluster = join(dataDir, 'postgres', 'cluster');
  const running = await findPostmaster(cluster);
  const acknowledged: number[] = [];
  {
    await using client = await openRelational(killed.said.url ?? '', { dataDir, log });
    await client.query('CREATE TABLE ledger (n int PRIMARY KEY)');
    const writing = (async () => {
      for (let n = 0; ; n += 1) {
        await client.query('INSERT INTO ledger VALUES ($1)', [n]);
        acknowledged.push(n);
      }
    })();
    await eventually(() => expect(acknowledged.length).toBeGreaterThan(50));
    await killed.kill();
    process.kill(running?.pid ?? 0, 'SIGKILL');
    await expect(writing).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  }
  await using relational = await openRelational('embedded:', { dataDir, log });
  const { rows } = await relational.query<{ n: number }>('SELECT n FROM ledger ORDER BY n');
  expect(rows.map(({ n }) => n).slice(0, acknowledged.length)).toEqual(acknowledged);
});

test('why a server that was lost does not start again is in the log, and it starts once that is over', async () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  await using server = await startEmbeddedPostgres({
    dataDir: await freshDir(),
    log: createLogger({ name: 'test', level: 'error', destination }),
  });
  await using relational = await openRelational(server.url, { dataDir: '', log });
  const { rows } = await relational.query<{ data_directory: string }>('SHOW data_directory');
  const control = join(rows[0]?.data_directory ?? '', 'global', 'pg_control');
  await rename(control, `${control}.away`);
  process.kill(server.pid, 'SIGKILL');
  await eventually(
    () => {
      const told = lines.map(
        (line) => JSON.parse(line) as { readonly msg: string; readonly reason?: string },
      );
      const line = told.find(({ msg }) => msg === 'embedded PostgreSQL does not start');
      expect(line?.reason).toMatch(/^The embedded PostgreSQL in \S+ did not start: .+/);
    },
    { timeoutMs: 30_000 },
  );
  await rename(`${control}.away`, control);
  await eventually(() => relational.query('SELECT 1'), { timeoutMs: 30_000 });
}, 90_000);

test('another process that holds the folder is named', async () => {
  const dataDir = await freshDir();
  await using holder = await startChild(dataDir);
  const second = openRelational('embedded:', { dataDir, log });
  await expect(second).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    details: { pid: String(holder.process.pid) },
  });
});

test.skipIf(!asRoot || !nodeIsReachable || !sourceIsReachable)(
  'an ordinary user starts it as that user (needs a run as root and a checkout others may read)',
  async () => {
    const dataDir = await freshDir();
    await chown(dataDir, somebody.uid, somebody.gid);
    await using child = await startChild(dataDir, somebody);
    expect(child.said).toEqual({
      url: expect.stringContaining('postgres://'),
      startedAt: expect.any(String),
    });
  },
);

test.skipIf(!asRoot || !nodeIsReachable || !sourceIsReachable)(
  'a user who may not write the folder is told which one and why (needs a run as root)',
  async () => {
    const dataDir = await freshDir();
    await chmod(dataDir, 0o755);
    await using child = await startChild(dataDir, somebody);
    expect(child.said).toEqual({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/cannot be written.*65534.*EACCES/),
    });
  },
);

test.skipIf(!asRoot)(
  'root may keep the folder behind a private one: the data then lies elsewhere, and is found again (needs a run as root)',
  async () => {
    const barred = await freshDir();
    const dataDir = join(barred, 'mine');
    await mkdir(dataDir);
    {
      await using server = await startEmbeddedPostgres({ dataDir, log });
      await using relational = await openRelational(server.url, { dataDir, log });
      await relational.query('CREATE TABLE kept AS SELECT 7 AS n');
    }
    const home = (await readFile(join(dataDir, 'location'), 'utf8')).trim();
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    await using server = await startEmbeddedPostgres({ dataDir, log });
    await using relational = await openRelational(server.url, { dataDir, log });
    expect((await relational.query('SELECT n FROM kept')).rows).toEqual([{ n: 7 }]);
  },
);
