import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@tributary/runtime';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeObjectStore } from './conformance.ts';
import {
  bytesOf,
  contentInParts,
  contentOf,
  contentType,
  freshKey,
  MiB,
  putParts,
} from './conformance-objects.ts';
import { openEmbedded } from './embedded.fixture.ts';
import type { BeginUpload, ObjectStore, StoredPart } from './port.ts';
import { createPresignedTokens } from './presigned-tokens.ts';
import { KeysInMemory, newDataKey, openSealed } from './sealed.fixture.ts';
import { sealedObjects } from './sealed.ts';
import { sealedFrameBytes } from './sealed-frames.ts';
import { headerBytes } from './stored-file.ts';

const shared = new KeysInMemory();
describeObjectStore('sealed files', () => openSealed(shared));

interface SealedUnderTest extends AsyncDisposable {
  readonly sealed: ObjectStore;
  /** The store beneath, as somebody sees it who has the disk but no key. */
  readonly raw: ObjectStore;
  readonly keys: KeysInMemory;
  readonly folder: string;
}

async function setUp(): Promise<SealedUnderTest> {
  const under = await openEmbedded();
  const keys = new KeysInMemory();
  const { store: raw, tokens } = under;
  const sealed = sealedObjects(raw, { keys, tokens });
  return {
    sealed,
    raw,
    keys,
    folder: under.folder,
    [Symbol.asyncDispose]: () => under[Symbol.asyncDispose](),
  };
}

/** Replaces the stored bytes, as one who holds the disk could. */
async function forge(raw: ObjectStore, key: string, bytes: Uint8Array): Promise<void> {
  const { contentType: type, metadata } = (await raw.head(key)) ?? { contentType, metadata: {} };
  await raw.put({ key, body: bytes, contentType: type, metadata });
}

test('nothing of the content can be found in what is stored, and equal contents look different', async () => {
  await using under = await setUp();
  const content = Buffer.from('canary '.repeat(30_000));
  const keys = [freshKey(), freshKey()];
  for (const key of keys) await under.sealed.put({ key, body: content, contentType });
  const stored = await Promise.all(keys.map((key) => contentOf(under.raw, key)));
  for (const bytes of stored) expect(bytes.includes('canary')).toBe(false);
  expect(stored[0]?.equals(stored[1] ?? Buffer.alloc(0))).toBe(false);
});

test('any change of the stored bytes is noticed by whoever reads them', async () => {
  await using under = await setUp();
  const key = freshKey();
  const content = randomBytes(150_000);
  await under.sealed.put({ key, body: content, contentType });
  const stored = await contentOf(under.raw, key);
  await fc.assert(
    fc.asyncProperty(fc.nat(stored.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const forged = Buffer.from(stored);
      forged[at] = (forged[at] ?? 0) ^ change;
      await forge(under.raw, key, forged);
      await expect(contentOf(under.sealed, key)).rejects.toMatchObject({ code: 'INTERNAL' });
    }),
    { numRuns: 40, examples: [0, 6, 7, 10, 11, 12, sealedFrameBytes - 1].map((at) => [at, 1]) },
  );
  await forge(under.raw, key, stored);
  expect((await contentOf(under.sealed, key)).equals(content)).toBe(true);
});

test('frames that are left out, doubled, moved, cut off or appended are noticed', async () => {
  await using under = await setUp();
  const key = freshKey();
  await under.sealed.put({ key, body: randomBytes(4 * 65_536), contentType });
  const stored = await contentOf(under.raw, key);
  const frames = [0, 1, 2, 3].map((n) => stored.subarray(n * sealedFrameBytes, (n + 1) * sealedFrameBytes));
  const orders = [
    [0, 1, 2],
    [0],
    [1, 2, 3],
    [0, 2, 1, 3],
    [0, 1, 1, 3],
    [0, 0, 1, 2, 3],
    [0, 1, 2, 3, 3],
    [],
  ];
  for (const order of orders) {
    await forge(under.raw, key, Buffer.concat(order.map((n) => frames[n] ?? Buffer.alloc(0))));
    await expect(contentOf(under.sealed, key)).rejects.toMatchObject({ code: 'INTERNAL' });
  }
  for (const length of [1, 27, 28, 29, sealedFrameBytes + 1, stored.length - 1]) {
    await forge(under.raw, key, stored.subarray(0, length));
    await expect(contentOf(under.sealed, key)).rejects.toMatchObject({ code: 'INTERNAL' });
  }
});

test('an object put in another\u2019s place is noticed, and so is one that was never sealed', async () => {
  await using under = await setUp();
  const [mine, other] = [freshKey(), freshKey()];
  await under.sealed.put({ key: mine, body: Buffer.from('mine'), contentType });
  await under.sealed.put({ key: other, body: Buffer.from('other'), contentType });
  const { metadata = {} } = (await under.raw.head(other)) ?? {};
  await under.raw.put({ key: mine, body: await contentOf(under.raw, other), contentType, metadata });
  await expect(contentOf(under.sealed, mine)).rejects.toMatchObject({ code: 'INTERNAL' });
  await under.raw.put({ key: other, body: randomBytes(100), contentType });
  await expect(contentOf(under.sealed, other)).rejects.toMatchObject({ code: 'INTERNAL' });
});

test('a part cannot be put together from two attempts at it', async () => {
  await using under = await setUp();
  const { sealed, raw } = under;
  const key = freshKey();
  const upload = await sealed.beginUpload({ key, contentType, partBytes: 5 * MiB });
  const put = (fill: string): Promise<StoredPart> =>
    sealed.putPart({
      upload,
      number: 1,
      last: false,
      body: Buffer.alloc(5 * MiB, fill),
      sizeBytes: 5 * MiB,
    });
  await put('a');
  const [name = ''] = await readdir(join(under.folder, 'parts'));
  const first = (await readFile(join(under.folder, 'parts', name, '1'))).subarray(headerBytes);
  const parts = [await put('b')];
  parts.push(await sealed.putPart({ upload, number: 2, last: true, body: Buffer.from('end'), sizeBytes: 3 }));
  await sealed.completeUpload({ upload, parts });
  const forged = await contentOf(raw, key);
  expect(forged.length).toBe(first.length + 31);
  first.copy(forged, 5 * sealedFrameBytes, 5 * sealedFrameBytes, 6 * sealedFrameBytes);
  await forge(raw, key, forged);
  await expect(contentOf(sealed, key)).rejects.toMatchObject({ code: 'INTERNAL' });
});

test('a range reads the frames it touches, and no others', async () => {
  await using under = await setUp();
  const key = freshKey();
  const content = randomBytes(2 * MiB);
  await under.sealed.put({ key, body: content, contentType });
  const stored = await contentOf(under.raw, key);
  // All else is ruined: a range that is answered cannot have looked at it.
  const forged = Buffer.alloc(stored.length);
  stored.copy(forged, 3 * sealedFrameBytes, 3 * sealedFrameBytes, 5 * sealedFrameBytes);
  await forge(under.raw, key, forged);
  const range = { firstByte: 3 * 65_536 + 5, lastByte: 5 * 65_536 - 7 };
  const expected = content.subarray(range.firstByte, range.lastByte + 1);
  expect((await contentOf(under.sealed, key, range)).equals(expected)).toBe(true);
  const more = contentOf(under.sealed, key, { ...range, lastByte: range.lastByte + 7 });
  await expect(more).rejects.toMatchObject({ code: 'INTERNAL' });
});

test('a new data key seals what comes after it, and what the old one sealed stays readable', async () => {
  await using under = await setUp();
  const [before, after] = [freshKey(), freshKey()];
  await under.sealed.put({ key: before, body: Buffer.from('before'), contentType });
  under.keys.keys.push(newDataKey());
  await under.sealed.put({ key: after, body: Buffer.from('after'), contentType });
  const ids = await Promise.all([before, after].map((key) => under.raw.head(key)));
  expect(ids.map((head) => head?.metadata['sealed-key'])).toEqual(under.keys.keys.map(({ id }) => id));
  expect((await contentOf(under.sealed, before)).toString()).toBe('before');
  expect((await contentOf(under.sealed, after)).toString()).toBe('after');
});

test('when the data key is destroyed what it sealed is absent for good, in parts not yet completed as well', async () => {
  await using under = await setUp();
  const key = freshKey();
  await under.sealed.put({ key, body: Buffer.from('secret'), contentType });
  const upload = await under.sealed.beginUpload({ key, contentType, partBytes: 5 * MiB });
  under.keys.keys.splice(0, 1, newDataKey());
  await expect(under.sealed.get({ key })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const part = under.sealed.putPart({
    upload,
    number: 1,
    last: true,
    body: Buffer.from('x'),
    sizeBytes: 1,
  });
  await expect(part).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a presigned request for a sealed object comes to our door, whatever the engine could do', async () => {
  await using under = await setUp();
  const request = await under.sealed.presign({ method: 'GET', key: freshKey(), expiresInSeconds: 60 });
  expect(request.url).toMatch(/^\/objects\//);
});

test('an object in parts is read like one written at once, whichever way its frames fall', async () => {
  await using under = await setUp();
  const { sealed } = under;
  for (const sizeBytes of [1, 65_536, 5 * MiB, 5 * MiB + 1, 10 * MiB]) {
    const key = freshKey();
    const { bytes, parts } = contentInParts(sizeBytes);
    const upload = await sealed.beginUpload({ key, contentType, partBytes: 5 * MiB });
    await sealed.completeUpload({ upload, parts: await putParts(sealed, upload, parts) });
    const read = await sealed.get({ key });
    expect(read.lengthBytes).toBe(sizeBytes);
    expect((await bytesOf(read)).equals(bytes)).toBe(true);
  }
});

test('an upload is aborted by the store’s own id, whatever that holds, and by the sealed one', async () => {
  await using under = await setUp();
  const key = freshKey();
  const aborted: string[] = [];
  const storesId = `00000001700000-${'0'.repeat(32)}.2~aBc~dEf`;
  const store = new Proxy(under.raw, {
    get: (raw, name) => {
      if (name === 'beginUpload')
        return async ({ partBytes }: BeginUpload) => ({ key, partBytes, uploadId: storesId });
      if (name === 'abortUpload')
        return async ({ uploadId }: { uploadId: string }) => void aborted.push(uploadId);
      const own: unknown = Reflect.get(raw, name);
      return typeof own === 'function' ? own.bind(raw) : own;
    },
  });
  const tokens = createPresignedTokens({ secret: randomBytes(32), path: '/objects', clock: systemClock });
  const sealed = sealedObjects(store, { keys: under.keys, tokens });
  const { uploadId } = await sealed.beginUpload({ key, contentType, partBytes: 5 * MiB });
  for (const id of [uploadId, storesId]) await sealed.abortUpload({ key, uploadId: id });
  expect(aborted).toEqual([storesId, storesId]);
});

test('a damaged object hides no other from a list', async () => {
  await using under = await setUp();
  const [damaged, other] = [freshKey(), freshKey()];
  for (const key of [damaged, other])
    await under.sealed.put({ key, body: Buffer.from('five.'), contentType });
  await forge(under.raw, damaged, Buffer.from('x'));
  const { objects } = await under.sealed.list({ prefix: '', limit: 10 });
  const sizes = new Map(objects.map(({ key, sizeBytes }) => [key, sizeBytes]));
  expect([sizes.get(damaged), sizes.get(other)]).toEqual([0, 5]);
});
