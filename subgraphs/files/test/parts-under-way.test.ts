import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { PutPartRequest } from '@tributary/engines/object-store';
import { CodedError } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { form, member, type Received, type RunningFiles, runFiles, stranger } from './running-files.ts';
import { storeWith } from './store-with.ts';

const MiB = 1024 ** 2;
const hourMs = 3_600_000;
const editor = member('EDITOR');
const tusHeaders = { 'tus-resumable': '1.0.0' };

/** A store whose parts are put when a test lets them. */
function partsWhen(mayGoOn: (part: PutPartRequest) => Promise<unknown>) {
  const put = { begun: 0, ended: 0 };
  const stored: number[] = [];
  const objects = storeWith((real) => ({
    putPart: async (part) => {
      put.begun += 1;
      try {
        await mayGoOn(part);
        const answer = await real.putPart(part);
        stored.push(part.number);
        return answer;
      } finally {
        put.ended += 1;
      }
    },
  }));
  return { put, stored, objects };
}

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Bytes of which so many come, and no end. */
function standingAt(bytes: Uint8Array, at: number): Readable {
  const stream = new Readable({ read: () => undefined });
  stream.push(Buffer.from(bytes.subarray(0, at)));
  return stream;
}

async function begin(files: RunningFiles, sizeBytes: number): Promise<string> {
  const named = { 'upload-metadata': `filename ${btoa('a.bin')}` };
  const headers = { ...tusHeaders, ...named, 'upload-length': String(sizeBytes) };
  return (await files.send(editor, 'POST', '/files/tus', { headers })).headers['location'] ?? '';
}

function patch(files: RunningFiles, location: string, offset: number, body: Uint8Array | Readable) {
  const piece = { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' };
  return files.send(editor, 'PATCH', location, { headers: { ...tusHeaders, ...piece }, body });
}

async function fileOf(files: RunningFiles, { headers }: Received) {
  const { data } = await files.ask(editor, 'query ($id: ID!) { file(id: $id) { sha256 sizeBytes } }', {
    id: headers['tributary-file-id'],
  });
  return data.file;
}

function described(bytes: Uint8Array) {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
}

const unfinished = (files: RunningFiles) => files.store.unfinishedUploads(files.clock.now() + hourMs, 10);

test('an upload that is refused while a part of it is put leaves nothing of it in the store', async () => {
  const uploads = async () => (await files.relational.query('SELECT FROM files.upload')).rows.length;
  const { put, objects } = partsWhen(async () => {
    // Longer than it takes to refuse an upload and to forget it, unless that waits for the part.
    for (let looks = 0; looks < 100 && (await uploads()) > 0; looks += 1);
  });
  await using files = await runFiles({ objects, settings: { quotaBytes: 9 * MiB } });
  const { headers = {}, body } = form([{ name: 'a.bin', bytes: randomBytes(20 * MiB) }]);
  const chunks = Array.from({ length: 80 }, (_, at) => body.slice(at * MiB * 0.25, (at + 1) * MiB * 0.25));
  const sent = { headers, body: Readable.from(chunks) };
  const answer = await files.send(editor, 'POST', '/files/form', sent);
  expect([answer.status, answer.json().code]).toEqual([413, 'QUOTA_EXCEEDED']);
  await eventually(async () => expect(put).toEqual({ begun: 1, ended: 1 }));
  expect(await unfinished(files)).toEqual([]);
  expect(await files.keys()).toEqual([]);
});

test('an upload that is cancelled while its first part is put leaves nothing of it in the store', async () => {
  const { opened, open } = gate();
  const { put, objects } = partsWhen(() => opened);
  await using files = await runFiles({ objects });
  const sizeBytes = 20 * MiB;
  const { data } = await files.ask(
    editor,
    'mutation ($size: Float!) { createUpload(input: { name: "a", sizeBytes: $size }) { ... on UploadCreated { id url } } }',
    { size: sizeBytes },
  );
  const { id, url } = data.createUpload;
  const answer = files.send(stranger, 'PUT', url, { body: randomBytes(sizeBytes) });
  await eventually(async () => expect(put.begun).toBeGreaterThan(0));
  await files.ask(editor, 'mutation ($id: ID!) { cancelUpload(id: $id) { id } }', { id });
  open();
  expect((await answer).status).toBe(404);
  expect(await unfinished(files)).toEqual([]);
  expect(await files.keys()).toEqual([]);
});

test('an upload that is too slow for those who wait while a part of it is put goes on with the right bytes', async () => {
  const { opened, open } = gate();
  const { put, objects } = partsWhen(() => opened);
  await using files = await runFiles({ objects, pace: { windowMs: 50, leastBytes: 1_600 } });
  const bytes = randomBytes(17_000_000);
  const location = await begin(files, bytes.length);
  const answer = patch(files, location, 0, standingAt(bytes, 9_000_000));
  await eventually(async () => expect(put.begun).toBe(1));
  // More than its workspace has places: as long as somebody waits, those who bring nothing are cut, each in its turn.
  let cut = 0;
  const { headers: ofForm = {}, body } = form([{ name: 'slow.bin', bytes: 'begun' }]);
  const slow = Array.from({ length: 20 }, () => standingAt(body, body.byteLength - 25));
  const others = slow.map(async (stream) => {
    const { status } = await files.send(editor, 'POST', '/files/form', { headers: ofForm, body: stream });
    cut += status === 503 ? 1 : 0;
  });
  await eventually(async () => expect(cut).toBeGreaterThanOrEqual(8));
  open();
  expect((await answer).status).toBe(503);
  const { headers } = await files.send(editor, 'HEAD', location, { headers: tusHeaders });
  const offset = Number(headers['upload-offset']);
  const last = await patch(files, location, offset, bytes.subarray(offset));
  expect(await fileOf(files, last)).toEqual(described(bytes));
  for (const stream of slow) stream.destroy(new Error('the client left'));
  await Promise.all(others);
});

test('a part is put while the one before is still made safe, and none is recorded before it', async () => {
  const first = gate();
  const { stored, objects } = partsWhen(async ({ number }) => {
    if (number === 1) await first.opened;
  });
  await using files = await runFiles({ objects });
  const bytes = randomBytes(26_000_000);
  const location = await begin(files, bytes.length);
  const answer = patch(files, location, 0, bytes);
  await eventually(async () => expect(stored).toEqual([2]));
  const { rows } = await files.relational.query('SELECT offset_bytes::int AS offset FROM files.upload');
  expect(rows).toEqual([{ offset: 0 }]);
  first.open();
  expect((await answer).status).toBe(204);
  expect(await fileOf(files, await answer)).toEqual(described(bytes));
});

test('parts that were put behind one that the store refuses are put again, and no byte is lost or doubled', async () => {
  const refused = gate();
  let isAway = true;
  const { stored, objects } = partsWhen(async ({ number }) => {
    if (number !== 1 || !isAway) return;
    await refused.opened;
    throw new CodedError('ENGINE_UNAVAILABLE', 'The store is away.');
  });
  await using files = await runFiles({ objects });
  const bytes = randomBytes(26_000_000);
  const location = await begin(files, bytes.length);
  const answer = patch(files, location, 0, bytes);
  await eventually(async () => expect(stored).toEqual([2]));
  refused.open();
  expect((await answer).status).toBe(503);
  isAway = false;
  const { headers } = await files.send(editor, 'HEAD', location, { headers: tusHeaders });
  const offset = Number(headers['upload-offset']);
  // What was acknowledged stays so while it is put again.
  await files.relational.query(
    `ALTER TABLE files.upload ADD CONSTRAINT grows CHECK (offset_bytes >= ${offset}) NOT VALID`,
  );
  const last = await patch(files, location, offset, bytes.subarray(offset));
  expect(await fileOf(files, last)).toEqual(described(bytes));
  expect(stored.toSorted()).toEqual([1, 2, 2, 3, 4]);
});

test('an upload whose part the store refused once is not read back to be hashed', async () => {
  let isAway = true;
  const read: string[] = [];
  const objects = storeWith((real) => ({
    putPart: async (part) => {
      if (part.number !== 2 || !isAway) return real.putPart(part);
      throw new CodedError('ENGINE_UNAVAILABLE', 'The store is away.');
    },
    get: (request) => {
      if (request.range === undefined && !request.key.includes('/tail/')) read.push(request.key);
      return real.get(request);
    },
  }));
  await using files = await runFiles({ objects });
  const bytes = randomBytes(36_000_000);
  const location = await begin(files, bytes.length);
  expect((await patch(files, location, 0, bytes)).status).toBe(503);
  isAway = false;
  const { headers } = await files.send(editor, 'HEAD', location, { headers: tusHeaders });
  const offset = Number(headers['upload-offset']);
  expect(offset).toBeGreaterThanOrEqual(8 * MiB);
  const last = await patch(files, location, offset, bytes.subarray(offset));
  expect(await fileOf(files, last)).toEqual(described(bytes));
  expect(read).toEqual([]);
});

test('a part is put no more when the upload is another’s to write', async () => {
  let ending: AbortSignal | undefined;
  const { put, objects } = partsWhen(async ({ signal }) => {
    ending = signal;
    if (signal === undefined) throw new TypeError('nothing ends this part');
    await once(signal, 'abort');
    signal.throwIfAborted();
  });
  await using files = await runFiles({ objects });
  const location = await begin(files, 17_000_000);
  const answer = patch(files, location, 0, randomBytes(17_000_000));
  await eventually(async () => expect(put.begun).toBeGreaterThan(0));
  await files.relational.query('UPDATE files.upload SET lease_token = gen_random_uuid()');
  const { status, json } = await answer;
  expect([status, json().code]).toEqual([409, 'STATE_CONFLICT']);
  expect(ending?.aborted).toBe(true);
  const { rows } = await files.relational.query('SELECT offset_bytes::int AS offset FROM files.upload');
  expect(rows).toEqual([{ offset: 0 }]);
});
