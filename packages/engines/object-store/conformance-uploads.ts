import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  breakingOff,
  contentInParts,
  contentOf,
  contentType,
  freshKey,
  inChunks,
  MiB,
  type OpenObjectStoreUnderTest,
  putParts,
  sha256Of,
} from './conformance-objects.ts';
import { objectLimits, type StoredPart } from './port.ts';

const partBytes = objectLimits.partBytesAtLeast;
/** Where nobody waits, chance is given more tries (.ci/nightly). */
const isNight = process.env['NIGHTLY'] !== undefined;

export function testUploads(open: OpenObjectStoreUnderTest): void {
  test('parts in any order, some of them put again, make the object they were cut from', async () => {
    await using under = await open();
    await using other = await under.connect();
    const { bytes, parts } = contentInParts(3 * partBytes + 1_234);
    const orders = fc.shuffledSubarray([...parts.keys()], { minLength: parts.length });
    const again = fc.subarray([...parts.keys()]);
    await fc.assert(
      fc.asyncProperty(orders, again, fc.boolean(), async (order, repeated, sideBySide) => {
        const key = freshKey();
        const metadata = { 'file-id': 'f1' };
        const upload = await under.store.beginUpload({ key, contentType: 'text/csv', metadata, partBytes });
        const stored = new Map<number, StoredPart>();
        const put = async (index: number, bytesOfPart: Buffer): Promise<void> => {
          const number = index + 1;
          const last = number === parts.length;
          const sizeBytes = bytesOfPart.byteLength;
          const store = index % 2 === 0 ? other : under.store;
          const body = index % 2 === 0 ? inChunks(bytesOfPart) : bytesOfPart;
          stored.set(number, await store.putPart({ upload, number, last, body, sizeBytes }));
        };
        for (const index of repeated) await put(index, randomBytes(parts[index]?.byteLength ?? 0));
        const steps = order.map((index) => () => put(index, parts[index] ?? Buffer.alloc(0)));
        if (sideBySide) await Promise.all(steps.map((step) => step()));
        else for (const step of steps) await step();
        const inOrder = [...stored.values()].sort((a, b) => a.number - b.number);
        expect(await other.parts(upload)).toEqual(inOrder);
        const object = await other.completeUpload({ upload, parts: inOrder });
        expect(object).toMatchObject({ key, sizeBytes: bytes.byteLength });
        expect((await contentOf(under.store, key)).equals(bytes)).toBe(true);
        expect(await under.store.head(key)).toMatchObject({ ...object, contentType: 'text/csv', metadata });
      }),
      { numRuns: isNight ? 6 : 3 },
    );
  });

  test('nothing of an upload is visible before it is complete, and nothing of it can be changed after', async () => {
    await using under = await open();
    const { store } = under;
    const key = freshKey();
    const { bytes, parts } = contentInParts(partBytes + 10);
    const upload = await store.beginUpload({ key, contentType, partBytes });
    const stored = await putParts(store, upload, parts);
    expect(await store.head(key)).toBeUndefined();
    expect(await store.list({ prefix: key, limit: 10 })).toMatchObject({ objects: [] });
    const object = await store.completeUpload({ upload, parts: stored });
    const late = store.putPart({ upload, number: 2, last: true, body: new Uint8Array(1), sizeBytes: 1 });
    await expect(late).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(store.parts(upload)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await store.abortUpload(upload);
    expect(await store.completeUpload({ upload, parts: stored })).toEqual(object);
    expect(await store.versions(key)).toHaveLength(1);
    expect((await contentOf(store, key)).equals(bytes)).toBe(true);
  });

  test('many who complete the same upload make one version, and are told the same', async () => {
    await using under = await open();
    await using other = await under.connect();
    const key = freshKey();
    const upload = await under.store.beginUpload({ key, contentType, partBytes });
    const parts = await putParts(under.store, upload, contentInParts(partBytes + 10).parts);
    const completing = Array.from({ length: 8 }, (_, n) =>
      (n % 2 === 0 ? other : under.store).completeUpload({ upload, parts }),
    );
    const objects = await Promise.all(completing);
    expect(new Set(objects.map(({ versionId }) => versionId)).size).toBe(1);
    expect(await under.store.versions(key)).toHaveLength(1);
  });

  test('an upload that is aborted while it is completed is whole or gone, never in between', async () => {
    await using under = await open();
    await using other = await under.connect();
    const { bytes, parts } = contentInParts(partBytes + 10);
    for (let round = 0; round < (isNight ? 12 : 4); round += 1) {
      const key = freshKey();
      const upload = await under.store.beginUpload({ key, contentType, partBytes });
      const stored = await putParts(under.store, upload, parts);
      const completing = under.store.completeUpload({ upload, parts: stored });
      const [completed, aborted] = await Promise.allSettled([completing, other.abortUpload(upload)]);
      expect(aborted.status).toBe('fulfilled');
      if (completed.status === 'fulfilled') expect((await contentOf(other, key)).equals(bytes)).toBe(true);
      else {
        expect(completed.reason).toMatchObject({ code: 'NOT_FOUND' });
        expect(await other.head(key)).toBeUndefined();
      }
    }
  });

  test('a part with other bytes than announced, or that breaks off, leaves the part before it', async () => {
    await using under = await open();
    const upload = await under.store.beginUpload({ key: freshKey(), contentType, partBytes });
    const body = randomBytes(partBytes);
    const place = { upload, number: 1, last: false, sizeBytes: partBytes };
    const part = await under.store.putPart({ ...place, body, sha256: sha256Of(body) });
    const wrong = [randomBytes(partBytes), inChunks(body.subarray(1)), inChunks(Buffer.concat([body, body]))];
    for (const bytes of wrong) {
      const put = under.store.putPart({ ...place, body: bytes, sha256: sha256Of(body) });
      await expect(put).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
    }
    const broken = under.store.putPart({ ...place, body: breakingOff(body.subarray(9)) });
    await expect(broken).rejects.toThrow('the client went away');
    expect(await under.store.parts(upload)).toEqual([part]);
  });

  test('parts have the size they were begun with, the last alone may have less', async () => {
    await using under = await open();
    const { store } = under;
    const upload = await store.beginUpload({ key: freshKey(), contentType, partBytes });
    const body = new Uint8Array(10);
    const wrong = [
      { number: 1, last: false, sizeBytes: 10 },
      { number: 1, last: true, sizeBytes: 0 },
      { number: 1, last: true, sizeBytes: partBytes + 1 },
      { number: 0, last: true, sizeBytes: 10 },
      { number: objectLimits.parts + 1, last: true, sizeBytes: 10 },
      { number: 1.5, last: true, sizeBytes: 10 },
      { number: 1, writer: objectLimits.writers, last: true, sizeBytes: 10 },
      { number: 1, writer: -1, last: true, sizeBytes: 10 },
    ];
    for (const place of wrong) {
      await expect(store.putPart({ upload, body, ...place })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });
    }
    for (const size of [0, partBytes - 1, Number.NaN, objectLimits.putBytes + 1]) {
      const begin = store.beginUpload({ key: freshKey(), contentType, partBytes: size });
      await expect(begin).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    }
  });

  test('only a list that names each part as it is completes an upload; it can be mended and tried again', async () => {
    await using under = await open();
    const { store } = under;
    const key = freshKey();
    const { bytes, parts } = contentInParts(2 * partBytes + 10);
    const upload = await store.beginUpload({ key, contentType, partBytes });
    const [first, second, third] = await putParts(store, upload, parts);
    if (first === undefined || second === undefined || third === undefined) throw new Error('three parts');
    const wrong = [
      [],
      [first, second],
      [first, third],
      [second, first, third],
      [first, second, { ...third, etag: second.etag }],
      [first, second, third, { number: 4, etag: third.etag }],
    ];
    for (const list of wrong) {
      const complete = store.completeUpload({ upload, parts: list });
      await expect(complete).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    }
    await store.completeUpload({ upload, parts: [first, second, third] });
    expect((await contentOf(store, key)).equals(bytes)).toBe(true);
  });

  test('parts of one number by several writers lie beside each other: those that are named make the object, whoever came last', async () => {
    await using under = await open();
    await using other = await under.connect();
    const key = freshKey();
    const { bytes, parts } = contentInParts(2 * partBytes + 10);
    const upload = await under.store.beginUpload({ key, contentType, partBytes });
    const named: StoredPart[] = [];
    for (const [index, body] of parts.entries()) {
      const place = { upload, number: index + 1, last: index === 2, sizeBytes: body.byteLength };
      const writer = [0, 1, objectLimits.writers - 1][index] ?? 0;
      named.push(await under.store.putPart({ ...place, writer, body }));
      const late = { ...place, body: randomBytes(body.byteLength) };
      for (const stalled of [0, 1, 2])
        if (stalled !== writer) await other.putPart({ ...late, writer: stalled });
    }
    const stored = await other.parts(upload);
    expect(stored.map(({ number }) => number)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 3]);
    expect(stored).toEqual(expect.arrayContaining(named));
    await under.store.completeUpload({ upload, parts: named });
    expect((await contentOf(other, key)).equals(bytes)).toBe(true);
    expect(await other.completeUpload({ upload, parts: named })).toMatchObject({
      sizeBytes: bytes.byteLength,
    });
  });

  test('parts that are not named are dropped, and a last part may be the only one', async () => {
    await using under = await open();
    const key = freshKey();
    const upload = await under.store.beginUpload({ key, contentType, partBytes });
    const place = { upload, last: true };
    await under.store.putPart({ ...place, number: 2, body: Buffer.from('dropped'), sizeBytes: 7 });
    const only = await under.store.putPart({ ...place, number: 1, body: Buffer.from('kept'), sizeBytes: 4 });
    await under.store.completeUpload({ upload, parts: [only] });
    expect((await contentOf(under.store, key)).toString()).toBe('kept');
  });

  test('a condition holds for uploads as for writes, and the upload is still there to be completed or aborted', async () => {
    await using under = await open();
    const { store } = under;
    const key = freshKey();
    const taken = await store.put({ key, body: Buffer.from('taken'), contentType });
    const upload = await store.beginUpload({ key, contentType, partBytes });
    const parts = await putParts(store, upload, [Buffer.from('newer')]);
    const refused = store.completeUpload({ upload, parts, onlyIf: 'absent' });
    await expect(refused).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
    expect((await contentOf(store, key)).toString()).toBe('taken');
    await store.completeUpload({ upload, parts, onlyIf: { etag: taken.etag } });
    expect((await contentOf(store, key)).toString()).toBe('newer');
  });

  test('a sweeper finds what was begun and never ended, and what it aborts is gone', async () => {
    await using under = await open();
    const { store } = under;
    const [left, done] = [freshKey(), freshKey()];
    const unfinished = await store.beginUpload({ key: left, contentType, partBytes });
    await putParts(store, unfinished, contentInParts(partBytes + 10).parts);
    const finished = await store.beginUpload({ key: done, contentType, partBytes });
    const parts = await putParts(store, finished, [Buffer.from('whole')]);
    await store.completeUpload({ upload: finished, parts });
    expect(await store.unfinishedUploads(0, 10)).toEqual([]);
    const found = await store.unfinishedUploads(Number.MAX_SAFE_INTEGER, 1_000);
    const mine = found.filter(({ key }) => key === left || key === done);
    expect(mine).toEqual([{ key: left, uploadId: expect.any(String), startedAtMs: expect.any(Number) }]);
    for (const upload of mine) await store.abortUpload(upload);
    for (const upload of mine) await store.abortUpload(upload);
    const after = await store.unfinishedUploads(Number.MAX_SAFE_INTEGER, 1_000);
    expect(after.filter(({ key }) => key === left)).toEqual([]);
    await expect(store.parts(unfinished)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('deleting an object that was uploaded in parts frees its key', async () => {
    await using under = await open();
    const key = freshKey();
    const upload = await under.store.beginUpload({ key, contentType, partBytes });
    const parts = await putParts(under.store, upload, contentInParts(partBytes + 10).parts);
    await under.store.completeUpload({ upload, parts });
    await under.store.delete(key);
    expect(await under.store.head(key)).toBeUndefined();
    const again = under.store.completeUpload({ upload, parts });
    await expect(again).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('an upload cannot be reached through another key', async () => {
    await using under = await open();
    const upload = await under.store.beginUpload({ key: freshKey(), contentType, partBytes });
    const other = { ...upload, key: freshKey() };
    const put = under.store.putPart({
      upload: other,
      number: 1,
      last: true,
      body: new Uint8Array(MiB),
      sizeBytes: MiB,
    });
    await expect(put).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await under.store.abortUpload(other);
    expect(await under.store.parts(upload)).toEqual([]);
  });
}
