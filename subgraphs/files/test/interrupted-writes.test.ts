import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { CodedError } from '@tributary/runtime';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { member, type Received, type RunningFiles, runFiles, stranger } from './running-files.ts';
import { storeWith } from './store-with.ts';

/** What happens round the calls of the real store, while a test wants it. */
interface Interference {
  beforePutPart: () => void | Promise<void>;
  beforeDelete: () => void;
  afterPut: (key: string) => Promise<void>;
  afterComplete: () => void;
}

const none: Interference = {
  beforePutPart: () => undefined,
  beforeDelete: () => undefined,
  afterPut: async () => undefined,
  afterComplete: () => undefined,
};
const editor = member('EDITOR');
let interference = none;
let files: RunningFiles;

beforeAll(async () => {
  files = await runFiles({ objects: interferedWith });
});
afterAll(() => files[Symbol.asyncDispose]());
afterEach(() => {
  interference = none;
});

const interferedWith = storeWith((real) => ({
  putPart: async (request) => {
    const { beforePutPart } = interference;
    await beforePutPart();
    // What has left this process can be called back no more.
    return await real.putPart(
      beforePutPart === none.beforePutPart ? request : { ...request, signal: undefined },
    );
  },
  delete: async (key, versionId) => {
    interference.beforeDelete();
    await real.delete(key, versionId);
  },
  completeUpload: async (request) => {
    const stored = await real.completeUpload(request);
    interference.afterComplete();
    return stored;
  },
  put: async (request) => {
    const stored = await real.put(request);
    await interference.afterPut(request.key);
    return stored;
  },
}));

const away = (): never => {
  throw new CodedError('ENGINE_UNAVAILABLE', 'The store is away.');
};

/** Makes the database refuse one sort of row, as when it is away at that moment. */
async function refusing<Answer>(rule: string, during: () => Promise<Answer>): Promise<Answer> {
  const { relational } = files;
  await relational.query(`ALTER TABLE files.upload ADD CONSTRAINT interrupted CHECK (${rule}) NOT VALID`);
  try {
    return await during();
  } finally {
    await relational.query('ALTER TABLE files.upload DROP CONSTRAINT interrupted');
  }
}

const tusHeaders = { 'tus-resumable': '1.0.0' };
const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function begin(sizeBytes: number): Promise<string> {
  const filename = Buffer.from('a.bin').toString('base64');
  const headers = {
    ...tusHeaders,
    'upload-length': String(sizeBytes),
    'upload-metadata': `filename ${filename}`,
  };
  const { headers: answered } = await files.send(editor, 'POST', '/files/tus', { headers });
  return answered['location'] ?? '';
}

async function patch(
  location: string,
  offset: number,
  body: Uint8Array | Readable,
  more: Readonly<Record<string, string>> = {},
): Promise<Received> {
  const headers = {
    ...more,
    'upload-offset': String(offset),
    'content-type': 'application/offset+octet-stream',
  };
  return await files.send(editor, 'PATCH', location, { headers: { ...tusHeaders, ...headers }, body });
}

async function offsetOf(location: string): Promise<number> {
  const { headers } = await files.send(editor, 'HEAD', location, { headers: tusHeaders });
  return Number(headers['upload-offset']);
}

/** What came out of an upload that went on after an interruption: the bytes that are served, and the hash that is told. */
async function finished(location: string, bytes: Buffer) {
  const offset = await offsetOf(location);
  if (offset < bytes.length) await patch(location, offset, bytes.subarray(offset));
  const { headers } = await files.send(editor, 'HEAD', location, { headers: tusHeaders });
  const { data } = await files.ask(
    editor,
    'query ($id: ID!) { file(id: $id) { sizeBytes sha256 downloadUrl } }',
    { id: headers['tributary-file-id'] },
  );
  const { bytes: served } = await files.send(stranger, 'GET', data.file.downloadUrl);
  return { told: data.file.sha256, sizeBytes: data.file.sizeBytes, served: sha256Of(served) };
}

function whole(bytes: Buffer) {
  return { told: sha256Of(bytes), sizeBytes: bytes.length, served: sha256Of(bytes) };
}

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** In chunks that do not fall together with parts. */
function chunked(bytes: Buffer): Readable {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 1_000_003) chunks.push(bytes.subarray(at, at + 1_000_003));
  return Readable.from(chunks);
}

test('a part that the store refuses once costs nothing: bytes and hash are those that were sent', async () => {
  const bytes = randomBytes(18_000_000);
  const location = await begin(bytes.length);
  let calls = 0;
  interference = { ...none, beforePutPart: () => (++calls === 2 ? away() : undefined) };
  expect((await patch(location, 0, chunked(bytes))).status).toBe(503);
  interference = none;
  expect(await finished(location, bytes)).toEqual(whole(bytes));
});

test('a part of a writer that was given up and comes late takes the place of nobody’s', async () => {
  const [theirs, bytes] = [randomBytes(18_000_000), randomBytes(18_000_000)];
  const location = await begin(bytes.length);
  const [stalled, goOn] = [gate(), gate()];
  let calls = 0;
  interference = {
    ...none,
    beforePutPart: async () => {
      calls += 1;
      if (calls > 1) return;
      stalled.open();
      await goOn.opened;
    },
  };
  const given = patch(location, 0, chunked(theirs));
  await stalled.opened;
  // As when its process had stood still for longer than its lease.
  await files.relational.query('UPDATE files.upload SET lease_token = NULL, lease_until = NULL');
  expect((await patch(location, 0, chunked(bytes.subarray(0, 17_000_000)))).status).toBe(204);
  goOn.open();
  expect((await given).status).toBeGreaterThanOrEqual(400);
  interference = none;
  expect(await offsetOf(location)).toBe(17_000_000);
  expect(await finished(location, bytes)).toEqual(whole(bytes));
});

test('an upload whose last whole part is refused after all of its bytes came goes on, and is not taken for whole', async () => {
  const bytes = randomBytes(17_000_000);
  const location = await begin(bytes.length);
  let calls = 0;
  interference = { ...none, beforePutPart: () => (++calls === 2 ? away() : undefined) };
  expect((await patch(location, 0, chunked(bytes))).status).toBe(503);
  interference = none;
  expect(await offsetOf(location)).toBe(bytes.length - 1);
  expect(await finished(location, bytes)).toEqual(whole(bytes));
});

test('a part whose row cannot be written once is not counted twice, nor lost', async () => {
  const bytes = randomBytes(18_000_000);
  const location = await begin(bytes.length);
  const refused = await refusing(`parts::text = '[]'`, () => patch(location, 0, chunked(bytes)));
  expect(refused.status).toBe(500);
  expect(await finished(location, bytes)).toEqual(whole(bytes));
});

test('bytes that were acknowledged are there until those behind them are recorded', async () => {
  const bytes = randomBytes(100_000);
  const location = await begin(bytes.length);
  await patch(location, 0, bytes.subarray(0, 60_000));
  const refused = await refusing('offset_bytes <> 100000', () =>
    patch(location, 60_000, bytes.subarray(60_000)),
  );
  expect(refused.status).toBe(500);
  expect(await offsetOf(location)).toBe(60_000);
  expect(await finished(location, bytes)).toEqual(whole(bytes));
});

test.each([
  ['without a checksum', () => ({})],
  [
    'with one for each piece',
    (piece: Uint8Array) => ({
      'upload-checksum': `sha256 ${createHash('sha256').update(piece).digest('base64')}`,
    }),
  ],
])('an upload in parts, %s, is finished after the store’s last answer was lost', async (_what, checksum) => {
  const bytes = randomBytes(26_000_000);
  const location = await begin(bytes.length);
  const [first, last] = [bytes.subarray(0, 9_000_000), bytes.subarray(9_000_000)];
  await patch(location, 0, first, checksum(first));
  interference = { ...none, afterComplete: away };
  expect((await patch(location, first.length, last, checksum(last))).status).toBe(503);
  interference = none;
  expect(await offsetOf(location)).toBe(bytes.length);
  expect(await finished(location, bytes)).toEqual(whole(bytes));
});

test('a small upload that is interrupted between its last byte and its hash keeps its bytes', async () => {
  const bytes = randomBytes(100_000);
  const location = await begin(bytes.length);
  const refused = await refusing(`state <> 'STORED'`, () => patch(location, 0, bytes));
  expect(refused.status).toBe(500);
  expect(await finished(location, bytes)).toEqual(whole(bytes));
});

test('a sweep in the middle of a write takes nothing that is about to be recorded', async () => {
  const bytes = randomBytes(100_000);
  const location = await begin(bytes.length);
  interference = {
    ...none,
    afterPut: async () => {
      interference = none;
      await files.files.sweep();
    },
  };
  expect((await patch(location, 0, bytes.subarray(0, 60_000))).status).toBe(204);
  expect(await finished(location, bytes)).toEqual(whole(bytes));
});

test('bytes with another hash than was announced never become a file, whatever fails at that moment', async () => {
  const input = { name: 'a', sizeBytes: 1_000, sha256: sha256Of(randomBytes(1_000)) };
  const { data } = await files.ask(
    editor,
    'mutation ($input: CreateUploadInput!) { createUpload(input: $input) { ... on UploadCreated { id url } } }',
    { input },
  );
  const { id, url } = data.createUpload;
  interference = { ...none, beforeDelete: away };
  const put = await files.send(stranger, 'PUT', url, { body: randomBytes(1_000) });
  expect(put.status).toBeGreaterThanOrEqual(400);
  interference = none;
  const completed = await files.ask(
    editor,
    'mutation ($id: ID!) { completeUpload(id: $id) { __typename } }',
    { id },
  );
  expect(completed.data?.completeUpload.__typename).not.toBe('UploadCompleted');
});
