import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { form, member, runFiles, stranger, uploaded } from './running-files.ts';
import { awayFor } from './store-with.ts';

const hourMs = 3_600_000;
const tusHeaders = { 'tus-resumable': '1.0.0' };
const named = { 'upload-metadata': `filename ${Buffer.from('a.bin').toString('base64')}` };

test('uploads whose time is over are swept with all they held; those under way are not', async () => {
  await using files = await runFiles();
  const editor = member('EDITOR');
  const begin = async (sizeBytes: number, sent: number): Promise<string> => {
    const headers = { ...tusHeaders, ...named, 'upload-length': String(sizeBytes) };
    const location = (await files.send(editor, 'POST', '/files/tus', { headers })).headers['location'] ?? '';
    const patch = { ...tusHeaders, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
    await files.send(editor, 'PATCH', location, { headers: patch, body: randomBytes(sent) });
    return location;
  };
  await begin(20_000_000, 10_000_000);
  await begin(1_000, 500);
  files.clock.advance(20 * hourMs);
  const young = await begin(1_000, 500);
  expect(await files.keys()).toHaveLength(3);
  expect(await files.files.sweep()).toMatchObject({ uploads: 0, objects: 0 });
  files.clock.advance(5 * hourMs);
  expect(await files.files.sweep()).toMatchObject({ uploads: 2 });
  expect(await files.keys()).toHaveLength(1);
  expect(await files.store.unfinishedUploads(files.clock.now() + hourMs, 10)).toEqual([]);
  const head = await files.send(editor, 'HEAD', young, { headers: tusHeaders });
  expect(head.headers['upload-offset']).toBe('500');
});

test('an object that no row names is an orphan and is gone within the hour; files keep theirs', async () => {
  await using files = await runFiles();
  const editor = member('EDITOR');
  await uploaded(files, editor, { name: 'a', bytes: 'a' });
  const kept = await files.keys();
  const orphan = kept[0]?.replace(/[^/]+$/, '01938f6e-0000-7000-8000-000000000000') ?? '';
  await files.store.put({ key: orphan, body: Buffer.from('orphan'), contentType: 'text/plain' });
  // So young an object may be that of an upload whose row is about to name it.
  expect(await files.files.sweep()).toMatchObject({ objects: 0 });
  files.clock.advance(hourMs);
  expect(await files.files.sweep()).toMatchObject({ objects: 1 });
  expect(await files.keys()).toEqual(kept);
});

test('in a store where another database has files nothing is an orphan, until that one is gone for good', async () => {
  await using files = await runFiles();
  const editor = member('EDITOR');
  await uploaded(files, editor, { name: 'a', bytes: 'a' });
  const [kept = ''] = await files.keys();
  const foreign = kept.replace(/[^/]+$/, '01938f6e-0000-7000-8000-000000000000');
  await files.store.put({ key: foreign, body: Buffer.from('foreign'), contentType: 'text/plain' });
  const owner = `files-of/${'0'.repeat(32)}`;
  await files.store.put({ key: owner, body: Buffer.from('{}'), contentType: 'application/json' });
  files.clock.advance(48 * hourMs);
  expect(await files.files.sweep()).toMatchObject({ objects: 0, isOwner: false });
  expect(await files.keys()).toContain(foreign);
  await files.store.delete(owner);
  expect(await files.files.sweep()).toMatchObject({ objects: 1, isOwner: true });
  expect(await files.files.sweep()).toMatchObject({ objects: 0, isOwner: true });
  expect(await files.keys()).toEqual([kept]);
});

test('a file is removed when its rows are, also while the store is away; the sweeper removes what that keeps', async () => {
  let isAway = false;
  await using files = await runFiles({
    objects: awayFor('delete', () => isAway),
  });
  const editor = member('EDITOR');
  const id = await uploaded(files, editor, { name: 'a', bytes: 'a' });
  await files.ask(editor, 'mutation ($id: ID!) { trashFile(id: $id) { id } }', { id });
  isAway = true;
  const removed = await files.ask(editor, 'mutation ($id: ID!) { deleteFile(id: $id) { id } }', { id });
  expect([removed.code, removed.data?.deleteFile]).toEqual([undefined, { id }]);
  expect((await files.ask(editor, 'query ($id: ID!) { file(id: $id) { id } }', { id })).data.file).toBeNull();
  expect(await files.keys()).toHaveLength(1);
  isAway = false;
  files.clock.advance(hourMs);
  expect(await files.files.sweep()).toMatchObject({ objects: 1 });
  expect(await files.keys()).toEqual([]);
});

test('a store that is away fails uploads with a code that says so, and no file comes of it', async () => {
  let isAway = true;
  await using files = await runFiles({
    objects: awayFor('put', () => isAway),
  });
  const editor = member('EDITOR');
  const refused = await files.send(editor, 'POST', '/files/form', form([{ name: 'a', bytes: 'a' }]));
  expect([refused.status, refused.json().code]).toEqual([503, 'ENGINE_UNAVAILABLE']);
  expect((await files.ask(editor, '{ files { totalCount } workspaceUsage { reservedBytes } }')).data).toEqual(
    {
      files: { totalCount: 0 },
      workspaceUsage: { reservedBytes: 0 },
    },
  );
  isAway = false;
  await uploaded(files, editor, { name: 'a', bytes: 'a' });
});

test('what lay in the trash for 30 days is removed for good, and told of', async () => {
  await using files = await runFiles();
  const editor = member('EDITOR');
  const id = await uploaded(files, editor, { name: 'a', bytes: 'a' });
  await files.ask(editor, 'mutation ($id: ID!) { trashFile(id: $id) { id } }', { id });
  files.clock.advance(29 * 24 * hourMs);
  expect(await files.files.sweep()).toMatchObject({ trashed: 0 });
  files.clock.advance(2 * 24 * hourMs);
  await files.takeEvents();
  expect(await files.files.sweep()).toMatchObject({ trashed: 1 });
  expect(await files.keys()).toEqual([]);
  expect((await files.takeEvents()).map(({ event }) => [event.type, event.actorkind])).toEqual([
    ['files.file.deleted', 'service'],
  ]);
});

test('a workspace takes what its quota allows: uploads reserve it, and two at once cannot overrun it', async () => {
  await using files = await runFiles({ settings: { quotaBytes: 1_000 } });
  const editor = member('EDITOR');
  await uploaded(files, editor, { name: 'a', bytes: 'x'.repeat(400) });
  const begin = async (size: number) => {
    const headers = { ...tusHeaders, ...named, 'upload-length': String(size) };
    return files.send(editor, 'POST', '/files/tus', { headers });
  };
  const statuses = (await Promise.all([begin(500), begin(500), begin(500)])).map(({ status }) => status);
  expect(statuses.sort()).toEqual([201, 413, 413]);
  const usage = (await files.ask(editor, '{ workspaceUsage { usedBytes reservedBytes quotaBytes } }')).data
    .workspaceUsage;
  expect(usage).toEqual({ usedBytes: 400, reservedBytes: 500, quotaBytes: 1_000 });
  const create = `mutation { createUpload(input: { name: "b", sizeBytes: 101 }) { ... on QuotaExceeded { message usedBytes quotaBytes } } }`;
  expect((await files.ask(editor, create)).data.createUpload).toEqual({
    message: expect.stringContaining('no room'),
    usedBytes: 900,
    quotaBytes: 1_000,
  });
  const over = await files.send(editor, 'POST', '/files/form', form([{ name: 'c', bytes: 'x'.repeat(601) }]));
  expect([over.status, over.json().code]).toEqual([413, 'QUOTA_EXCEEDED']);
  expect(await files.keys()).toHaveLength(1);
  // Another workspace has a quota of its own.
  await uploaded(files, member('EDITOR'), { name: 'a', bytes: 'x'.repeat(900) });
});

test('variants that were kept before their sizes were noted are counted once, and given back with their file', async () => {
  await using files = await runFiles();
  const editor = member('EDITOR');
  const picture = await sharp({ create: { width: 300, height: 200, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  const id = await uploaded(files, editor, { name: 'a.png', bytes: picture, type: 'image/png' });
  const asked = 'query ($id: ID!) { file(id: $id) { variant(input: { width: 64 }) { url } } }';
  const { url } = (await files.ask(editor, asked, { id })).data.file.variant;
  expect((await files.send(stranger, 'GET', url)).status).toBe(200);
  const used = async () =>
    (await files.ask(editor, '{ workspaceUsage { usedBytes } }')).data.workspaceUsage.usedBytes;
  const whole = await used();
  expect(whole).toBeGreaterThan(picture.byteLength);
  // As it was when the column came.
  await files.relational.query('UPDATE files.variant SET size_bytes = 0');
  await files.relational.query('UPDATE files.usage SET used_bytes = $1', [picture.byteLength]);
  await files.files.sweep();
  await files.files.sweep();
  expect(await used()).toBe(whole);
  await files.ask(editor, 'mutation ($id: ID!) { trashFile(id: $id) { id } deleteFile(id: $id) { id } }', {
    id,
  });
  expect(await used()).toBe(0);
});

test('links that ended a day ago are forgotten', async () => {
  await using files = await runFiles();
  const editor = member('EDITOR');
  const fileId = await uploaded(files, editor, { name: 'a', bytes: 'a' });
  await files.ask(editor, 'mutation ($id: ID!) { createDownloadLink(input: { fileId: $id }) { id } }', {
    id: fileId,
  });
  files.clock.advance(26 * hourMs);
  expect(await files.files.sweep()).toMatchObject({ links: 1 });
});

test.each([
  ['that ended', 'expires_at < now()', 'link_expires_idx'],
  [
    'of a version that goes',
    'workspace_id = gen_random_uuid() AND version_id = gen_random_uuid()',
    'link_version_idx',
  ],
])('links %s are found without those of everybody', async (_which, where, index) => {
  await using files = await runFiles();
  const plan = await files.relational.transaction(async (tx) => {
    await tx.query('SET LOCAL enable_seqscan = off');
    return (await tx.query(`EXPLAIN (FORMAT JSON) SELECT FROM files.link WHERE ${where}`)).rows;
  });
  expect(JSON.stringify(plan)).toContain(`"Index Name":"${index}"`);
});
