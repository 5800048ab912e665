import { randomUUID } from 'node:crypto';
import type { Principal } from '@tributary/subgraph-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, member, type RunningFiles, runFiles, stranger } from './running-files.ts';

const editor = member('EDITOR');
let files: RunningFiles;
beforeAll(async () => {
  files = await runFiles();
});
afterAll(() => files[Symbol.asyncDispose]());

const create = `mutation ($input: CreateUploadInput!) { createUpload(input: $input) {
  ... on UploadCreated { id url } ... on QuotaExceeded { message } } }`;
const complete = `mutation ($id: ID!) { completeUpload(id: $id) {
  ... on UploadCompleted { file { id name sizeBytes } } ... on Failure { message } } }`;
const usage = '{ workspaceUsage { usedBytes } }';

interface Kept {
  readonly text: string;
  readonly key?: string | null;
  readonly name?: string;
  readonly as?: Principal;
  /** Another installation than the file's. */
  readonly on?: RunningFiles;
}

/** An upload by a presigned PUT up to its last byte; answers what completes it. */
async function put(upload: Kept): Promise<() => Promise<Answer>> {
  const { text, key = null, name = 'a.txt', as = editor, on = files } = upload;
  const input = { name, sizeBytes: Buffer.byteLength(text), idempotencyKey: key };
  const { id, url } = (await on.ask(as, create, { input })).data.createUpload;
  const sent = await on.send(stranger, 'PUT', url, { body: Buffer.from(text) });
  expect(sent.status).toBe(204);
  return () => on.ask(as, complete, { id });
}

async function kept(upload: Kept): Promise<{ readonly id: string; readonly sizeBytes: number }> {
  return (await (await put(upload))()).data.completeUpload.file;
}

async function byTus(text: string, key: string): Promise<string | undefined> {
  const metadata = Object.entries({ filename: 'a.txt', idempotencyKey: key })
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',');
  const headers = { 'tus-resumable': '1.0.0' };
  const begun = await files.send(editor, 'POST', '/files/tus', {
    headers: {
      ...headers,
      'upload-length': String(Buffer.byteLength(text)),
      'upload-metadata': metadata,
      'content-type': 'application/offset+octet-stream',
    },
    body: Buffer.from(text),
  });
  expect(begun.status).toBe(201);
  return begun.headers['tributary-file-id'];
}

test('uploads with one key become one file, by whichever way they come', async () => {
  const key = randomUUID();
  const first = await kept({ text: 'the first', key });
  await files.takeEvents();
  const before = (await files.ask(editor, usage)).data;
  expect(await kept({ text: 'another attempt', key, name: 'b.txt' })).toEqual(first);
  expect(await byTus('and a third', key)).toBe(first.id);
  expect(await files.takeEvents()).toEqual([]);
  expect((await files.ask(editor, usage)).data).toEqual(before);
});

test('of uploads with one key that end at the same moment one makes the file, and all answer it', async () => {
  const key = randomUUID();
  const ends = await Promise.all(Array.from({ length: 4 }, (_, at) => put({ text: `attempt ${at}`, key })));
  const answers = await Promise.all(ends.map((end) => end()));
  const ids = answers.map(({ data }) => data.completeUpload.file.id);
  expect(new Set(ids).size).toBe(1);
  // Each answers it again when it is asked again.
  expect((await ends[2]?.())?.data.completeUpload.file.id).toBe(ids[0]);
});

test('what a later upload brought is forgotten, and the file keeps its bytes', async () => {
  await using on = await runFiles();
  const key = randomUUID();
  await kept({ text: 'the first', key, on });
  const before = await on.keys();
  await kept({ text: 'another', key, on });
  on.clock.advance(3_600_000);
  await on.files.sweep();
  expect(await on.keys()).toEqual(before);
});

test('a key is its maker’s: another member’s upload with it, and one without, are files of their own', async () => {
  const key = randomUUID();
  const uploads: readonly Kept[] = [
    { text: 'mine', key },
    { text: 'my colleague’s', key, as: member('EDITOR', editor.workspaceId) },
    { text: 'a stranger’s', key, as: member('EDITOR') },
    { text: 'without' },
    { text: 'without' },
  ];
  const ids = new Set<string>();
  for (const upload of uploads) ids.add((await kept(upload)).id);
  expect(ids.size).toBe(uploads.length);
});

test('a key ends with its file: in the trash it is answered, removed for good another is made', async () => {
  const key = randomUUID();
  const { id } = await kept({ text: 'the first', key });
  await files.ask(editor, 'mutation ($id: ID!) { trashFile(id: $id) { id } }', { id });
  expect((await kept({ text: 'again', key })).id).toBe(id);
  await files.ask(
    member('ADMIN', editor.workspaceId),
    'mutation ($id: ID!) { deleteFile(id: $id) { __typename } }',
    {
      id,
    },
  );
  expect((await kept({ text: 'again', key })).id).not.toBe(id);
});

test('a key that is none, or for a new version, is refused before any byte', async () => {
  const { id } = await kept({ text: 'a file' });
  for (const input of [
    { idempotencyKey: '' },
    { idempotencyKey: 'x'.repeat(401) },
    { idempotencyKey: 'run', fileId: id },
  ])
    expect(await files.ask(editor, create, { input: { name: 'a', sizeBytes: 1, ...input } })).toMatchObject({
      code: 'BAD_USER_INPUT',
    });
});
