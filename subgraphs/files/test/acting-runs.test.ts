import { newId } from '@tributary/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { form, member, type RunningFiles, runFiles, stranger, uploaded } from './running-files.ts';

const editor = member('EDITOR');
let files: RunningFiles;
beforeAll(async () => {
  files = await runFiles();
});
afterAll(() => files[Symbol.asyncDispose]());

const runsBehind = async (): Promise<readonly unknown[]> =>
  (await files.takeEvents()).filter(({ topic }) => topic === 'files.file').map(({ event }) => event.runid);

test('a file that a run uploads by a form or by tus names the run in its event, and one of a person names none', async () => {
  const runId = newId();
  const acting = { ...editor, runId };
  await files.send(acting, 'POST', '/files/form', form([{ name: 'a.txt', bytes: 'a' }]));
  expect(await runsBehind()).toEqual([runId]);
  const tus = { 'tus-resumable': '1.0.0' };
  const metadata = `filename ${Buffer.from('b.txt').toString('base64')}`;
  const begun = await files.send(acting, 'POST', '/files/tus', {
    headers: { ...tus, 'upload-length': '1', 'upload-metadata': metadata },
  });
  await files.send(acting, 'PATCH', begun.headers['location'] ?? '', {
    headers: { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: Buffer.from('b'),
  });
  expect(await runsBehind()).toEqual([runId]);
  await files.send(editor, 'POST', '/files/form', form([{ name: 'c.txt', bytes: 'c' }]));
  expect(await runsBehind()).toEqual([undefined]);
});

const filesOfRun = `query ($id: ID!, $first: Int, $after: Cursor) { _entities(representations: [{ __typename: "Run", id: $id }]) { ... on Run {
  files(first: $first, after: $after) { totalCount nodes { id name } pageInfo { hasNextPage endCursor } } } } }`;

test('a run tells the files it made and those it gave a new version, page by page, and none in the trash', async () => {
  const acting = { ...editor, runId: newId() };
  const old = await uploaded(files, editor, { name: 'old.txt', bytes: '1' });
  const first = await uploaded(files, acting, { name: 'first.txt', bytes: '1' });
  await uploaded(files, acting, { name: 'old.txt', bytes: '2' }, { fileId: old });
  await uploaded(files, { ...editor, runId: newId() }, { name: 'of another.txt', bytes: '1' });
  const trashed = await uploaded(files, acting, { name: 'trashed.txt', bytes: '1' });
  await files.ask(editor, 'mutation ($id: ID!) { trashFile(id: $id) { id } }', { id: trashed });
  const page = async (after?: string) => {
    const { data } = await files.ask(editor, filesOfRun, { id: acting.runId, first: 1, after });
    return data._entities[0].files;
  };
  const begun = await page();
  expect(begun).toMatchObject({
    totalCount: 2,
    nodes: [{ id: old, name: 'old.txt' }],
    pageInfo: { hasNextPage: true },
  });
  expect(await page(begun.pageInfo.endCursor)).toMatchObject({
    nodes: [{ id: first, name: 'first.txt' }],
    pageInfo: { hasNextPage: false },
  });
});

test('what a run made is told to those who may see the workspace’s files, and to nobody else', async () => {
  const acting = { ...editor, runId: newId() };
  await uploaded(files, acting, { name: 'seen.txt', bytes: '1' });
  const viewer = member('VIEWER', editor.workspaceId);
  const seen = (as: Parameters<typeof files.ask>[0], id: unknown = acting.runId) =>
    files.ask(as, filesOfRun, { id });
  expect((await seen(viewer)).data._entities[0].files.nodes).toMatchObject([{ name: 'seen.txt' }]);
  expect((await seen(member('OWNER'))).data._entities[0].files).toMatchObject({ totalCount: 0, nodes: [] });
  expect((await seen(viewer, 'no id')).data._entities).toEqual([null]);
  const key = { ...viewer, kind: 'apiKey' as const };
  expect(await seen({ ...key, scopes: ['jobs:read'] })).toMatchObject({
    code: 'FORBIDDEN',
    data: { _entities: [{ files: null }] },
  });
  expect((await seen({ ...key, scopes: ['jobs:read', 'files:read'] })).code).toBeUndefined();
  expect((await seen(stranger)).code).toBe('UNAUTHENTICATED');
});
