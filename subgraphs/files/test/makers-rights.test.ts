import { newId } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { takeRights } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { member, type RunningFiles, runFiles, stranger, uploaded } from './running-files.ts';

const workspaceId = newId();
const scopes = ['files:read', 'files:write'];
const losses = [
  ['removed', {}],
  ['demoted', {}],
  ['revoked', { kind: 'apiKey', scopes }],
  ['expired', { kind: 'apiKey', scopes }],
] as const;
const gone = losses.filter(([loss]) => loss !== 'demoted');

let files: RunningFiles;
beforeAll(async () => {
  files = await runFiles();
});
afterAll(() => files[Symbol.asyncDispose]());

const maker = (kind: Partial<Principal>): Principal => ({ ...member('EDITOR', workspaceId), ...kind });
const colleague = member('EDITOR', workspaceId);

async function linked(as: Principal, id: string): Promise<string> {
  const text = 'mutation ($id: ID!) { createDownloadLink(input: { fileId: $id }) { url } }';
  const { data, errors } = await files.ask(as, text, { id });
  if (data === null) throw new Error(JSON.stringify(errors));
  return data.createDownloadLink.url;
}

test.each(gone)('a link ends when whoever made it is %s, and those of others go on', async (loss, kind) => {
  const who = maker(kind);
  const id = await uploaded(files, who, { name: 'plan.txt', bytes: 'a plan' });
  const [theirs, ours] = [await linked(who, id), await linked(colleague, id)];
  const status = async (url: string) => (await files.send(stranger, 'GET', url)).status;
  expect([await status(theirs), await status(ours)]).toEqual([200, 200]);
  await takeRights(files.relational, who, loss);
  expect([await status(theirs), await status(ours)]).toEqual([404, 200]);
  // One that was asked for with a credential that was outdated by its commit.
  expect(await status(await linked(who, id))).toBe(404);
  const list = '($id: ID!) { downloadLinks(fileId: $id) { nodes { url } } }';
  const { data } = await files.ask(colleague, `query ${list}`, { id });
  expect(data.downloadLinks.nodes).toEqual([{ url: ours }]);
});

test.each(losses)('bytes become no file when whoever began is %s before their end', async (loss, kind) => {
  const who = maker(kind);
  const text = `mutation ($input: CreateUploadInput!) { createUpload(input: $input) { ... on UploadCreated { id url } } }`;
  const input = { name: 'a.txt', sizeBytes: 3, contentType: 'text/plain' };
  const { data } = await files.ask(who, text, { input });
  const { id, url } = data.createUpload;
  await takeRights(files.relational, who, loss);
  const headers = { 'content-type': 'text/plain' };
  expect((await files.send(stranger, 'PUT', url, { headers, body: Buffer.from('abc') })).status).toBe(204);
  const complete = 'mutation ($id: ID!) { completeUpload(id: $id) { __typename } }';
  expect((await files.ask(who, complete, { id })).code).toBe('FORBIDDEN');
  await expect(uploaded(files, who, { name: 'b.txt', bytes: 'abc' })).rejects.toThrow('403');
  const { rows } = await files.relational.query('SELECT FROM files.file WHERE created_by = $1', [who.id]);
  expect(rows).toEqual([]);
});
