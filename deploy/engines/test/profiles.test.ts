import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '@tributary/test-kit';
import { expect, test, vi } from 'vitest';
import { LocalEngines } from '../src/local-engines.ts';
import type { EngineRecipe } from '../src/recipe.ts';

// The command builds first what has changed.
vi.setConfig({ testTimeout: 240_000 });

const root = fileURLToPath(new URL('../../../', import.meta.url));
const program = fileURLToPath(new URL('engine.fixture.mjs', import.meta.url));

/** A program that runs under the name of PostgreSQL, listens where its URL says, and is none. */
const postgres: EngineRecipe = {
  name: 'postgres',
  portCount: 1,
  find: async () => ({
    title: 'PostgreSQL of this test',
    launch: async ({ ports: [port = 0] }) => ({
      command: process.execPath,
      args: [program, String(port), program],
      settings: { DATABASE_URL: `postgres://me:secret@127.0.0.1:${port}/shop` },
      handshake: async () => undefined,
    }),
  }),
};

async function openMachine() {
  const folder = await mkdtemp(join(tmpdir(), 'profiles-'));
  const folders = { cacheDir: join(folder, 'cache'), stateDir: join(folder, 'state') };
  const dataDir = join(folder, 'data');
  const engines = new LocalEngines(folders, { recipes: [postgres], tell: () => undefined });
  /** Starts where it cannot; answers what it says. */
  const start = async (
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> => {
    const { DATABASE_URL: _, ...inherited } = process.env;
    const started = promisify(execFile)(process.execPath, args, {
      cwd: root,
      env: {
        ...inherited,
        NODE_ENV: 'development',
        PORT: '0',
        DATA_DIR: dataDir,
        TRIBUTARY_ENGINES_STATE: folders.stateDir,
        ...env,
      },
    });
    return started.then(
      () => 'it started',
      (error: { readonly code: number; readonly stderr: string }) => `${error.code}: ${error.stderr}`,
    );
  };
  return {
    engines,
    dataDir,
    start,
    [Symbol.asyncDispose]: async () => {
      for (const { name } of await engines.status()) await engines.down(name);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const local = ['scripts/start.mjs', '--profile', 'local'];

test('the profile `local` stands on the engines that were started here, tells which, and the environment wins over it', async () => {
  await using machine = await openMachine();
  const { settings } = await machine.engines.up('postgres');
  const { host } = new URL(settings['DATABASE_URL'] ?? '');
  const said = await machine.start(local);
  expect(said).toContain('Engines: PostgreSQL of this test.\n');
  expect(said).toMatch(new RegExp(`^1: [^]*DATABASE_URL.*${host}`));
  expect(said).not.toContain('secret');
  const elsewhere = await machine.start(local, { DATABASE_URL: 'postgres://127.0.0.1:1/shop' });
  expect(elsewhere).toMatch(/DATABASE_URL.*127\.0\.0\.1:1\b/);
  expect(elsewhere).not.toContain(host);
});

test('the profile `local` does not start while one of its engines has crashed, and says how to start that again', async () => {
  await using machine = await openMachine();
  const { process: started } = await machine.engines.up('postgres');
  process.kill(started.pid, 'SIGKILL');
  await eventually(async () =>
    expect(await machine.engines.status()).toMatchObject([{ name: 'postgres', state: 'crashed' }]),
  );
  const said = await machine.start(local);
  expect(said).toContain(
    'Crashed since it was started: postgres; npm run engines -- up postgres starts it again.\n',
  );
  expect(said).toMatch(/^1: /);
  // It would have stood on another database otherwise: nothing of one was made.
  await expect(readdir(machine.dataDir)).rejects.toThrow('ENOENT');
});

const main = 'deploy/all-in-one/dist/main.js';

test('the profile `compose` names real engines where the environment names none', async () => {
  await using machine = await openMachine();
  const production = { NODE_ENV: 'production' };
  expect(await machine.start([main, '--profile', 'embedded'], production)).toMatch(
    /^1: DATABASE_URL names an embedded engine/,
  );
  // Flink is taken beside a Kafka alone, which only the profile names.
  const said = await machine.start([main, '--profile', 'compose'], {
    ...production,
    KEY_PROVIDER_URL: 'file:///run/keys',
    FILE_SCANNER_URL: 'none:',
    STREAM_ENGINE_URL: 'flink://127.0.0.1',
  });
  expect(said).toMatch(/^1: BATCH_ENGINE_URL names an embedded engine, which production refuses/);
});

test('the profile `production` has no URLs: each one that the environment leaves out is named', async () => {
  await using machine = await openMachine();
  const said = await machine.start([main, '--profile', 'production'], {
    NODE_ENV: '',
    KEY_VALUE_URL: 'embedded:',
  });
  const missing = [...said.matchAll(/\b([A-Z_]+_URL): /g)].map(([, name]) => name);
  expect(missing.sort()).toEqual([
    'BATCH_ENGINE_URL',
    'DATABASE_URL',
    'DOCUMENT_STORE_URL',
    'EVENT_LOG_URL',
    'FILE_SCANNER_URL',
    'KEY_PROVIDER_URL',
    'OBJECT_STORE_URL',
    'PUBSUB_URL',
    'STREAM_ENGINE_URL',
  ]);
});

test('a profile that is none is named', async () => {
  await using machine = await openMachine();
  expect(await machine.start([main, '--profile', 'nothing'])).toBe(
    '1: There is no profile nothing in deploy/profiles.\n',
  );
});
