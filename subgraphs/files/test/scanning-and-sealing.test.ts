import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileScanner, ScanVerdict } from '@tributary/engines/file-scanner';
import { CodedError, newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { member, type RunningFiles, runFiles, stranger, uploaded } from './running-files.ts';

// The test file every scanner knows (eicar.org), in two halves so that no scanner takes this source for it.
const eicar = `X5O!P%@AP[4\\PZX54(P^)7CC)7}$${'EICAR-STANDARD-ANTIVIRUS-TEST-FILE'}!$H+H*`;

/** Finds EICAR wherever it stands, as clamd does; stands still while `isAway`. */
class EicarScanner implements FileScanner {
  isAway = false;
  /** Breaks off in files that hold it. */
  breaksAt = '\0';

  async scan({ sizeBytes, content }: Parameters<FileScanner['scan']>[0]): Promise<ScanVerdict> {
    if (this.isAway) throw new CodedError('ENGINE_UNAVAILABLE', 'The scanner is away.');
    if (sizeBytes > 1_000_000) return { state: 'NOT_SCANNED', reason: 'TOO_LARGE' };
    const chunks: Uint8Array[] = [];
    for await (const chunk of await content()) chunks.push(chunk);
    if (Buffer.concat(chunks).includes(this.breaksAt))
      throw new CodedError('ENGINE_UNAVAILABLE', 'The scanner broke off.');
    const found = Buffer.concat(chunks).includes(eicar);
    return found ? { state: 'INFECTED', signature: 'Eicar-Test-Signature' } : { state: 'CLEAN' };
  }

  async ping(): Promise<void> {}
  async [Symbol.asyncDispose](): Promise<void> {}
}

const editor = member('EDITOR');
const stateOf = async (files: RunningFiles, id: string) =>
  (await files.ask(editor, 'query ($id: ID!) { file(id: $id) { state scan downloadUrl } }', { id })).data
    .file;

test('what the scan of a run’s file changes names the run, as the upload did', async () => {
  await using files = await runFiles({ scanner: new EicarScanner() });
  const runId = newId();
  await uploaded(files, { ...editor, runId }, { name: 'made.txt', bytes: 'words' });
  await uploaded(files, editor, { name: 'brought.txt', bytes: 'words' });
  expect(await files.files.scan()).toBe(2);
  const behind = (await files.takeEvents()).map(({ event }) => [event.type, event.runid]);
  for (const type of ['files.file.created', 'files.file.updated'])
    expect(behind.filter(([each]) => each === type)).toEqual(
      expect.arrayContaining([
        [type, runId],
        [type, undefined],
      ]),
    );
});

test('a file is not served before it was scanned, and then only when it is clean', async () => {
  const scanner = new EicarScanner();
  await using files = await runFiles({ scanner });
  const clean = await uploaded(files, editor, { name: 'clean.txt', bytes: 'words' });
  const infected = await uploaded(files, editor, { name: 'eicar.com', bytes: `words ${eicar}` });
  expect(await stateOf(files, clean)).toEqual({ state: 'PENDING', scan: 'NOT_SCANNED', downloadUrl: null });
  const { data } = await files.ask(
    editor,
    'mutation ($id: ID!) { createDownloadLink(input: { fileId: $id }) { url } }',
    { id: infected },
  );
  expect((await files.send(stranger, 'GET', data.createDownloadLink.url)).json()).toMatchObject({
    code: 'FILE_NOT_SERVED',
    state: 'PENDING',
  });

  scanner.isAway = true;
  await expect(files.files.scan()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  expect((await stateOf(files, clean)).state).toBe('PENDING');

  scanner.isAway = false;
  files.clock.advance(600_000);
  await files.takeEvents();
  expect(await files.files.scan()).toBe(2);
  expect(await stateOf(files, clean)).toEqual({
    state: 'AVAILABLE',
    scan: 'CLEAN',
    downloadUrl: expect.any(String),
  });
  expect(await stateOf(files, infected)).toEqual({
    state: 'QUARANTINED',
    scan: 'INFECTED',
    downloadUrl: null,
  });
  const changes = (await files.takeEvents()).map(
    ({ event }) => (event.data as { changed: readonly string[] }).changed,
  );
  expect(changes).toEqual([
    ['state', 'scan'],
    ['state', 'scan'],
  ]);
  const after = await files.send(stranger, 'GET', data.createDownloadLink.url);
  expect([after.status, after.json().state]).toEqual([409, 'QUARANTINED']);
  expect(await files.files.scan()).toBe(0);
});

test('an infected version cannot be made current again by restoring it, and a clean one replaces it', async () => {
  await using files = await runFiles({ scanner: new EicarScanner() });
  const id = await uploaded(files, editor, { name: 'a.com', bytes: eicar });
  await files.files.scan();
  await uploaded(files, editor, { name: 'a.txt', bytes: 'clean' }, { fileId: id });
  expect((await stateOf(files, id)).state).toBe('PENDING');
  await files.files.scan();
  expect((await stateOf(files, id)).state).toBe('AVAILABLE');
  await files.ask(editor, 'mutation ($id: ID!) { restoreVersion(fileId: $id, number: 1) { state } }', { id });
  expect(await stateOf(files, id)).toEqual({ state: 'QUARANTINED', scan: 'INFECTED', downloadUrl: null });
});

test('what is too large to be scanned is declared as not scanned', async () => {
  await using files = await runFiles({ scanner: new EicarScanner(), settings: { unscanned: 'refuse' } });
  const id = await uploaded(files, editor, { name: 'large', bytes: randomBytes(1_000_001) });
  await files.files.scan();
  expect(await stateOf(files, id)).toEqual({ state: 'AVAILABLE', scan: 'NOT_SCANNED', downloadUrl: null });
});

test('a file whose scan breaks off keeps no other in quarantine, and is tried again later', async () => {
  const scanner = new EicarScanner();
  scanner.breaksAt = 'hard to read';
  await using files = await runFiles({ scanner });
  const hard = await uploaded(files, editor, { name: 'hard', bytes: 'hard to read' });
  const others = await Promise.all(
    ['a', 'b', 'c'].map((name) => uploaded(files, editor, { name, bytes: name })),
  );
  const states = () => Promise.all(others.map(async (id) => (await stateOf(files, id)).state));
  // The second look is what the worker does a second after one that failed.
  await expect(files.files.scan()).rejects.toMatchObject({ message: 'The scanner broke off.' });
  await files.files.scan();
  expect(await states()).toEqual(['AVAILABLE', 'AVAILABLE', 'AVAILABLE']);
  expect((await stateOf(files, hard)).state).toBe('PENDING');
  scanner.breaksAt = '\0';
  files.clock.advance(300_000);
  expect(await files.files.scan()).toBe(1);
  expect((await stateOf(files, hard)).state).toBe('AVAILABLE');
});

test('the scan worker looks at what comes by itself', async () => {
  await using files = await runFiles({ scanner: new EicarScanner() });
  await using _workers = files.files.startWorkers();
  const id = await uploaded(files, editor, { name: 'a', bytes: 'a' });
  await eventually(async () => expect((await stateOf(files, id)).scan).toBe('CLEAN'));
});

async function everyByteBelow(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Buffer.concat(await Promise.all(paths.map((path) => readFile(path))));
}

test('nothing that was uploaded can be read on the disk, tails and variants included', async () => {
  await using files = await runFiles();
  const canary = Buffer.from('canary in a coal mine ');
  await uploaded(files, editor, { name: 'a.txt', bytes: Buffer.concat(Array(1_000).fill(canary)) });
  const tus = { 'tus-resumable': '1.0.0' };
  const begun = await files.send(editor, 'POST', '/files/tus', {
    headers: {
      ...tus,
      'upload-length': '1000',
      'upload-metadata': `filename ${Buffer.from('b').toString('base64')}`,
    },
  });
  await files.send(editor, 'PATCH', begun.headers['location'] ?? '', {
    headers: { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: canary,
  });
  const stored = await everyByteBelow(join(files.dataDir, 'objects'));
  expect(stored.byteLength).toBeGreaterThan(22_000);
  expect(stored.includes(canary.subarray(0, 10))).toBe(false);
});

test('each workspace has keys of its own; without them nobody reads its bytes', async () => {
  await using files = await runFiles();
  const id = await uploaded(files, editor, { name: 'a.txt', bytes: 'first' });
  await uploaded(files, member('EDITOR'), { name: 'a.txt', bytes: 'first' });
  const { rows } = await files.relational.query<{ workspaces: number; keys: number }>(
    'SELECT count(DISTINCT workspace_id)::int AS workspaces, count(*)::int AS keys FROM files.data_key',
  );
  expect(rows).toEqual([{ workspaces: 2, keys: 2 }]);
  const { downloadUrl } = await stateOf(files, id);
  await files.relational.query('DELETE FROM files.data_key WHERE workspace_id = $1', [editor.workspaceId]);
  // Another process, which never opened the key.
  const answer = await files.send(stranger, 'GET', downloadUrl, { to: files.build() });
  expect(answer.status).toBe(404);
});

test('when the wrapping key rotates, data keys are wrapped anew and every file stays readable', async () => {
  await using files = await runFiles();
  const id = await uploaded(files, editor, { name: 'a.txt', bytes: 'words' });
  const keyOf = async () =>
    (await files.relational.query<{ id: string }>('SELECT wrapping_key_id AS id FROM files.data_key')).rows[0]
      ?.id;
  const before = await keyOf();
  files.clock.advance(91 * 24 * 3_600_000);
  await files.files.sweep();
  expect(await keyOf()).not.toBe(before);
  expect(await keyOf()).toBe(await files.keyProvider.currentKeyId());
  const { downloadUrl } = await stateOf(files, id);
  expect((await files.send(stranger, 'GET', downloadUrl, { to: files.build() })).bytes.toString()).toBe(
    'words',
  );
});

test('a data key that is lost keeps those of other workspaces from no new wrapping', async () => {
  await using files = await runFiles();
  const wrappedWith = async () =>
    (
      await files.relational.query<{ id: string }>(
        'SELECT wrapping_key_id AS id FROM files.data_key ORDER BY files.data_key.id',
      )
    ).rows.map(({ id }) => id);
  await uploaded(files, editor, { name: 'a.txt', bytes: 'first' });
  await files.relational.query('UPDATE files.data_key SET wrapped = reverse(wrapped)');
  await uploaded(files, member('EDITOR'), { name: 'a.txt', bytes: 'second' });
  const [before] = await wrappedWith();
  files.clock.advance(91 * 24 * 3_600_000);
  await files.files.sweep();
  expect(await wrappedWith()).toEqual([before, await files.keyProvider.currentKeyId()]);
});
