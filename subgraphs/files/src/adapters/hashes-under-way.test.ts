import { createHash, randomBytes } from 'node:crypto';
import { eventually } from '@tributary/test-kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HashThread } from './hash-thread.ts';
import { createHashesUnderWay, type PartsHash } from './hashes-under-way.ts';

function fresh(hashes: ReturnType<typeof createHashesUnderWay>): PartsHash {
  const hash = hashes.take('upload', undefined);
  if (hash === undefined) throw new TypeError('of nothing there is a hash');
  return hash;
}

const sha256 = (...bytes: readonly Uint8Array[]): string => {
  const hash = createHash('sha256');
  for (const each of bytes) hash.update(each);
  return hash.digest('hex');
};

/** Hashes under way, and the threads that were begun for them. */
function withThreads(options: { readonly idleMs?: number; readonly keptForMs?: number } = {}) {
  const threads: HashThread[] = [];
  const hashes = createHashesUnderWay(() => {
    const thread = new HashThread(options);
    threads.push(thread);
    return thread;
  }, options);
  return { threads, hashes };
}

test('parts of chunks of every kind are hashed as they came, each hash by itself', async () => {
  const hashes = createHashesUnderWay();
  const kinds = {
    whole: (size: number) => Buffer.from(new Uint8Array(randomBytes(size)).buffer),
    pooled: (size: number) => Buffer.from(randomBytes(Math.min(size, 4_000))),
    'part of a larger one': (size: number) => randomBytes(size + 100).subarray(50, 50 + size),
  };
  const chunk = fc.record({
    kind: fc.constantFrom('whole', 'pooled', 'part of a larger one'),
    size: fc.nat(20_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(chunk, { maxLength: 8 }), { maxLength: 4 }), async (parts) => {
      const chunks = parts.map((part) => part.map(({ kind, size }) => kinds[kind as 'whole'](size)));
      const expected = sha256(...chunks.flat());
      using hash = fresh(hashes);
      using other = fresh(hashes);
      for (const part of chunks) {
        await hash.add(part);
        await other.add([Buffer.from('another upload')]);
      }
      expect(await hash.digest()).toBe(expected);
    }),
    { numRuns: 60 },
  );
});

test('what is added behind a copy is not in it', async () => {
  const hashes = createHashesUnderWay();
  using hash = fresh(hashes);
  await hash.add([Buffer.from('first')]);
  using copy = hash.copy();
  await hash.add([Buffer.from('second')]);
  expect(await copy.digest()).toBe(sha256(Buffer.from('first')));
  expect(await hash.digest()).toBe(sha256(Buffer.from('firstsecond')));
});

test('a hash that is kept goes on for whoever has the same parts, and for nobody else', async () => {
  const hashes = createHashesUnderWay();
  for (const [asked, isThere] of [
    ['etag', true],
    ['another', false],
  ] as const) {
    using hash = fresh(hashes);
    await hash.add([Buffer.from('first')]);
    hashes.keep('upload', 'etag', hash);
    using taken = hashes.take('upload', asked);
    expect(taken === undefined).toBe(!isThere);
    await taken?.add([Buffer.from('second')]);
    if (isThere) expect(await taken?.digest()).toBe(sha256(Buffer.from('firstsecond')));
  }
});

test('when the thread ends its hashes are lost, nobody waits for it, and the next hash is right', async () => {
  const { threads, hashes } = withThreads();
  using hash = fresh(hashes);
  await hash.add([Buffer.from('first')]);
  const broken = threads[0]?.do({ kind: 'add', hash: 1, chunks: [undefined as never] });
  const behind = hash.add([Buffer.from('second')]);
  await Promise.all([broken, behind]);
  await hash.add([Buffer.from('third')]);
  expect(await hash.digest()).toBeUndefined();
  using next = fresh(hashes);
  await next.add([Buffer.from('next')]);
  expect(await next.digest()).toBe(sha256(Buffer.from('next')));
  expect(threads).toHaveLength(2);
});

test('a thread without hashes ends after a while, and one that has a hash stays', async () => {
  const { threads, hashes } = withThreads({ idleMs: 1 });
  using first = fresh(hashes);
  using second = fresh(hashes);
  await first.add([Buffer.from('first')]);
  await second.add([Buffer.from('second')]);
  await first.digest();
  expect(await second.copy().digest()).toBe(sha256(Buffer.from('second')));
  expect(threads[0]?.hasEnded).toBe(false);
  await second.digest();
  await eventually(async () => expect(threads[0]?.hasEnded).toBe(true));
});

test('a hash that another is kept in place of is dropped, and holds no thread', async () => {
  const { threads, hashes } = withThreads({ idleMs: 1 });
  using first = fresh(hashes);
  using second = fresh(hashes);
  await first.add([Buffer.from('first')]);
  await second.add([Buffer.from('second')]);
  hashes.keep('upload', 'first', first);
  hashes.keep('upload', 'second', second);
  hashes.forget('upload');
  await eventually(async () => expect(threads.map(({ hasEnded }) => hasEnded)).toEqual([true]));
});

test('a hash that nobody takes up again is given up after a while, and holds no thread', async () => {
  const { threads, hashes } = withThreads({ idleMs: 1, keptForMs: 1 });
  using hash = fresh(hashes);
  await hash.add([Buffer.from('first')]);
  hashes.keep('upload', 'first', hash);
  await eventually(async () => expect(threads.map(({ hasEnded }) => hasEnded)).toEqual([true]));
  expect(hashes.take('upload', 'first')).toBeUndefined();
});

test('a hash that was taken up again is not given up for the time it was kept', async () => {
  const { threads, hashes } = withThreads({ idleMs: 1, keptForMs: 1 });
  using hash = fresh(hashes);
  await hash.add([Buffer.from('first')]);
  hashes.keep('upload', 'first', hash);
  using taken = hashes.take('upload', 'first');
  const { hashes: others, threads: otherThreads } = withThreads({ idleMs: 1, keptForMs: 1 });
  using other = fresh(others);
  await other.add([Buffer.from('other')]);
  others.keep('upload', 'other', other);
  await eventually(async () => expect(otherThreads[0]?.hasEnded).toBe(true));
  await taken?.add([Buffer.from('second')]);
  expect(await taken?.digest()).toBe(sha256(Buffer.from('firstsecond')));
  expect(threads).toHaveLength(1);
});
