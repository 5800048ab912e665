import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import {
  breakingOff,
  bytesOf,
  contentOf,
  contentType,
  freshKey,
  inChunks,
  MiB,
  type OpenObjectStoreUnderTest,
  sha256Of,
  stalling,
} from './conformance-objects.ts';

export function testWriting(open: OpenObjectStoreUnderTest): void {
  test('an object comes back as it was written, with what was said of it', async () => {
    await using under = await open();
    const key = freshKey();
    const bytes = randomBytes(300_000);
    const metadata = { 'file-id': 'f1', note: 'a "quoted" \\ one' };
    const put = await under.store.put({ key, body: bytes, contentType: 'text/csv; charset=utf-8', metadata });
    const read = await under.store.get({ key });
    const head = {
      ...put,
      contentType: 'text/csv; charset=utf-8',
      metadata,
      lastModifiedMs: expect.any(Number),
    };
    expect(read).toMatchObject({ head, firstByte: 0, lengthBytes: 300_000 });
    expect((await bytesOf(read)).equals(bytes)).toBe(true);
    expect(await under.store.head(key)).toEqual(head);
  });

  test('streams of any kind are stored like bytes at once, the empty object included', async () => {
    await using under = await open();
    const bytes = randomBytes(3 * MiB + 17);
    const bodies = [bytes, inChunks(bytes), inChunks(bytes, 997), Readable.from(inChunks(bytes, 65_536))];
    for (const body of bodies) {
      const key = freshKey();
      const put = await under.store.put({ key, body, contentType, sizeBytes: bytes.byteLength });
      expect(put.sizeBytes).toBe(bytes.byteLength);
      expect((await contentOf(under.store, key)).equals(bytes)).toBe(true);
    }
    for (const body of [new Uint8Array(), inChunks(new Uint8Array())]) {
      const key = freshKey();
      expect(await under.store.put({ key, body, contentType })).toMatchObject({ sizeBytes: 0 });
      expect(await contentOf(under.store, key)).toHaveLength(0);
    }
  });

  test('bytes that are not those announced never become visible, and leave what was there', async () => {
    await using under = await open();
    const key = freshKey();
    const bytes = randomBytes(200_000);
    const announced = { key, contentType, sizeBytes: bytes.byteLength, sha256: sha256Of(bytes) };
    await under.store.put({ ...announced, body: inChunks(bytes) });
    const flipped = Buffer.from(bytes);
    flipped[100_000] = 1 + (flipped[100_000] ?? 0);
    const others = [
      flipped,
      inChunks(flipped),
      inChunks(bytes.subarray(1)),
      inChunks(Buffer.concat([bytes, bytes])),
      new Uint8Array(),
    ];
    for (const body of others) {
      await expect(under.store.put({ ...announced, body })).rejects.toMatchObject({
        code: 'CONTENT_MISMATCH',
      });
    }
    expect(await under.store.versions(key)).toHaveLength(1);
    expect((await contentOf(under.store, key)).equals(bytes)).toBe(true);
  });

  test('a body that breaks off, or that the caller gives up, leaves nothing', async () => {
    await using under = await open();
    const key = freshKey();
    const bytes = randomBytes(2 * MiB);
    const put = under.store.put({ key, body: breakingOff(bytes), contentType });
    await expect(put).rejects.toThrow('the client went away');
    const giveUp = new AbortController();
    const stalled = under.store.put({ key, body: stalling(bytes), contentType, signal: giveUp.signal });
    giveUp.abort(new Error('too slow'));
    await expect(stalled).rejects.toThrow('too slow');
    expect(await under.store.head(key)).toBeUndefined();
  });

  test('a stream that was refused half-way is still its owner\u2019s to read', async () => {
    await using under = await open();
    const body = Readable.from(inChunks(randomBytes(MiB), 1_000));
    const put = under.store.put({ key: freshKey(), body, contentType, sizeBytes: 5_000 });
    await expect(put).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
    expect(body.destroyed).toBe(false);
    body.destroy();
  });

  test('of many who create the same key one wins, and the others are told', async () => {
    await using under = await open();
    await using other = await under.connect();
    const key = freshKey();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 16 }, (_, n) =>
        (n % 2 === 0 ? other : under.store).put({
          key,
          body: Buffer.from(`writer ${n}`),
          contentType,
          onlyIf: 'absent',
        }),
      ),
    );
    const won = outcomes.flatMap(({ status }, n) => (status === 'fulfilled' ? n : []));
    expect(won).toHaveLength(1);
    expect((await contentOf(under.store, key)).toString()).toBe(`writer ${won[0]}`);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ code: 'PRECONDITION_FAILED' });
    }
  });

  test('a write on the etag that was read succeeds once, so that counting by many loses nothing', async () => {
    await using under = await open();
    await using other = await under.connect();
    const key = freshKey();
    await under.store.put({ key, body: Buffer.from('0'), contentType });
    const count = async (store: typeof other): Promise<void> => {
      for (;;) {
        const read = await store.get({ key });
        const body = Buffer.from(String(Number(await bytesOf(read)) + 1));
        const put = store.put({ key, body, contentType, onlyIf: { etag: read.head.etag } });
        const done = await put.then(
          () => true,
          (error: { code?: string }) => {
            if (error.code !== 'PRECONDITION_FAILED') throw error;
            return false;
          },
        );
        if (done) return;
      }
    };
    await Promise.all(Array.from({ length: 12 }, (_, n) => count(n % 2 === 0 ? other : under.store)));
    expect((await contentOf(under.store, key)).toString()).toBe('12');
  });

  test('a condition on an object that is not there fails, and writes nothing', async () => {
    await using under = await open();
    const key = freshKey();
    const put = under.store.put({ key, body: new Uint8Array(3), contentType, onlyIf: { etag: 'x' } });
    await expect(put).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
    expect(await under.store.head(key)).toBeUndefined();
  });

  test('what is deleted is gone with all its versions, and may be deleted again or written anew', async () => {
    await using under = await open();
    const key = freshKey();
    await under.store.delete(key);
    for (const text of ['one', 'two', 'three']) {
      await under.store.put({ key, body: Buffer.from(text), contentType });
    }
    await under.store.delete(key);
    await under.store.delete(key);
    expect(await under.store.head(key)).toBeUndefined();
    expect(await under.store.versions(key)).toEqual([]);
    await expect(under.store.get({ key })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await under.store.list({ prefix: key, limit: 10 })).toEqual({ objects: [], next: undefined });
    await under.store.put({ key, body: Buffer.from('four'), contentType, onlyIf: 'absent' });
    expect((await contentOf(under.store, key)).toString()).toBe('four');
  });
}
