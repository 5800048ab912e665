import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import {
  bytesOf,
  contentInParts,
  contentOf,
  contentType,
  freshKey,
  MiB,
  putParts,
} from './conformance-objects.ts';
import { openEmbedded } from './embedded.fixture.ts';
import { openObjectStore } from './open.ts';
import type { ObjectStore } from './port.ts';
import { createPresignedTokens } from './presigned-tokens.ts';

const tokens = createPresignedTokens({ secret: randomBytes(32), path: '/objects', clock: systemClock });
const canMount = process.platform === 'linux' && process.getuid?.() === 0;

function openAt(folder: string): Promise<ObjectStore> {
  return openObjectStore(`file://${folder}`, { dataDir: '', tokens, clock: systemClock });
}

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-objects-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Files of a folder that this process has open. */
async function openFiles(folder: string): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd');
  const paths = await Promise.all(descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(folder));
}

test.skipIf(process.platform !== 'linux')(
  'no call keeps a file open once its stream has ended or was given up (needs /proc)',
  async () => {
    await using under = await openEmbedded();
    const { store, folder } = under;
    const { bytes, parts } = contentInParts(6 * MiB);
    const [whole, assembled] = [freshKey(), freshKey()];
    await store.put({ key: whole, body: bytes, contentType });
    const upload = await store.beginUpload({ key: assembled, contentType, partBytes: 5 * MiB });
    await store.completeUpload({ upload, parts: await putParts(store, upload, parts) });
    for (const key of [whole, assembled]) {
      (await store.get({ key })).body.destroy();
      const half = await store.get({ key });
      half.body.once('data', () => half.body.destroy());
      const giveUp = new AbortController();
      const aborted = await store.get({ key, signal: giveUp.signal });
      aborted.body.on('error', () => undefined);
      giveUp.abort();
      await contentOf(store, key);
      await expect(store.get({ key, range: { firstByte: 6 * MiB } })).rejects.toThrow();
      await expect(store.get({ key, ifMatch: 'x' })).rejects.toThrow();
    }
    await store.list({ prefix: '', limit: 10 });
    await eventually(async () => expect(await openFiles(folder)).toEqual([]));
  },
);

test.skipIf(!canMount)(
  'a full disk refuses writes with a code that may be tried again, frees what it took, and goes on reading (needs root, to mount one)',
  async () => {
    const disk = await freshFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk]);
    onTestFinished(() => void execFileSync('umount', ['-l', disk]));
    await using store = await openAt(join(disk, 'objects'));
    const key = freshKey();
    const body = randomBytes(3 * MiB);
    await store.put({ key, body, contentType });
    const tooMuch = store.put({ key: freshKey(), body: randomBytes(20 * MiB), contentType });
    const refusal = { code: 'INSUFFICIENT_STORAGE', retryable: true };
    await expect(tooMuch).rejects.toMatchObject(refusal);
    const upload = await store.beginUpload({ key: freshKey(), contentType, partBytes: 20 * MiB });
    const part = { upload, number: 1, last: true, body: randomBytes(20 * MiB), sizeBytes: 20 * MiB };
    await expect(store.putPart(part)).rejects.toMatchObject(refusal);
    expect(await readdir(join(disk, 'objects', 'temporary'))).toEqual([]);
    expect((await contentOf(store, key)).equals(body)).toBe(true);
    await store.put({ key: freshKey(), body: randomBytes(8 * MiB), contentType });
  },
);

test('bytes that rotted on the disk end the read with an error instead of passing for content', async () => {
  await using under = await openEmbedded();
  const key = freshKey();
  await under.store.put({ key, body: randomBytes(MiB), contentType });
  const path = join(under.folder, 'objects', `${key}@`, '1');
  const flip = async (position: number): Promise<void> => {
    await using file = await open(path, 'r+');
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, position);
    await file.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, position);
  };
  await flip(500_000);
  const read = await under.store.get({ key });
  await expect(bytesOf(read)).rejects.toMatchObject({ code: 'INTERNAL' });
  await flip(60);
  await expect(under.store.get({ key })).rejects.toMatchObject({ code: 'INTERNAL' });
  await under.store.delete(key);
  expect(await under.store.head(key)).toBeUndefined();
});

test('what a process that is gone left half done is removed at the next opening, what a living one does is left alone', async () => {
  const folder = await freshFolder();
  await (await openAt(folder))[Symbol.asyncDispose]();
  const temporary = join(folder, 'temporary');
  const machine = Buffer.from(hostname()).toString('hex').slice(0, 64);
  const dead = [`${machine}-${process.pid}-1.draft-00`, `${machine}-4194000-1.gone-01`];
  const alive = [`${machine}-${process.ppid}-1.draft-02`, 'ff-1-1.draft-03'];
  for (const name of [...dead, ...alive]) await writeFile(join(temporary, name), 'half');
  await using _store = await openAt(folder);
  expect((await readdir(temporary)).sort()).toEqual(alive.sort());
});

test('a folder that holds something else is not taken for a store', async () => {
  const folder = await freshFolder();
  await writeFile(join(folder, 'format'), 'tributary objects 2\n');
  await expect(openAt(folder)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(await readFile(join(folder, 'format'), 'utf8')).toBe('tributary objects 2\n');
});

test('a store that was closed refuses, as one whose folder is gone does', async () => {
  const folder = await freshFolder();
  const store = await openAt(folder);
  await store.ping();
  await rm(folder, { recursive: true });
  await expect(store.ping()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  const put = store.put({ key: 'a', body: new Uint8Array(1), contentType });
  await expect(put).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  await store[Symbol.asyncDispose]();
  await expect(store.head('a')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
});

test('its folders are for this user alone', async () => {
  const folder = join(await freshFolder(), 'objects');
  await using store = await openAt(folder);
  await store.put({ key: freshKey(), body: randomBytes(10), contentType });
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isDirectory())
      expect((await stat(join(entry.parentPath, entry.name))).mode & 0o777, entry.name).toBe(0o700);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test('a last part that was announced as a middle one completes nothing', async () => {
  await using under = await openEmbedded();
  const { store } = under;
  const upload = await store.beginUpload({ key: freshKey(), contentType, partBytes: 5 * MiB });
  const body = randomBytes(5 * MiB);
  const parts = [await store.putPart({ upload, number: 1, last: false, body, sizeBytes: body.length })];
  await expect(store.completeUpload({ upload, parts })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
});
