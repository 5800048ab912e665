import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@tributary/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { describeKeyProvider } from './conformance.ts';
import { openKeyProvider } from './open.ts';
import type { KeyProvider } from './port.ts';

const day = 24 * 3_600_000;

async function setUp() {
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-keys-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const clock = new ManualClock(1_700_000_000_000);
  const connect = (): Promise<KeyProvider> => openKeyProvider('embedded:', { dataDir, clock });
  return { dataDir, folder: join(dataDir, 'wrapping-keys'), clock, connect };
}

describeKeyProvider('a folder', async () => {
  const { connect } = await setUp();
  return { provider: await connect(), connect, [Symbol.asyncDispose]: async () => undefined };
});

test('a wrapping key is followed by a new one after 90 days, and goes on opening what it wrapped', async () => {
  const { clock, connect } = await setUp();
  await using provider = await connect();
  const dataKey = randomBytes(32);
  const first = await provider.wrap(dataKey, 'w1');
  clock.advance(90 * day - 1);
  expect(await provider.currentKeyId()).toBe(first.wrappingKeyId);
  clock.advance(1);
  expect(await provider.currentKeyId()).not.toBe(first.wrappingKeyId);
  const opened = await provider.unwrap(first, 'w1');
  expect(Buffer.from(opened).equals(dataKey)).toBe(true);
  const again = await provider.wrap(opened, 'w1');
  expect(again.wrappingKeyId).toBe(await provider.currentKeyId());
  expect(Buffer.from(await provider.unwrap(again, 'w1')).equals(dataKey)).toBe(true);
});

test('processes that need the first key, or the next, at the same moment agree on one', async () => {
  const { clock, connect, folder } = await setUp();
  const providers = await Promise.all(Array.from({ length: 8 }, connect));
  expect(await readdir(folder)).toEqual(['1']);
  clock.advance(90 * day);
  const ids = await Promise.all(providers.map((provider) => provider.currentKeyId()));
  expect(new Set(ids).size).toBe(1);
  expect((await readdir(folder)).sort()).toEqual(['1', '2']);
});

test('the keys are for this user alone, and are kept over restarts', async () => {
  const { connect, folder } = await setUp();
  const dataKey = randomBytes(32);
  const wrapped = await (await connect()).wrap(dataKey, 'w1');
  expect((await stat(join(folder, '1'))).mode & 0o077).toBe(0);
  expect(Buffer.from(await (await connect()).unwrap(wrapped, 'w1')).equals(dataKey)).toBe(true);
});

test('a destroyed wrapping key takes with it what it wrapped', async () => {
  const { connect, folder } = await setUp();
  await using provider = await connect();
  const wrapped = await provider.wrap(randomBytes(32), 'w1');
  expect(await readFile(join(folder, '1'), 'utf8')).toContain('secret');
  await rm(join(folder, '1'));
  await expect(provider.unwrap(wrapped, 'w1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await provider.currentKeyId()).not.toBe(wrapped.wrappingKeyId);
  await expect(provider.unwrap(wrapped, 'w1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a folder that cannot be read is told as an engine that is away', async () => {
  const { connect, dataDir } = await setUp();
  await using provider = await connect();
  const wrapped = await provider.wrap(randomBytes(32), 'w1');
  await rm(dataDir, { recursive: true });
  await writeFile(dataDir, 'not a folder');
  await expect(provider.ping()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  await expect(provider.unwrap(wrapped, 'w1')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
});

test('its folder is for this user alone', async () => {
  const { folder, connect } = await setUp();
  await using _provider = await connect();
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});
