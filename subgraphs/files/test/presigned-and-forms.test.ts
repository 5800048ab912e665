import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { CodedError } from '@tributary/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { form, member, type RunningFiles, runFiles, stranger } from './running-files.ts';

const editor = member('EDITOR');
let files: RunningFiles;

beforeAll(async () => {
  files = await runFiles();
});
afterAll(() => files[Symbol.asyncDispose]());

const create = `mutation ($input: CreateUploadInput!) { createUpload(input: $input) {
  ... on UploadCreated { id method url headers { name value } expiresAt } ... on QuotaExceeded { message } } }`;
const complete = `mutation ($id: ID!) { completeUpload(id: $id) { __typename
  ... on UploadCompleted { file { id name sizeBytes sha256 contentType declaredType } } ... on Failure { message } } }`;

async function begun(input: Readonly<Record<string, unknown>>) {
  const { data, errors } = await files.ask(editor, create, { input });
  if (data === null) throw new Error(JSON.stringify(errors));
  return data.createUpload;
}

describe('a presigned upload', () => {
  const bytes = randomBytes(9_000_000);
  const sha256 = createHash('sha256').update(bytes).digest('hex');

  test.each([
    ['whole', (key: string) => files.store.delete(key)],
    [
      'in part',
      (key: string) =>
        files.relational.query('UPDATE files.upload SET offset_bytes = 9 WHERE object_key = $1', [key]),
    ],
  ])('becomes no file when its bytes were lost %s', async (_what, lose) => {
    const upload = await begun({ name: 'a.bin', sizeBytes: 10 });
    const put = await files.send(stranger, 'PUT', upload.url, { body: new Uint8Array(10) });
    expect(put.status).toBe(204);
    const { rows } = await files.relational.query<{ key: string }>(
      'SELECT object_key AS key FROM files.upload WHERE id = $1',
      [upload.id],
    );
    await lose(rows[0]?.key ?? '');
    const { code, errors } = await files.ask(editor, complete, { id: upload.id });
    expect([code, errors[0]?.message]).toEqual(['NOT_FOUND', expect.stringContaining('lost')]);
  });

  test('takes one PUT of exactly these bytes, without credentials, and becomes a file once', async () => {
    const upload = await begun({
      name: 'a.bin',
      sizeBytes: bytes.byteLength,
      contentType: 'image/png',
      sha256,
    });
    expect(upload.method).toBe('PUT');
    expect((await files.ask(editor, complete, { id: upload.id })).data.completeUpload.__typename).toBe(
      'UploadIncomplete',
    );
    const headers = { 'content-type': 'image/png' };
    const put = await files.send(stranger, 'PUT', upload.url, { headers, body: bytes });
    expect(put.status).toBe(204);
    const again = await files.send(stranger, 'PUT', upload.url, { headers, body: bytes });
    expect([again.status, again.json().code]).toEqual([409, 'STATE_CONFLICT']);
    const first = (await files.ask(editor, complete, { id: upload.id })).data.completeUpload;
    expect(first.file).toMatchObject({
      name: 'a.bin',
      sizeBytes: 9_000_000,
      sha256,
      contentType: 'application/octet-stream',
      declaredType: 'image/png',
    });
    expect((await files.ask(editor, complete, { id: upload.id })).data.completeUpload).toEqual(first);
    expect((await files.ask(member('EDITOR', editor.workspaceId), complete, { id: upload.id })).code).toBe(
      'NOT_FOUND',
    );
  });

  test.each([
    ['another method', 'POST', {}, 10, 405],
    ['a larger body', 'PUT', {}, 11, 400],
    ['a smaller body', 'PUT', {}, 9, 400],
    ['another type', 'PUT', { 'content-type': 'text/html' }, 10, 415],
  ])('refuses %s', async (_what, method, headers, size, status) => {
    const upload = await begun({ name: 'a', sizeBytes: 10, contentType: 'image/png' });
    const answer = await files.send(stranger, method, upload.url, {
      headers: { 'content-type': 'image/png', ...headers },
      body: randomBytes(size),
    });
    expect(answer.status).toBe(status);
  });

  test('refuses a length that lies, and ends', async () => {
    for (const body of [Readable.from([randomBytes(11)]), Readable.from([randomBytes(9)])]) {
      const upload = await begun({ name: 'a', sizeBytes: 10 });
      const answer = await files.send(stranger, 'PUT', upload.url, {
        headers: { 'content-length': '10' },
        body,
      });
      expect([400, 413]).toContain(answer.status);
      expect((await files.send(stranger, 'PUT', upload.url, { body: randomBytes(10) })).status).toBe(404);
    }
  });

  test('refuses bytes with another hash than was announced, and keeps none of them', async () => {
    const before = await files.keys();
    const upload = await begun({ name: 'a', sizeBytes: 10, sha256 });
    const answer = await files.send(stranger, 'PUT', upload.url, { body: randomBytes(10) });
    expect(answer.json()).toMatchObject({
      code: 'CONTENT_MISMATCH',
      detail: expect.stringMatching(/createUpload/),
    });
    expect(await files.keys()).toEqual(before);
  });

  test('is over after five minutes', async () => {
    const upload = await begun({ name: 'a', sizeBytes: 1 });
    files.clock.advance(300_001);
    expect((await files.send(stranger, 'PUT', upload.url, { body: randomBytes(1) })).status).toBe(404);
  });

  test('of two PUTs at once, one is taken', async () => {
    const upload = await begun({ name: 'a', sizeBytes: 100_000 });
    const put = () => files.send(stranger, 'PUT', upload.url, { body: randomBytes(100_000) });
    const statuses = (await Promise.all([put(), put(), put()])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([204, 409, 409]);
  });

  test.each([
    [{ name: 'a', sizeBytes: 104_857_601 }, 'PAYLOAD_TOO_LARGE'],
    [{ name: 'a', sizeBytes: -1 }, 'BAD_USER_INPUT'],
    [{ name: 'a', sizeBytes: 1.5 }, 'BAD_USER_INPUT'],
    [{ name: 'a', sizeBytes: 1, sha256: 'x' }, 'BAD_USER_INPUT'],
    [{ name: 'a/b', sizeBytes: 1 }, 'BAD_USER_INPUT'],
    [{ name: '', sizeBytes: 1 }, 'BAD_USER_INPUT'],
    [{ name: 'a', sizeBytes: 1, metadata: { 'a.b': 1 } }, 'BAD_USER_INPUT'],
    [{ name: 'a', sizeBytes: 1, folderId: 'x' }, 'NOT_FOUND'],
  ])('is not begun with %j', async (input, code) => {
    expect((await files.ask(editor, create, { input })).code).toBe(code);
  });

  test('is for editors', async () => {
    const input = { name: 'a', sizeBytes: 1 };
    expect((await files.ask(member('VIEWER'), create, { input })).code).toBe('FORBIDDEN');
    expect((await files.ask(stranger, create, { input })).code).toBe('UNAUTHENTICATED');
  });
});

describe('a form', () => {
  test('makes each of its files, with the fields before them', async () => {
    const { data } = await files.ask(editor, 'mutation { createFolder(input: { name: "forms" }) { id } }');
    const folderId = data.createFolder.id;
    const big = randomBytes(9_000_000);
    const sent = form(
      [
        { name: 'one.txt', bytes: 'one' },
        { name: 'two.bin', bytes: big, type: 'video/mp4' },
        { name: 'empty', bytes: '' },
      ],
      { folderId, metadata: '{"from":"form"}' },
    );
    const answer = await files.send(editor, 'POST', '/files/form', sent);
    expect(answer.status).toBe(201);
    expect(answer.json().files).toMatchObject([
      { name: 'one.txt', contentType: 'text/plain', sizeBytes: 3 },
      { name: 'two.bin', sha256: createHash('sha256').update(big).digest('hex') },
      { name: 'empty', sizeBytes: 0 },
    ]);
    const listed = await files.ask(
      editor,
      '{ files(where: { metadata: [{ key: "from", eq: "form" }] }) { totalCount nodes { folderId } } }',
    );
    expect(listed.data.files).toEqual({ totalCount: 3, nodes: Array(3).fill({ folderId }) });
  });

  const boundary = { 'content-type': 'multipart/form-data; boundary=form-of-a-test' };
  test.each([
    ['is no form', { headers: { 'content-type': 'application/json' }, body: Buffer.from('{}') }, 415],
    ['names no boundary', { headers: { 'content-type': 'multipart/form-data' }, body: Buffer.from('') }, 415],
    ['holds no file', form([], { folderId: 'x' }), 400],
    [
      'ends early',
      { headers: boundary, body: form([{ name: 'a', bytes: 'abc' }]).body.subarray(0, -10) },
      400,
    ],
    ['is noise', { headers: boundary, body: randomBytes(1_000) }, 400],
    [
      'has ten thousand parts',
      form([], Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`f${at}`, 'x']))),
      413,
    ],
    ['has too many files', form(Array.from({ length: 51 }, (_, at) => ({ name: `${at}`, bytes: 'x' }))), 413],
    ['has a field of 100 KB', form([{ name: 'a', bytes: 'a' }], { metadata: 'x'.repeat(100_000) }), 413],
    ['names a path', form([{ name: 'a', bytes: 'a' }], { folderId: '../..' }), 404],
    ['has metadata that is no JSON', form([{ name: 'a', bytes: 'a' }], { metadata: '{' }), 400],
    [
      'has a number that JSON does not keep',
      form([{ name: 'a', bytes: 'a' }], { metadata: '{"n":12345678901234567890}' }),
      400,
    ],
    ['has a key that is there twice', form([{ name: 'a', bytes: 'a' }], { metadata: '{"a":1,"a":2}' }), 400],
  ])('that %s is refused with a code', async (_what, sent, status) => {
    const answer = await files.send(editor, 'POST', '/files/form', sent);
    expect(answer.status).toBe(status);
    expect(answer.json().code).toEqual(expect.any(String));
  });

  test.each([
    [
      'is of another type',
      { headers: { 'content-type': 'text/plain' }, body: Buffer.from('x') },
      /multipart\/form-data/,
    ],
    [
      'ends early',
      { headers: boundary, body: form([{ name: 'a', bytes: 'abc' }]).body.subarray(0, -10) },
      /ends early/,
    ],
    [
      'names a file with a control character',
      form([{ name: 'a\u0001b', bytes: 'abc' }]),
      /control characters/,
    ],
  ])('that %s is told what is wrong with it, and nothing else', async (_what, sent, words) => {
    const problem = (await files.send(editor, 'POST', '/files/form', sent)).json();
    expect(problem.detail).toMatch(words);
    expect(problem.advice).not.toMatch(/Send application\/json/);
  });

  test('whose fields are left empty is one without them', async () => {
    const fields = { folderId: '', fileId: '', metadata: '' };
    const answer = await files.send(editor, 'POST', '/files/form', form([{ name: 'a', bytes: 'a' }], fields));
    expect(answer.status).toBe(201);
  });

  test('whose client leaves half-way keeps nothing of the file that was cut', async () => {
    const before = await files.keys();
    const { body, headers } = form([{ name: 'cut.bin', bytes: randomBytes(20_000_000) }]);
    const cut = async function* () {
      yield body.subarray(0, 12_000_000);
      throw new CodedError('BAD_REQUEST', 'The request ended before its body did.');
    };
    const answer = await files.send(editor, 'POST', '/files/form', {
      ...(headers === undefined ? {} : { headers }),
      body: Readable.from(cut()),
    });
    expect(answer.status).toBe(400);
    expect(await files.keys()).toEqual(before);
    expect(await files.store.unfinishedUploads(Date.now() + 60_000, 10)).toEqual([]);
  });

  test.each([
    ['a "quoted" name.txt', 'a "quoted" name.txt'],
    ['100% of %2F and %41.txt', '100% of %2F and %41.txt'],
    ['soft\u00adly.txt', 'softly.txt'],
    ['two\r\nlines.txt', undefined],
  ])('a file called %j is called so as a browser writes its name', async (name, kept) => {
    const data = new FormData();
    data.append('file', new Blob(['x']), name);
    const request = new Request('http://localhost/', { method: 'POST', body: data });
    const headers = { 'content-type': request.headers.get('content-type') ?? '' };
    const body = Buffer.from(await request.arrayBuffer());
    const answer = await files.send(editor, 'POST', '/files/form', { headers, body });
    if (kept === undefined) expect(answer.json()).toMatchObject({ code: 'BAD_USER_INPUT' });
    else expect(answer.json().files).toEqual([expect.objectContaining({ name: kept })]);
  });

  test('a path in a file name is cut off or refused, and never part of a key', async () => {
    const answer = await files.send(
      editor,
      'POST',
      '/files/form',
      form([{ name: '../../etc/passwd', bytes: 'x' }]),
    );
    expect(answer.json().files?.[0]?.name ?? 'refused').toMatch(/^(passwd|refused)$/);
    for (const key of await files.keys())
      expect(key).toMatch(/^files\/[0-9a-f-]{36}\/(content|tail)\/[0-9a-f-]+$/);
  });
});
