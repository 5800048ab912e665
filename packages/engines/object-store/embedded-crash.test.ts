import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { rounds, typescriptProgram } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { contentOf, sha256Of } from './conformance-objects.ts';
import { openEmbedded } from './embedded.fixture.ts';
import type { ObjectStore } from './port.ts';

const program = typescriptProgram(
  fileURLToPath(new URL('embedded-crash-writer.fixture.ts', import.meta.url)),
);

/** Starts a writer, kills it once it has acknowledged `count` objects, and answers the keys it acknowledged. */
async function acknowledgedBeforeKill(folder: string, count: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [...program, folder], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const keys: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('crash/')) keys.push(line);
    if (keys.length === count) child.kill('SIGKILL');
  }
  await exited;
  return keys;
}

async function allKeys(store: ObjectStore): Promise<string[]> {
  const keys: string[] = [];
  for (let after: string | undefined; ; ) {
    const { objects, next } = await store.list({ prefix: '', after, limit: 1_000 });
    keys.push(...objects.map(({ key }) => key));
    if (next === undefined) return keys;
    after = next;
  }
}

test('of writers killed at any moment everything acknowledged is there, nothing is half there, and what they left is freed', {
  retry: 0,
  timeout: 120_000,
}, async () => {
  await using under = await openEmbedded();
  const acknowledged: string[] = [];
  for (let kills = 0; kills < rounds(4, 10); kills += 2) {
    // Two processes on one folder, as the split form has them.
    const counts = [1, 2].map(() => 1 + Math.floor(Math.random() * 40));
    const writers = counts.map((count) => acknowledgedBeforeKill(under.folder, count));
    acknowledged.push(...(await Promise.all(writers)).flat());
  }
  await using store = await under.connect();
  expect(await readdir(join(under.folder, 'temporary'))).toEqual([]);
  const keys = await allKeys(store);
  expect(keys).toEqual(expect.arrayContaining(acknowledged));
  for (const key of keys) expect(sha256Of(await contentOf(store, key))).toBe(key.split('/')[1]);

  for (const upload of await store.unfinishedUploads(Number.MAX_SAFE_INTEGER, 1_000)) {
    await store.abortUpload(upload);
  }
  expect(await allKeys(store)).toEqual(keys);
  expect(await readdir(join(under.folder, 'uploads'))).toEqual([]);
  expect(await readdir(join(under.folder, 'parts'))).toEqual([]);
  for (const key of keys) await store.delete(key);
  expect(await readdir(join(under.folder, 'bodies'))).toEqual([]);
  // A folder that was made for a link that did not come to be may stay; nothing is in it.
  const left = await readdir(join(under.folder, 'objects'), { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => !entry.isDirectory())).toEqual([]);
});
