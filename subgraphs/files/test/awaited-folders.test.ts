import { afterAll, beforeAll, expect, test } from 'vitest';
import { member, type RunningFiles, runFiles } from './running-files.ts';

const editor = member('EDITOR');
let files: RunningFiles;
beforeAll(async () => {
  files = await runFiles();
});
afterAll(() => files[Symbol.asyncDispose]());

async function folder(name: string): Promise<string> {
  const { data } = await files.ask(
    editor,
    'mutation ($input: CreateFolderInput!) { createFolder(input: $input) { id } }',
    { input: { name } },
  );
  return data.createFolder.id;
}

async function removed(id: string): Promise<{ readonly __typename: string; readonly message?: string }> {
  const { data } = await files.ask(
    editor,
    'mutation ($id: ID!) { deleteFolder(id: $id) { __typename ... on Failure { message } } }',
    { id },
  );
  return data.deleteFolder;
}

test('a folder is not empty while a URL takes bytes for it', async () => {
  const id = await folder('awaited');
  const remove = () => removed(id);
  const input = { name: 'a.bin', sizeBytes: 1, folderId: id };
  const { data } = await files.ask(
    editor,
    'mutation ($input: CreateUploadInput!) { createUpload(input: $input) { ... on UploadCreated { id } } }',
    { input },
  );
  expect(await remove()).toEqual({
    __typename: 'FolderNotEmpty',
    message: expect.stringContaining('being uploaded'),
  });
  await files.relational.query("UPDATE files.upload SET expires_at = '2000-01-01' WHERE id = $1", [
    data.createUpload.id,
  ]);
  expect((await remove()).__typename).toBe('FolderDeleted');
});

test('a folder is not empty while bytes come for it, and an upload that was left is nothing in it', async () => {
  const id = await folder('written');
  const remove = () => removed(id);
  const metadata = Object.entries({ filename: 'a.bin', folderId: id }).map(
    ([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`,
  );
  const made = await files.send(editor, 'POST', '/files/tus', {
    headers: { 'tus-resumable': '1.0.0', 'upload-length': '10', 'upload-metadata': metadata.join(',') },
  });
  expect(made.status).toBe(201);
  const hold = (until: string) =>
    files.relational.query(
      `UPDATE files.upload SET lease_token = gen_random_uuid(), lease_until = now() + $2::interval WHERE folder_id = $1`,
      [id, until],
    );
  await hold('1 minute');
  expect((await remove()).__typename).toBe('FolderNotEmpty');
  await hold('-1 s');
  expect((await remove()).__typename).toBe('FolderDeleted');
});
