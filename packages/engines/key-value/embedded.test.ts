import { ManualClock } from '@tributary/runtime';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeKeyValue } from './conformance.ts';
import { EmbeddedKeyValue } from './embedded.ts';
import { openKeyValue } from './open.ts';

describeKeyValue('memory', async () => {
  const clock = new ManualClock(1_750_000_000_000);
  const keyValue = new EmbeddedKeyValue({ clock });
  return {
    keyValue,
    elapse: async (ms) => clock.advance(ms),
    [Symbol.asyncDispose]: () => keyValue[Symbol.asyncDispose](),
  };
});

test('at any moment of any history a value is what the last write within its TTL says', async () => {
  const step = fc.record({
    waitMs: fc.nat(50),
    key: fc.constantFrom('a', 'b'),
    value: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
    ttlMs: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const clock = new ManualClock(0);
      const keyValue = new EmbeddedKeyValue({ clock });
      const model = new Map<string, { value: string; endMs: number }>();
      for (const { waitMs, key, value, ttlMs } of steps) {
        clock.advance(waitMs);
        const known = model.get(key);
        const alive = known !== undefined && known.endMs > clock.now() ? known.value : undefined;
        expect(await keyValue.get(key)).toBe(alive);
        if (value === undefined) continue;
        await keyValue.set(key, value, ttlMs);
        model.set(key, {
          value,
          endMs: ttlMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + ttlMs,
        });
      }
    }),
  );
});

test('a full store forgets the oldest value with a TTL, keeps lasting ones, and refuses when only those are left', async () => {
  const keyValue = new EmbeddedKeyValue({ clock: new ManualClock(0), maxKeys: 3 });
  await keyValue.set('lasting', 'x');
  await keyValue.set('old', 'x', 1_000);
  await keyValue.set('older, but written again', 'x', 1_000);
  await keyValue.set('old', 'y', 1_000);
  await keyValue.set('new', 'x', 1_000);
  expect(await keyValue.get('older, but written again')).toBeUndefined();
  expect([await keyValue.get('lasting'), await keyValue.get('old')]).toEqual(['x', 'y']);
  await keyValue.set('old', 'stays');
  await keyValue.set('new', 'stays');
  await expect(keyValue.set('fourth', 'x', 5)).rejects.toThrow(
    expect.objectContaining({ code: 'OVERLOADED' }),
  );
});

test('a held lock is never forgotten to make room', async () => {
  const clock = new ManualClock(0);
  const keyValue = new EmbeddedKeyValue({ clock, maxKeys: 2 });
  await keyValue.lock('a', 100);
  await keyValue.lock('b', 200);
  await expect(keyValue.lock('c', 100)).rejects.toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  clock.advance(100);
  expect(await keyValue.lock('c', 100)).toBeDefined();
  expect(await keyValue.lock('b', 100)).toBeUndefined();
});

test('fencing tokens go on growing after a restart', async () => {
  const clock = new ManualClock(1_000);
  const before = new EmbeddedKeyValue({ clock });
  const tokens = await Promise.all(['a', 'b', 'c'].map((key) => before.lock(key, 10)));
  clock.advance(1);
  const after = await new EmbeddedKeyValue({ clock }).lock('a', 10);
  expect(after?.fencingToken).toBeGreaterThan(Math.max(...tokens.map((lock) => lock?.fencingToken ?? 0)));
});

test('an engine that this build does not have is refused by name', async () => {
  const opening = openKeyValue('memcached://localhost', {
    clock: new ManualClock(0),
    relational: undefined as never,
  });
  await expect(opening).rejects.toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

test('asking for nothing of windows that are not there pushes no other out', async () => {
  const clock = new ManualClock(0);
  const keyValue = new EmbeddedKeyValue({ clock, maxKeys: 10 });
  const window = { limit: 1, windowMs: 1_000 };
  await keyValue.takeFromWindow({ ...window, key: 'full', cost: 1 });
  for (let index = 0; index < 100; index += 1) {
    const asked = await keyValue.takeFromWindow({ ...window, key: `made-up-${index}`, cost: 0 });
    expect(asked).toEqual({ allowed: true, remaining: 1, retryAfterMs: 0 });
  }
  expect((await keyValue.takeFromWindow({ ...window, key: 'full', cost: 1 })).allowed).toBe(false);
});
