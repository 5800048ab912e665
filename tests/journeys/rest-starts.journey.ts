import { beforeAll, expect, inject, test, vi } from 'vitest';
import { newWorkspace } from '../security/newcomers.ts';
import { type RestCaller, restCaller } from './rest-requests.ts';

const { url } = inject('product');

vi.setConfig({ testTimeout: 60_000 });

let authorization = '';
let send: RestCaller;
beforeAll(async () => {
  const { owner } = await newWorkspace(url);
  authorization = owner.ask.authorization ?? '';
  send = restCaller(url, { authorization });
});

test('folders are made, renamed, moved and removed over REST, and what a person can mend is a problem', async () => {
  const outer = await send('POST', '/v1/folders', { name: 'Reports' });
  expect(outer).toMatchObject({ status: 201, json: { name: 'Reports', parentId: null } });
  const { id } = outer.json;
  expect(outer.headers.get('location')).toBe(`/v1/folders/${id}`);
  const inner = await send('POST', '/v1/folders', { name: '2026', parentId: id });
  const listed = await send('GET', `/v1/folders?parentId=${id}`);
  expect(listed.json).toMatchObject([{ id: inner.json.id, name: '2026' }]);
  const etag = (await send('GET', `/v1/folders/${id}`)).headers.get('etag') ?? '';
  const renamed = await send('PATCH', `/v1/folders/${id}`, { name: 'All reports' }, { 'if-match': etag });
  expect(renamed).toMatchObject({ status: 200, json: { name: 'All reports', version: 2 } });
  expect(await send('PATCH', `/v1/folders/${id}`, { name: 'Late' }, { 'if-match': etag })).toMatchObject({
    status: 412,
  });
  expect(await send('PATCH', `/v1/folders/${id}`, { parentId: inner.json.id })).toMatchObject({
    status: 409,
    json: { code: 'FOLDER_CYCLE' },
  });
  expect(await send('DELETE', `/v1/folders/${id}`)).toMatchObject({
    status: 409,
    json: { code: 'FOLDER_NOT_EMPTY' },
  });
  const top = await send('PATCH', `/v1/folders/${inner.json.id}`, { name: 'Top', parentId: null });
  expect(top.json).toMatchObject({ name: 'Top', parentId: null });
  expect((await send('DELETE', `/v1/folders/${id}`)).status).toBe(204);
  expect((await send('GET', `/v1/folders/${id}`)).status).toBe(404);
});

async function uploaded(text: string, fileId?: string): Promise<string> {
  const form = new FormData();
  if (fileId !== undefined) form.set('fileId', fileId);
  form.set('file', new Blob([text]), 'notes.txt');
  const answer = await fetch(`${url}/files/form`, { method: 'POST', headers: { authorization }, body: form });
  return ((await answer.json()) as { files: { id: string }[] }).files[0]?.id ?? '';
}

test('versions of a file are listed and made current again over REST, and a download URL ends before its time', async () => {
  const id = await uploaded('one');
  await uploaded('two', id);
  const { json: versions } = await send('GET', `/v1/files/${id}/versions`);
  expect(versions.map(({ number }: { number: number }) => number)).toEqual([2, 1]);
  const bytes = async (path: string): Promise<string> => (await fetch(new URL(path, url))).text();
  expect(await bytes(versions[1].downloadUrl)).toBe('one');
  expect(await send('POST', `/v1/files/${id}/versions/9/restore`)).toMatchObject({ status: 404 });
  expect((await send('POST', `/v1/files/${id}/versions/1/restore`)).status).toBe(200);
  const { downloadUrl } = (await send('GET', `/v1/files/${id}/download`)).json;
  expect(await bytes(downloadUrl)).toBe('one');
  const revoke = () => send('DELETE', `/v1/download-urls?url=${encodeURIComponent(downloadUrl)}`);
  expect(await revoke()).toMatchObject({ status: 200, json: { fileId: id } });
  expect((await fetch(new URL(downloadUrl, url))).ok).toBe(false);
  expect((await revoke()).status).toBe(200);
  expect((await send('DELETE', '/v1/download-urls?url=/files/d/nothing.at-all')).status).toBe(404);
});

test('triggers are made, changed and removed over REST, and a path that no event has is told with those there are', async () => {
  const { json: topics } = await send('GET', '/v1/trigger-topics');
  expect(topics).toContainEqual(expect.objectContaining({ name: 'files.file' }));
  const body = {
    name: 'rest',
    job: 'import-dataset',
    topic: 'files.file',
    input: { fromEvent: 'data.name' },
  };
  expect(await send('POST', '/v1/triggers', body)).toMatchObject({
    status: 400,
    json: { code: 'BAD_USER_INPUT', path: 'data.name', known: expect.arrayContaining(['data.after']) },
  });
  const made = await send('POST', '/v1/triggers', { ...body, input: { file: { fromEvent: 'data.id' } } });
  expect(made).toMatchObject({ status: 201, json: { enabled: true, runsPerMinute: 1_000, passedOver: 0 } });
  const path = `/v1/triggers/${made.json.id}`;
  expect(await send('POST', '/v1/triggers', { ...body, input: {} })).toMatchObject({ status: 400 });
  expect((await send('PATCH', path, { enabled: false, runsPerMinute: 5 })).json).toMatchObject({
    enabled: false,
    runsPerMinute: 5,
  });
  expect((await send('GET', '/v1/triggers')).json).toMatchObject([{ id: made.json.id, enabled: false }]);
  expect((await send('DELETE', path)).status).toBe(204);
  expect((await send('DELETE', path)).status).toBe(404);
  expect((await send('GET', '/v1/triggers')).json).toEqual([]);
});

test('hooks are made, changed and removed over REST, and their secret is shown once and kept for no key', async () => {
  const body = { name: 'partner', job: 'import-dataset' };
  const key = { 'idempotency-key': 'one' };
  expect(await send('POST', '/v1/hooks', body, key)).toMatchObject({
    status: 400,
    json: { code: 'BAD_REQUEST', parameter: 'Idempotency-Key' },
  });
  expect((await send('GET', '/v1/hooks')).json).toEqual([]);
  const made = await send('POST', '/v1/hooks', body);
  expect(made).toMatchObject({ status: 201, json: { secret: expect.stringMatching(/^whsec_/) } });
  const { id } = made.json.hook;
  const rotated = await send('POST', `/v1/hooks/${id}/secret?keepOldForMs=0`);
  expect(rotated.json.secret).toMatch(/^whsec_/);
  expect(rotated.json.secret).not.toBe(made.json.secret);
  expect((await send('PATCH', `/v1/hooks/${id}`, { enabled: false })).json).toMatchObject({ enabled: false });
  const listed = await send('GET', '/v1/hooks');
  expect(listed.json).toMatchObject([{ id, name: 'partner', secrets: [{ expiresAt: null }] }]);
  expect(JSON.stringify(listed.json)).not.toContain('whsec_');
  expect(await send('POST', '/v1/hooks', body)).toMatchObject({ status: 409, json: { code: 'CONFLICT' } });
  expect((await send('DELETE', `/v1/hooks/${id}`)).status).toBe(204);
  expect((await send('GET', '/v1/hooks')).json).toEqual([]);
});
