import { randomBytes } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import {
  contentOf,
  contentType,
  freshKey,
  type OpenObjectStoreUnderTest,
  sha256Of,
} from './conformance-objects.ts';

export function testPresigned(open: OpenObjectStoreUnderTest): void {
  test('a presigned GET answers the object, with the headers it was made with', async () => {
    await using under = await open();
    const key = freshKey();
    const body = randomBytes(100_000);
    await under.store.put({ key, body, contentType: 'text/html' });
    const contentDisposition = 'attachment; filename="a.bin"';
    const request = await under.store.presign({
      method: 'GET',
      key,
      expiresInSeconds: 60,
      contentType,
      contentDisposition,
    });
    const response = await under.send(request);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
    expect(response.headers.get('content-type')).toBe(contentType);
    expect(response.headers.get('content-disposition')).toBe(contentDisposition);
  });

  test('a presigned PUT writes the bytes it was made for once, and no others', async () => {
    await using under = await open();
    const key = freshKey();
    const bytes = randomBytes(50_000);
    const request = await under.store.presign({
      method: 'PUT',
      key,
      expiresInSeconds: 60,
      sizeBytes: bytes.byteLength,
      sha256: sha256Of(bytes),
      contentType: 'image/png',
    });
    const longer = Buffer.concat([bytes, Buffer.from('!')]);
    for (const body of [randomBytes(50_000), bytes.subarray(1), longer]) {
      expect((await under.send(request, body)).status).toBeGreaterThanOrEqual(400);
    }
    const otherType = await under.send(request, bytes, { 'content-type': 'text/html' });
    expect(otherType.status).toBeGreaterThanOrEqual(400);
    expect(await under.store.head(key)).toBeUndefined();
    expect((await under.send(request, bytes)).status).toBe(200);
    expect(await under.store.head(key)).toMatchObject({ contentType: 'image/png', sizeBytes: 50_000 });
    expect((await under.send(request, bytes)).status).toBe(412);
    expect(await under.store.versions(key)).toHaveLength(1);
    expect((await contentOf(under.store, key)).equals(bytes)).toBe(true);
  });

  test('a presigned request is for its method and its place alone', async () => {
    await using under = await open();
    const key = freshKey();
    await under.store.put({ key, body: Buffer.from('kept'), contentType });
    const get = await under.store.presign({ method: 'GET', key, expiresInSeconds: 60 });
    const written = await under.send({ ...get, method: 'PUT' }, Buffer.from('other'));
    expect(written.status).toBe(403);
    const elsewhere = await under.send({ ...get, url: tampered(get.url) });
    expect(elsewhere.status).toBeGreaterThanOrEqual(400);
    expect((await contentOf(under.store, key)).toString()).toBe('kept');
  });

  test('a presigned request ends', async () => {
    await using under = await open();
    const key = freshKey();
    await under.store.put({ key, body: Buffer.from('kept'), contentType });
    const request = await under.store.presign({ method: 'GET', key, expiresInSeconds: 1 });
    const ended = async (): Promise<void> => {
      const { status, body } = await under.send(request);
      await body?.cancel();
      expect(status).toBe(403);
    };
    await vi.waitFor(ended, { timeout: 10_000 });
  });

  test('no presigned request is made for longer than five minutes, or for less than a second', async () => {
    await using under = await open();
    for (const expiresInSeconds of [301, 0, -1, 0.5, Number.POSITIVE_INFINITY]) {
      const presign = under.store.presign({ method: 'GET', key: freshKey(), expiresInSeconds });
      await expect(presign).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    }
  });
}

/** The same request with one letter of its path changed. */
function tampered(url: string): string {
  const at = url.indexOf('/', url.indexOf('//') + 2) + 12;
  return url.slice(0, at) + (url[at] === 'a' ? 'b' : 'a') + url.slice(at + 1);
}
