import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError, newId } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { member, type RunningFiles, runFiles, uploaded } from './running-files.ts';
import { storeWith } from './store-with.ts';

const hourMs = 3_600_000;

/** A store that refuses to remove some of what it has: an object lock, or a rule. */
function holding(isHeld: (key: string) => boolean) {
  const requireFree = (key: string): void => {
    if (isHeld(key)) throw new CodedError('ENGINE_UNAVAILABLE', 'The store keeps this.');
  };
  return storeWith((real) => ({
    delete: async (key, versionId) => {
      requireFree(key);
      await real.delete(key, versionId);
    },
    abortUpload: async (upload) => {
      requireFree(upload.key);
      await real.abortUpload(upload);
    },
  }));
}

async function orphans(files: RunningFiles, count: number): Promise<readonly string[]> {
  const keys = Array.from({ length: count }, () => `files/${newId()}/content/${newId()}`).sort();
  for (const key of keys)
    await files.store.put({ key, body: Buffer.from('orphan'), contentType: 'text/plain' });
  return keys;
}

test('an object that cannot be removed keeps none behind it, nor an upload in parts the others', async () => {
  let held = '';
  await using files = await runFiles({ objects: holding((key) => key === held) });
  const [first = '', ...rest] = await orphans(files, 3);
  held = first;
  for (const key of [first, ...rest])
    await files.store.beginUpload({ key, contentType: 'text/plain', partBytes: 8 * 1024 ** 2 });
  files.clock.advance(48 * hourMs);
  await expect(files.files.sweep()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  expect(await files.keys()).toEqual([first]);
  const left = await files.store.unfinishedUploads(files.clock.now(), 10);
  expect(left.map(({ key }) => key)).toEqual([first]);
});

test('a damaged object keeps no orphan, and is removed as one when it is', async () => {
  await using files = await runFiles();
  const id = await uploaded(files, member('EDITOR'), { name: 'a', bytes: 'a' });
  expect(id).toEqual(expect.any(String));
  const [named = ''] = await files.keys();
  const [damaged = ''] = await orphans(files, 3);
  for (const key of [named, damaged]) {
    const folder = join(files.dataDir, 'objects', 'objects', `${key}@`);
    const [version = ''] = await readdir(folder);
    await writeFile(join(folder, version), 'nothing that was written here');
  }
  files.clock.advance(hourMs);
  expect(await files.files.sweep()).toMatchObject({ objects: 3 });
  expect(await files.keys()).toEqual([named]);
});

test('an upload that cannot be discarded keeps no more than itself, however many there are', async () => {
  let held = '';
  await using files = await runFiles({ objects: holding((key) => key.includes(held)) });
  const editor = member('EDITOR');
  const begin = async (): Promise<string> => {
    const { data } = await files.ask(
      editor,
      'mutation { createUpload(input: { name: "a", sizeBytes: 1 }) { ... on UploadCreated { id } } }',
    );
    return data.createUpload.id;
  };
  const first = await begin();
  for (let count = 0; count < 150; count += 1) await begin();
  const { rows } = await files.relational.query<{ key: string }>(
    'SELECT object_key AS key FROM files.upload WHERE id = $1',
    [first],
  );
  held = rows[0]?.key ?? '';
  files.clock.advance(2 * hourMs);
  await expect(files.files.sweep()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  expect((await files.relational.query('SELECT id FROM files.upload')).rows).toEqual([{ id: first }]);
});
