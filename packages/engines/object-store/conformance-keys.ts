import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentType, freshKey, type OpenObjectStoreUnderTest } from './conformance-objects.ts';
import { objectLimits } from './port.ts';

const hostile = [
  '',
  '/',
  '/etc/passwd',
  '../secret',
  'a/../b',
  'a/..',
  'a/./b',
  '.',
  '..',
  '.hidden',
  'a//b',
  'a/',
  'a/b@',
  '%2e%2e/b',
  'a%2fb',
  'a\\b',
  '..\\b',
  'C:/b',
  'a\0b',
  'a b',
  'a\nb',
  'A/b',
  'ä',
  '\u2025/b',
  'a\u2215b',
  '\u{1F600}',
  'a..b',
  'a.',
  '-a',
  'a/~',
  'a'.repeat(objectLimits.segmentLength + 1),
  `${'a/'.repeat(objectLimits.keyLength / 2)}a`,
];

export function testKeys(open: OpenObjectStoreUnderTest): void {
  test('keys that could leave their place, or meet another on some file system, are refused by every call', async () => {
    await using under = await open();
    const { store } = under;
    const attempts = (key: string): (() => Promise<unknown>)[] => [
      () => store.put({ key, body: new Uint8Array(1), contentType }),
      () => store.get({ key }),
      () => store.head(key),
      () => store.delete(key),
      () => store.versions(key),
      () => store.beginUpload({ key, contentType, partBytes: objectLimits.partBytesAtLeast }),
      () => store.presign({ method: 'GET', key, expiresInSeconds: 60 }),
    ];
    const allowed = /^[a-z0-9]+([._=-][a-z0-9]+)*(\/[a-z0-9]+([._=-][a-z0-9]+)*)*$/;
    const odd = fc.string({ unit: fc.constantFrom('a', '.', '/', '%', '2', 'e', '\\', '\0', 'Ä', '@', '-') });
    const keys = fc.oneof(fc.constantFrom(...hostile), odd, fc.string({ unit: 'binary' }));
    await fc.assert(
      fc.asyncProperty(keys, async (key) => {
        fc.pre(!allowed.test(key) || key.length > 100);
        const outcomes = await Promise.all(
          attempts(key).map((attempt) =>
            attempt().then(
              () => 'done',
              ({ code }) => code,
            ),
          ),
        );
        expect(outcomes).toEqual(outcomes.map(() => 'BAD_USER_INPUT'));
      }),
      { numRuns: 80, examples: hostile.map((key) => [key]) },
    );
  });

  test('versions and uploads that were never given out are absent, whatever they look like', async () => {
    await using under = await open();
    const key = freshKey();
    await under.store.put({ key, body: new Uint8Array(1), contentType });
    for (const id of ['', '1', '../1', '1-../../x', `1-${'0'.repeat(32)}`, '__proto__', '\0', 'null']) {
      expect(await under.store.head(key, id)).toBeUndefined();
      await expect(under.store.get({ key, versionId: id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await under.store.delete(key, id);
      const upload = { key, uploadId: id, partBytes: objectLimits.partBytesAtLeast };
      await expect(under.store.parts(upload)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await under.store.abortUpload(upload);
    }
    expect(await under.store.head(key)).toMatchObject({ sizeBytes: 1 });
  });

  test('what is said of an object must fit into headers', async () => {
    await using under = await open();
    const wrong = [
      { contentType: 'text/html\r\nx: y' },
      { contentType: '' },
      { contentType: 'ü' },
      { contentType, metadata: { 'Upper-Case': 'x' } },
      { contentType, metadata: { 'a:b': 'x' } },
      { contentType, metadata: { a: 'line\nbreak' } },
      { contentType, metadata: { a: '\u{1F600}' } },
      { contentType, metadata: { a: 'x'.repeat(2_048) } },
    ];
    for (const description of wrong) {
      const put = under.store.put({ key: freshKey(), body: new Uint8Array(1), ...description });
      await expect(put).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    }
    const longest = {
      contentType: 'x'.repeat(255),
      metadata: { a: '"'.repeat(objectLimits.metadataBytes - 1) },
    };
    const key = freshKey();
    await under.store.put({ key, body: new Uint8Array(1), ...longest });
    expect(await under.store.head(key)).toMatchObject(longest);
  });

  test('pages of any size list the keys under a prefix once, in order, whatever lies beside them', async () => {
    await using under = await open();
    const base = freshKey();
    const below = under.hidesKeysBelowKeys === true ? [] : ['a', 'a/b', 'b'];
    const names = [...below, 'a-b', 'a.b', 'a/b/c', 'a/b-c', 'a0', 'ab', 'b/x/y/z', 'b/x2'];
    const keys = names.map((name) => `${base}/${name}`);
    for (const key of keys) await under.store.put({ key, body: Buffer.from(key), contentType });
    const heads = new Map(
      await Promise.all(keys.map(async (key) => [key, await under.store.head(key)] as const)),
    );
    const prefixes = ['', 'a', 'a/', 'a/b', 'a/b/', 'b/x', 'zz', 'a.'];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...prefixes),
        fc.integer({ min: 1, max: 12 }),
        async (under_, limit) => {
          const prefix = `${base}/${under_}`;
          const listed: string[] = [];
          for (let after: string | undefined, page = 0; page < 20; page += 1) {
            const { objects, next } = await under.store.list({ prefix, after, limit });
            expect(objects.length).toBeLessThanOrEqual(limit);
            listed.push(...objects.map(({ key }) => key));
            for (const object of objects) {
              const { etag, lastModifiedMs } = heads.get(object.key) ?? {};
              expect(object).toEqual({ key: object.key, etag, sizeBytes: object.key.length, lastModifiedMs });
            }
            if (next === undefined) break;
            after = next;
          }
          expect(listed).toEqual(keys.filter((key) => key.startsWith(prefix)).sort());
        },
      ),
    );
  });

  test('a prefix may be any beginning of a key, and nothing that leads elsewhere', async () => {
    await using under = await open();
    for (const prefix of ['/', '..', '../', 'a/../', 'a//', '%2e', 'A', 'a\0', 'a@/']) {
      const list = under.store.list({ prefix, limit: 10 });
      await expect(list).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    }
    for (const limit of [0, -1, 1_001, 0.5, Number.NaN]) {
      const list = under.store.list({ prefix: '', limit });
      await expect(list).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    }
  });
}
