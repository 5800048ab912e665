import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { member, type RunningFiles, runFiles, stranger } from './running-files.ts';
import { awayFor } from './store-with.ts';

const editor = member('EDITOR');
let isAway = false;
let files: RunningFiles;
beforeAll(async () => {
  files = await runFiles({
    objects: awayFor('delete', () => isAway),
  });
});
afterAll(() => files[Symbol.asyncDispose]());

const create = `mutation ($size: Float!) { createUpload(input: { name: "a.bin", sizeBytes: $size }) {
  ... on UploadCreated { id url } } }`;
const complete = 'mutation ($id: ID!) { completeUpload(id: $id) { ... on UploadCompleted { file { id } } } }';
const cancel = 'mutation ($id: ID!) { cancelUpload(id: $id) { id } }';

async function begun(size: number): Promise<{ readonly id: string; readonly url: string }> {
  return (await files.ask(editor, create, { size })).data.createUpload;
}
const reserved = async (): Promise<number> =>
  (await files.ask(editor, '{ workspaceUsage { reservedBytes } }')).data.workspaceUsage.reservedBytes;
const put = (url: string, bytes: Buffer) => files.send(stranger, 'PUT', url, { body: new Uint8Array(bytes) });

test('the URL of an upload that is cancelled takes nothing, and what was reserved for it is free at once', async () => {
  const { id, url } = await begun(10_000);
  expect(await reserved()).toBe(10_000);
  expect((await files.ask(editor, cancel, { id })).data).toEqual({ cancelUpload: { id } });
  expect(await reserved()).toBe(0);
  const refused = await put(url, randomBytes(10_000));
  expect([refused.status, refused.json().code]).toEqual([404, 'NOT_FOUND']);
  expect((await files.ask(editor, complete, { id })).code).toBe('NOT_FOUND');
  expect((await files.ask(editor, cancel, { id })).code).toBe('NOT_FOUND');
});

test('bytes that came already go with their upload; where the store is away meanwhile, with the next sweep', async () => {
  const before = await files.keys();
  for (const away of [false, true]) {
    const { id, url } = await begun(10_000);
    expect((await put(url, randomBytes(10_000))).status).toBe(204);
    isAway = away;
    expect((await files.ask(editor, cancel, { id })).code).toBeUndefined();
    isAway = false;
    expect((await files.keys()).length - before.length).toBe(away ? 1 : 0);
  }
  files.clock.advance(3_600_000);
  await files.files.sweep();
  expect(await files.keys()).toEqual(before);
});

test.each([10_000, 20_000_000])(
  'a PUT of %i bytes that is under way is told of it, and leaves nothing',
  async (size) => {
    const before = await files.keys();
    const { id, url } = await begun(size);
    const bytes = randomBytes(size);
    async function* sent() {
      yield bytes.subarray(0, size / 2);
      await files.ask(editor, cancel, { id });
      yield bytes.subarray(size / 2);
    }
    const headers = { 'content-length': String(size) };
    const answer = await files.send(stranger, 'PUT', url, { headers, body: Readable.from(sent()) });
    expect([answer.status, answer.json().code]).toEqual([404, 'NOT_FOUND']);
    expect(await reserved()).toBe(0);
    // Parts that came in between are of an upload that no row knows: the store's own, kept for a day.
    files.clock.advance(27 * 3_600_000);
    await files.files.sweep();
    expect(await files.keys()).toEqual(before);
    expect(await files.store.unfinishedUploads(files.clock.now(), 10)).toEqual([]);
  },
);

test('what is a file already is not cancelled, and nobody cancels an upload of somebody else', async () => {
  const { id, url } = await begun(10);
  for (const other of [member('OWNER', editor.workspaceId), member('EDITOR')])
    expect((await files.ask(other, cancel, { id })).code).toBe('NOT_FOUND');
  expect((await files.ask(member('VIEWER', editor.workspaceId), cancel, { id })).code).toBe('FORBIDDEN');
  expect((await put(url, randomBytes(10))).status).toBe(204);
  const file = (await files.ask(editor, complete, { id })).data.completeUpload.file;
  expect((await files.ask(editor, cancel, { id })).code).toBe('STATE_CONFLICT');
  expect((await files.ask(editor, 'query ($id: ID!) { file(id: $id) { id } }', file)).data).toEqual({ file });
});
