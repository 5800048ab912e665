import { noWorkspaceId, type Principal } from '@tributary/subgraph-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { member, type RunningFiles, runFiles, stranger, uploaded } from './running-files.ts';

const editor = member('EDITOR');
const outsider = member('OWNER');
let files: RunningFiles;
let id: string;
let folderId: string;

beforeAll(async () => {
  files = await runFiles();
  folderId = (await files.ask(editor, 'mutation { createFolder(input: { name: "f" }) { id } }')).data
    .createFolder.id;
  id = await uploaded(files, editor, { name: 'secret.txt', bytes: 'secret' }, { folderId });
});
afterAll(() => files[Symbol.asyncDispose]());

const key = (scopes: readonly string[]): Principal => ({
  ...member('EDITOR', editor.workspaceId),
  kind: 'apiKey',
  scopes,
});

test.each([
  'renameFile(id: $id, name: "x") { id }',
  'moveFile(id: $id) { id }',
  'setFileMetadata(id: $id, metadata: {}) { id }',
  'restoreVersion(fileId: $id, number: 1) { id }',
  'trashFile(id: $id) { id }',
  'restoreFile(id: $id) { id }',
  'deleteFile(id: $id) { id }',
  'createDownloadLink(input: { fileId: $id }) { url }',
  'createUpload(input: { name: "a", sizeBytes: 1, fileId: $id }) { __typename }',
])('what is of another workspace is not there to be changed: %s', async (mutation) => {
  expect((await files.ask(outsider, `mutation ($id: ID!) { ${mutation} }`, { id })).code).toBe('NOT_FOUND');
});

test.each([
  'renameFolder(id: $id, name: "x") { id }',
  'moveFolder(id: $id) { __typename }',
  'deleteFolder(id: $id) { __typename }',
  'createFolder(input: { name: "x", parentId: $id }) { id }',
  'createUpload(input: { name: "a", sizeBytes: 1, folderId: $id }) { __typename }',
])('nor are its folders: %s', async (mutation) => {
  expect((await files.ask(outsider, `mutation ($id: ID!) { ${mutation} }`, { id: folderId })).code).toBe(
    'NOT_FOUND',
  );
});

test('what is of another workspace is not there to be read, by any way in', async () => {
  const { data } = await files.ask(
    outsider,
    `query ($id: ID!, $folder: ID!) {
      file(id: $id) { name } folder(id: $folder) { name } files { totalCount nodes { id } } folders { nodes { id } }
      workspaceUsage { usedBytes files }
      _entities(representations: [{ __typename: "File", id: $id }, { __typename: "Folder", id: $folder }, { __typename: "File", id: "x" }]) { __typename }
    }`,
    { id, folder: folderId },
  );
  expect(data).toEqual({
    file: null,
    folder: null,
    files: { totalCount: 0, nodes: [] },
    folders: { nodes: [] },
    workspaceUsage: { usedBytes: 0, files: 0 },
    _entities: [null, null, null],
  });
  expect(
    (
      await files.ask(outsider, 'query ($id: ID!) { folders(parentId: $id) { nodes { id } } }', {
        id: folderId,
      })
    ).code,
  ).toBe('NOT_FOUND');
  expect(
    (await files.ask(outsider, 'query ($id: ID!) { downloadLinks(fileId: $id) { nodes { id } } }', { id }))
      .code,
  ).toBe('NOT_FOUND');
});

test('entities are entered by their key, and only by those who may see them', async () => {
  const query =
    'query ($id: ID!) { _entities(representations: [{ __typename: "File", id: $id, name: "forged" }]) { ... on File { name sha256 } } }';
  const viewer = member('VIEWER', editor.workspaceId);
  const { data } = await files.ask(viewer, query, { id });
  expect(data._entities).toEqual([{ name: 'secret.txt', sha256: expect.any(String) }]);
  expect((await files.ask({ ...viewer, role: null }, query, { id })).code).toBe('FORBIDDEN');
  expect((await files.ask(stranger, query, { id })).code).toBe('UNAUTHENTICATED');
  expect((await files.ask({ ...viewer, workspaceId: noWorkspaceId }, query, { id })).data._entities).toEqual([
    null,
  ]);
});

describe('a role', () => {
  test('VIEWER reads and follows links, and changes nothing', async () => {
    const viewer = member('VIEWER', editor.workspaceId);
    const { data } = await files.ask(viewer, '{ files { nodes { name downloadUrl } } }');
    const [{ name, downloadUrl }] = data.files.nodes;
    expect(name).toBe('secret.txt');
    expect((await files.send(stranger, 'GET', downloadUrl)).bytes.toString()).toBe('secret');
    for (const mutation of [
      'renameFile(id: $id, name: "x") { id }',
      'trashFile(id: $id) { id }',
      'createDownloadLink(input: { fileId: $id }) { url }',
    ])
      expect((await files.ask(viewer, `mutation ($id: ID!) { ${mutation} }`, { id })).code).toBe('FORBIDDEN');
    expect((await files.send(viewer, 'POST', '/files/form')).json().code).toBe('FORBIDDEN');
  });

  test('of a key holds within its scopes', async () => {
    expect((await files.ask(key(['files:read']), '{ files { totalCount } }')).data.files.totalCount).toBe(1);
    expect((await files.ask(key(['data:read']), '{ files { totalCount } }')).code).toBe('FORBIDDEN');
    const rename = 'mutation ($id: ID!) { renameFile(id: $id, name: "secret.txt") { id } }';
    expect((await files.ask(key(['files:read']), rename, { id })).code).toBe('FORBIDDEN');
    expect((await files.ask(key(['files:read', 'files:write']), rename, { id })).code).toBeUndefined();
  });

  test('that is refused an upload leaves a trace for the audit log', async () => {
    const viewer = member('VIEWER', editor.workspaceId);
    // Those of the tests before are recorded after their answers.
    await files.refusals.settled();
    await files.takeEvents();
    await files.send(viewer, 'POST', '/files/tus', {
      headers: { 'tus-resumable': '1.0.0', 'upload-length': '1' },
    });
    await files.refusals.settled();
    expect((await files.takeEvents()).map(({ event }) => event.data)).toMatchObject([
      { coordinate: 'POST /files/tus', code: 'FORBIDDEN', principalId: viewer.id },
    ]);
  });
});

test('a call or a request without the gateway’s assertion is refused', async () => {
  const { errors } = await files.files.execute({
    query: '{ files { totalCount } }',
    assertion: undefined,
    requestId: 'r',
  });
  expect(errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  const { url } = await files.serve();
  const answer = await fetch(`${url}/files/form`, { method: 'POST' });
  expect(answer.status).toBe(401);
});

test('changes are followed by those of the workspace for whom `where` holds', async () => {
  await files.takeEvents();
  await files.ask(editor, 'mutation ($id: ID!) { renameFile(id: $id, name: "seen.txt") { id } }', { id });
  const [{ event } = { event: undefined }] = await files.takeEvents();
  if (event === undefined) throw new Error('no event');
  const stream = { event, cursor: 'c' };
  const query = `subscription ($where: FileWhere) { fileChanged(where: $where) { cursor kind changedFields file { name } previous { name } changedBy } }`;
  const seen = await files.ask(editor, query, { where: { name: { startsWith: 'seen' } } }, stream);
  expect(seen.data.fileChanged).toEqual({
    cursor: 'c',
    kind: 'UPDATED',
    changedFields: ['name'],
    file: { name: 'seen.txt' },
    previous: { name: 'secret.txt' },
    changedBy: editor.id,
  });
  expect(
    (await files.ask(editor, query, { where: { name: { eq: 'other' } } }, stream)).data.fileChanged,
  ).toBeNull();
  expect(
    (await files.ask(editor, query, { where: { metadata: [{ key: 'a', eq: 1 }] } }, stream)).data.fileChanged,
  ).toBeNull();
  expect((await files.ask(outsider, query, {}, stream)).data.fileChanged).toBeNull();
  expect((await files.ask(stranger, query, {}, stream)).code).toBe('UNAUTHENTICATED');
  expect((await files.ask(editor, query, { where: { name: {} } })).code).toBe('BAD_USER_INPUT');
});
