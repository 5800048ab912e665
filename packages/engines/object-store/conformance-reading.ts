import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bytesOf,
  contentInParts,
  contentOf,
  contentType,
  freshKey,
  MiB,
  type OpenObjectStoreUnderTest,
  putParts,
} from './conformance-objects.ts';
import type { ObjectStore } from './port.ts';

/** The same bytes written at once and in parts. */
async function bothWays(store: ObjectStore, sizeBytes: number): Promise<{ bytes: Buffer; keys: string[] }> {
  const { bytes, parts } = contentInParts(sizeBytes);
  const [whole, assembled] = [freshKey(), freshKey()];
  await store.put({ key: whole, body: bytes, contentType });
  const upload = await store.beginUpload({ key: assembled, contentType, partBytes: 5 * MiB });
  await store.completeUpload({ upload, parts: await putParts(store, upload, parts) });
  return { bytes, keys: [whole, assembled] };
}

export function testReading(open: OpenObjectStoreUnderTest): void {
  test('any range of an object is the same range of its bytes, written at once or in parts', async () => {
    await using under = await open();
    const sizeBytes = 11 * MiB + 4_321;
    const { bytes, keys } = await bothWays(under.store, sizeBytes);
    // Where parts and frames meet is where ranges go wrong.
    const edges = [0, 65_535, 65_536, 65_537, 5 * MiB - 1, 5 * MiB, 10 * MiB, sizeBytes - 1];
    const position = fc.oneof(fc.constantFrom(...edges), fc.nat(sizeBytes - 1));
    const length = fc.oneof(fc.constantFrom(1, 2, 65_536), fc.nat(200_000), fc.constant(sizeBytes));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...keys), position, length, async (key, firstByte, more) => {
        const lastByte = firstByte + more;
        const read = await under.store.get({ key, range: { firstByte, lastByte } });
        const expected = bytes.subarray(firstByte, lastByte + 1);
        expect([read.firstByte, read.lengthBytes]).toEqual([firstByte, expected.byteLength]);
        expect((await bytesOf(read)).equals(expected)).toBe(true);
      }),
      {
        numRuns: process.env['NIGHTLY'] === undefined ? 20 : 60,
        examples: keys.map((key) => [key, 0, sizeBytes] as [string, number, number]),
      },
    );
  });

  test('a range without an end goes to the end; one that starts there or beyond is refused with the size', async () => {
    await using under = await open();
    const key = freshKey();
    await under.store.put({ key, body: Buffer.from('0123456789'), contentType });
    expect((await contentOf(under.store, key, { firstByte: 7 })).toString()).toBe('789');
    for (const range of [{ firstByte: 10 }, { firstByte: 11, lastByte: 20 }]) {
      const refusal = { code: 'RANGE_NOT_SATISFIABLE', details: { sizeBytes: 10 } };
      await expect(under.store.get({ key, range })).rejects.toMatchObject(refusal);
    }
    for (const range of [{ firstByte: -1 }, { firstByte: 0.5 }, { firstByte: 5, lastByte: 4 }]) {
      await expect(under.store.get({ key, range })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    }
  });

  test('a read on an etag answers that object or refuses', async () => {
    await using under = await open();
    const key = freshKey();
    const { etag } = await under.store.put({ key, body: Buffer.from('first'), contentType });
    expect((await bytesOf(await under.store.get({ key, ifMatch: etag }))).toString()).toBe('first');
    await under.store.put({ key, body: Buffer.from('second'), contentType });
    const stale = under.store.get({ key, ifMatch: etag });
    await expect(stale).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
  });

  test('a read that is given up ends with the reason, before it starts and in the middle', async () => {
    await using under = await open();
    const { keys } = await bothWays(under.store, 6 * MiB);
    for (const key of keys) {
      const late = new AbortController();
      const read = await under.store.get({ key, signal: late.signal });
      const reading = (async () => {
        for await (const _ of read.body) late.abort();
      })();
      await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
      expect(read.body.destroyed).toBe(true);
      const early = AbortSignal.abort(new Error('nobody waits'));
      await expect(under.store.get({ key, signal: early })).rejects.toThrow('nobody waits');
    }
  });

  test('for a reader that stands still no more than a little is read', async () => {
    await using under = await open();
    const { keys } = await bothWays(under.store, 16 * MiB);
    for (const key of keys) {
      const { body } = await under.store.get({ key });
      let pieces = 0;
      const reading = (async () => {
        for await (const piece of body) {
          pieces += 1;
          // A slow reader: whatever could be read ahead in this time is.
          for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
          expect(piece.length + body.readableLength).toBeLessThanOrEqual(MiB);
        }
      })();
      await reading;
      expect(pieces).toBeGreaterThan(8);
    }
  });

  test('a reader keeps the version it opened while others write and delete', async () => {
    await using under = await open();
    const key = freshKey();
    const bytes = randomBytes(2 * MiB);
    await under.store.put({ key, body: bytes, contentType });
    const read = await under.store.get({ key });
    await under.store.put({ key, body: Buffer.from('newer'), contentType });
    await under.store.delete(key);
    expect((await bytesOf(read)).equals(bytes)).toBe(true);
  });

  test('readers that overlap with overwriting see one whole version each', async () => {
    await using under = await open();
    await using other = await under.connect();
    const key = freshKey();
    const contents = Array.from({ length: 6 }, (_, n) => Buffer.alloc(100_000 + n, n));
    for (const body of contents) await under.store.put({ key, body, contentType });
    let writing = true;
    const readers = Array.from({ length: 3 }, async () => {
      while (writing) {
        const seen = await contentOf(other, key);
        expect(contents.some((content) => content.equals(seen))).toBe(true);
      }
    });
    for (const body of contents) await under.store.put({ key, body, contentType });
    writing = false;
    await Promise.all(readers);
  });
}
