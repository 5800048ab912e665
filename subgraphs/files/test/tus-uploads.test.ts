import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { CodedError } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { member, type Received, type RunningFiles, runFiles, stranger } from './running-files.ts';

const editor = member('EDITOR');
const tusHeaders = { 'tus-resumable': '1.0.0' };
let files: RunningFiles;

beforeAll(async () => {
  files = await runFiles();
});
afterAll(() => files[Symbol.asyncDispose]());

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const encoded = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');

async function begin(sizeBytes: number, metadata: Readonly<Record<string, string>> = { filename: 'a.bin' }) {
  const answer = await files.send(editor, 'POST', '/files/tus', {
    headers: { ...tusHeaders, 'upload-length': String(sizeBytes), 'upload-metadata': encoded(metadata) },
  });
  return { ...answer, location: answer.headers['location'] ?? '' };
}

function patch(
  location: string,
  offset: number,
  body: Uint8Array | Readable,
  to = files.files,
): Promise<Received> {
  const headers = {
    ...tusHeaders,
    'upload-offset': String(offset),
    'content-type': 'application/offset+octet-stream',
  };
  return files.send(editor, 'PATCH', location, { headers, body, to });
}

async function offsetOf(location: string, to = files.files): Promise<number> {
  const answer = await files.send(editor, 'HEAD', location, { headers: tusHeaders, to });
  expect(answer.status).toBe(200);
  return Number(answer.headers['upload-offset']);
}

async function file(id: string | undefined) {
  const { data } = await files.ask(
    editor,
    `query ($id: ID!) { file(id: $id) { name sizeBytes sha256 contentType declaredType versionNumber state folderId metadata } }`,
    { id },
  );
  return data.file;
}

/** A body that sends `bytes` and then fails, as when a connection is cut. */
function cutAfter(bytes: Uint8Array): Readable {
  let sent = false;
  return new Readable({
    read() {
      if (sent) this.destroy(new CodedError('BAD_REQUEST', 'The request ended before its body did.'));
      else this.push(bytes);
      sent = true;
    },
  });
}

test('what a client does wrong is told with what to do about it', async () => {
  const { location } = await begin(5);
  const adviceOf = (answer: Received): unknown => {
    const { code, advice } = answer.json();
    return { status: answer.status, code, advice };
  };
  expect(adviceOf(await patch(location, 3, Buffer.from('de')))).toEqual({
    status: 409,
    code: 'OFFSET_CONFLICT',
    advice: expect.stringContaining('HEAD'),
  });
  for (const version of [{}, { 'tus-resumable': '0.2.0' }, { 'tus-resumable': 'x' }]) {
    const headers = { 'upload-length': '1', ...version };
    const refused = await files.send(editor, 'POST', '/files/tus', { headers });
    expect(adviceOf(refused)).toEqual({
      status: 412,
      code: 'TUS_VERSION_UNSUPPORTED',
      advice: expect.stringContaining('Tus-Resumable: 1.0.0'),
    });
    expect(refused.headers['tus-version']).toBe('1.0.0');
  }
});

test('the protocol says what it can do', async () => {
  const { status, headers } = await files.send(editor, 'OPTIONS', '/files/tus');
  expect(status).toBe(204);
  expect(headers['tus-version']).toBe('1.0.0');
  expect(headers['tus-extension']).toBe('creation,creation-with-upload,termination,expiration,checksum');
  expect(headers['tus-max-size']).toBe(String(5 * 1024 ** 3));
  const named = { 'upload-metadata': encoded({ filename: 'a' }), 'upload-length': String(5 * 1024 ** 3 + 1) };
  const begun = await files.send(editor, 'POST', '/files/tus', { headers: { ...tusHeaders, ...named } });
  expect(begun.status).toBe(413);
});

test('an upload in pieces becomes a file of exactly these bytes, and its event', async () => {
  const bytes = randomBytes(20_000_000);
  await files.takeEvents();
  const { location, status, headers } = await begin(bytes.byteLength, {
    filename: 'Flüge 2001.bin',
    filetype: 'text/csv',
    metadata: '{"year": 2001}',
  });
  expect(status).toBe(201);
  expect(Date.parse(headers['upload-expires'] ?? '')).toBeGreaterThan(files.clock.now());
  let last: Received | undefined;
  for (let offset = 0; offset < bytes.byteLength; offset += 9_000_000) {
    last = await patch(location, offset, bytes.subarray(offset, offset + 9_000_000));
    expect(last.status).toBe(204);
  }
  const id = last?.headers['tributary-file-id'];
  expect(await file(id)).toEqual({
    name: 'Flüge 2001.bin',
    sizeBytes: 20_000_000,
    sha256: sha256(bytes),
    contentType: 'application/octet-stream',
    declaredType: 'text/csv',
    versionNumber: 1,
    state: 'AVAILABLE',
    folderId: null,
    metadata: { year: 2001 },
  });
  const [created, ...others] = await files.takeEvents();
  expect(others).toEqual([]);
  expect(created).toMatchObject({
    topic: 'files.file',
    event: {
      type: 'files.file.created',
      subject: `File/${id}`,
      actorid: editor.id,
      data: { id, before: null },
    },
  });
  expect(await files.keys()).toEqual([expect.stringMatching(/^files\/.*\/content\//)]);
});

describe('an upload that is cut', () => {
  test('keeps what came, and goes on from there', async () => {
    const bytes = randomBytes(11_000_000);
    const { location } = await begin(bytes.byteLength);
    expect((await patch(location, 0, cutAfter(bytes.subarray(0, 3_000_000)))).status).toBe(400);
    expect(await offsetOf(location)).toBe(3_000_000);
    expect((await patch(location, 3_000_000, cutAfter(bytes.subarray(3_000_000, 9_500_000)))).status).toBe(
      400,
    );
    const offset = await offsetOf(location);
    expect(offset).toBe(9_500_000);
    const done = await patch(location, offset, bytes.subarray(offset));
    expect((await file(done.headers['tributary-file-id'])).sha256).toBe(sha256(bytes));
  });

  test('goes on in another process, which has nothing in memory', async () => {
    const bytes = randomBytes(17_000_000);
    const { location } = await begin(bytes.byteLength);
    await patch(location, 0, bytes.subarray(0, 10_000_000));
    const other = files.build();
    expect(await offsetOf(location, other)).toBe(10_000_000);
    const done = await patch(location, 10_000_000, bytes.subarray(10_000_000), other);
    expect((await file(done.headers['tributary-file-id'])).sha256).toBe(sha256(bytes));
  });

  test('by a crash between its last byte and its file is finished by whoever asks next', async () => {
    const bytes = randomBytes(100_000);
    const { location } = await begin(bytes.byteLength);
    await patch(location, 0, bytes.subarray(0, 60_000));
    await files.relational.query(`UPDATE files.upload SET metadata = '{"a": 1}' WHERE state = 'OPEN'`);
    // The crash: the object is whole, the row says so, and nobody has made the file.
    const id = location.slice(location.lastIndexOf('/') + 1);
    const failing = files.build();
    await files.relational.query(
      'ALTER TABLE files.file ADD CONSTRAINT crash CHECK (size_bytes <> 100000) NOT VALID',
    );
    expect((await patch(location, 60_000, bytes.subarray(60_000), failing)).status).toBe(500);
    await files.relational.query('ALTER TABLE files.file DROP CONSTRAINT crash');
    const answer = await files.send(editor, 'HEAD', `/files/tus/${id}`, { headers: tusHeaders });
    expect(answer.headers['upload-offset']).toBe('100000');
    expect((await file(answer.headers['tributary-file-id'])).sha256).toBe(sha256(bytes));
  });

  test('is taken over from a process that was killed while it wrote', async () => {
    const bytes = randomBytes(50_000);
    const { location } = await begin(bytes.byteLength);
    const id = location.slice(location.lastIndexOf('/') + 1);
    await files.relational.query(
      `UPDATE files.upload SET lease_token = gen_random_uuid(), lease_until = now() + interval '1 second' WHERE id = $1`,
      [id],
    );
    expect(await offsetOf(location)).toBe(0);
    expect((await patch(location, 0, bytes)).status).toBe(204);
  });
});

test('two writers of one upload: the second has it once the first lets go, and no byte is written twice', async () => {
  const bytes = randomBytes(12_000_000);
  const { location } = await begin(bytes.byteLength);
  let stall: () => void = () => undefined;
  const stalled = new Promise<void>((resolve) => {
    stall = resolve;
  });
  const slow = async function* () {
    yield bytes.subarray(0, 2_000_000);
    await stalled;
    yield bytes.subarray(2_000_000, 4_000_000);
  };
  const first = patch(location, 0, Readable.from(slow()));
  await eventually(async () => {
    const { rows } = await files.relational.query<{ token: string | null }>(
      'SELECT lease_token AS token FROM files.upload WHERE id = $1',
      [location.slice(-36)],
    );
    expect(rows[0]?.token).not.toBeNull();
  });
  const other = files.build();
  const offset = await offsetOf(location, other);
  stall();
  await first;
  expect(offset).toBe(2_000_000);
  const done = await patch(location, offset, bytes.subarray(offset), other);
  expect((await file(done.headers['tributary-file-id'])).sha256).toBe(sha256(bytes));
});

test('an empty file is a file', async () => {
  const { headers, status } = await begin(0);
  expect(status).toBe(201);
  expect(await file(headers['tributary-file-id'])).toMatchObject({
    sizeBytes: 0,
    sha256: sha256(new Uint8Array()),
  });
});

test('another offset than the acknowledged one is refused, and so is more than was announced', async () => {
  const { location } = await begin(1_000);
  expect((await patch(location, 500, randomBytes(10))).status).toBe(409);
  const tooMuch = await patch(location, 0, randomBytes(1_001));
  expect([tooMuch.status, tooMuch.json().code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  const chunked = await patch(location, 0, Readable.from([randomBytes(600), randomBytes(600)]));
  expect(chunked.status).toBe(413);
  expect(await offsetOf(location)).toBeLessThanOrEqual(600);
});

test('an upload that is given up frees what it held', async () => {
  const before = (await files.keys()).length;
  const { location } = await begin(20_000_000);
  await patch(location, 0, randomBytes(10_000_000));
  expect((await files.send(editor, 'DELETE', location, { headers: tusHeaders })).status).toBe(204);
  expect((await files.send(editor, 'HEAD', location, { headers: tusHeaders })).status).toBe(404);
  expect(await files.keys()).toHaveLength(before);
  expect(await files.store.unfinishedUploads(Date.now() + 60_000, 10)).toEqual([]);
});

test('bytes for a file that is there become its next version', async () => {
  const first = await begin(3, { filename: 'notes.txt' });
  const made = await patch(first.location, 0, Buffer.from('one'));
  const fileId = made.headers['tributary-file-id'] ?? '';
  const second = await begin(3, { filename: 'other.txt', fileId });
  expect((await patch(second.location, 0, Buffer.from('two'))).headers['tributary-file-id']).toBe(fileId);
  expect(await file(fileId)).toMatchObject({
    name: 'notes.txt',
    versionNumber: 2,
    sha256: sha256(Buffer.from('two')),
  });
});

test('nobody but its maker sees an upload, and viewers and strangers begin none', async () => {
  const { location } = await begin(10);
  for (const other of [member('EDITOR', editor.workspaceId), member('OWNER')])
    expect((await files.send(other, 'HEAD', location, { headers: tusHeaders })).status).toBe(404);
  const headers = { ...tusHeaders, 'upload-length': '1', 'upload-metadata': encoded({ filename: 'a' }) };
  const viewer = await files.send(member('VIEWER'), 'POST', '/files/tus', { headers });
  expect([viewer.status, viewer.json().code]).toEqual([403, 'FORBIDDEN']);
  const nobody = await files.send(stranger, 'POST', '/files/tus', { headers });
  expect([nobody.status, nobody.json().code]).toEqual([401, 'UNAUTHENTICATED']);
  const reader = { ...member('EDITOR'), kind: 'apiKey' as const, scopes: ['files:read'] };
  expect((await files.send(reader, 'POST', '/files/tus', { headers })).status).toBe(403);
});

test.each([
  ['a path for a name', { filename: '../../etc/passwd' }],
  ['no name', { filetype: 'text/plain' }],
  ['a folder that is not there', { filename: 'a', folderId: '01938f6e-0000-7000-8000-000000000000' }],
  ['a file that is not there', { filename: 'a', fileId: 'nonsense' }],
  ['metadata that is no JSON', { filename: 'a', metadata: '{' }],
  ['a number that JSON does not keep', { filename: 'a', metadata: '{"n":12345678901234567890}' }],
  ['a key that is there twice', { filename: 'a', metadata: '{"a":1,"a":2}' }],
])('an upload with %s is refused before its first byte', async (_what, metadata) => {
  const { status, json } = await begin(10, metadata);
  expect([400, 404]).toContain(status);
  expect(['BAD_USER_INPUT', 'NOT_FOUND']).toContain(json().code);
});
