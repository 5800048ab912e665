import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type KeyValue, keyValueLimits } from './port.ts';

export interface KeyValueUnderTest extends AsyncDisposable {
  readonly keyValue: KeyValue;
  /** Lets time pass for the store: by moving its clock, or by waiting where the clock is the engine's. */
  readonly elapse: (ms: number) => Promise<void>;
}

type Open = () => Promise<KeyValueUnderTest>;

/**
 * The promises of the key-value port, held against one adapter. Each test opens a store with no keys. Times are in seconds and the tests of an adapter run
 * side by side, because some engines let time pass only by waiting.
 */
export function describeKeyValue(name: string, open: Open): void {
  describe(`key-value on ${name}`, { concurrent: true }, () => {
    testValues(open);
    testWindows(open);
    testLocks(open);
  });
}

const coded = (code: string): unknown => expect.objectContaining({ code });

function testValues(open: Open): void {
  test('operations answer as a plain map would', async () => {
    await using under = await open();
    const { keyValue } = under;
    const key = fc.constantFrom('a', 'b', '__proto__');
    const value = fc.constantFrom('', '1', 'x', 'ü\u{1F600}');
    const step = fc.oneof(
      fc.tuple(fc.constant('get' as const), key),
      fc.tuple(fc.constant('set' as const), key, value),
      fc.tuple(fc.constant('delete' as const), key),
      fc.tuple(fc.constant('swap' as const), key, fc.option(value, { nil: undefined }), value),
      fc.tuple(fc.constant('add' as const), key, fc.integer({ min: -5, max: 5 })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        for (const each of ['a', 'b', '__proto__']) await keyValue.delete(each);
        const model = new Map<string, string>();
        for (const [kind, at, first, second] of steps) {
          if (kind === 'get') expect(await keyValue.get(at)).toBe(model.get(at));
          else if (kind === 'delete') {
            await keyValue.delete(at);
            model.delete(at);
          } else if (kind === 'set') {
            await keyValue.set(at, first);
            model.set(at, first);
          } else if (kind === 'swap') {
            const holds = model.get(at) === first;
            expect(await keyValue.compareAndSet(at, first, second)).toBe(holds);
            if (holds) model.set(at, second);
          } else if (/^-?\d+$/.test(model.get(at) ?? '0')) {
            const sum = Number(model.get(at) ?? '0') + first;
            expect(await keyValue.increment(at, first)).toBe(sum);
            model.set(at, String(sum));
          } else {
            await expect(keyValue.increment(at, first)).rejects.toThrow(coded('CONFLICT'));
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a value is there until its time is up, and writing it again without a TTL makes it stay', async () => {
    await using under = await open();
    const { keyValue, elapse } = under;
    await keyValue.set('ends', 'x', 3_000);
    await keyValue.set('stays', 'x', 3_000);
    await keyValue.set('stays', 'y');
    expect(await keyValue.get('ends')).toBe('x');
    await elapse(3_001);
    expect(await keyValue.get('ends')).toBeUndefined();
    expect(await keyValue.get('stays')).toBe('y');
    expect(await keyValue.compareAndSet('ends', undefined, 'new')).toBe(true);
  });

  test('a counter ends with the TTL it was made with, however often it grows', async () => {
    await using under = await open();
    const { keyValue, elapse } = under;
    expect(await keyValue.increment('hits', 1, 5_000)).toBe(1);
    await elapse(2_500);
    expect(await keyValue.increment('hits', 1, 5_000)).toBe(2);
    await elapse(2_501);
    expect(await keyValue.increment('hits', 1, 5_000)).toBe(1);
  });

  test('a hundred increments at once count to a hundred, and of a hundred swaps one wins', async () => {
    await using under = await open();
    const { keyValue } = under;
    const hundred = Array.from({ length: 100 }, (_, index) => index);
    const sums = await Promise.all(hundred.map(() => keyValue.increment('hits', 1)));
    expect(new Set(sums).size).toBe(100);
    expect(await keyValue.get('hits')).toBe('100');
    const swaps = await Promise.all(
      hundred.map((n) => keyValue.compareAndSet('leader', undefined, String(n))),
    );
    expect(swaps.filter(Boolean)).toHaveLength(1);
  });

  test('a key or a value beyond the limits is refused and nothing is kept', async () => {
    await using under = await open();
    const { keyValue } = under;
    const longValue = 'x'.repeat(keyValueLimits.valueBytes + 1);
    await expect(keyValue.set('k', longValue)).rejects.toThrow(coded('PAYLOAD_TOO_LARGE'));
    await expect(keyValue.get('ü'.repeat(keyValueLimits.keyBytes))).rejects.toThrow(
      coded('PAYLOAD_TOO_LARGE'),
    );
    await expect(keyValue.set('k', 'x', 0)).rejects.toThrow(RangeError);
    expect(await keyValue.get('k')).toBeUndefined();
  });
}

function testWindows(open: Open): void {
  test('a window gives out its limit and no more, and says when there is more', async () => {
    await using under = await open();
    const { keyValue, elapse } = under;
    const take = (cost: number) => keyValue.takeFromWindow({ key: 'user', limit: 10, windowMs: 5_000, cost });
    expect(await take(4)).toEqual({ allowed: true, remaining: 6, retryAfterMs: 0 });
    await elapse(1_000);
    expect(await take(6)).toEqual({ allowed: true, remaining: 0, retryAfterMs: 0 });
    const refused = await take(5);
    expect(refused).toMatchObject({ allowed: false, remaining: 0 });
    await elapse(refused.retryAfterMs);
    expect(await take(5)).toMatchObject({ allowed: true });
  });

  test('a refusal takes nothing, a look takes nothing, and what never fits is said to need a whole window', async () => {
    await using under = await open();
    const { keyValue } = under;
    const take = (cost: number) => keyValue.takeFromWindow({ key: 'user', limit: 3, windowMs: 60_000, cost });
    expect(await take(2)).toMatchObject({ allowed: true, remaining: 1 });
    expect(await take(2)).toMatchObject({ allowed: false, remaining: 1 });
    expect(await take(0)).toMatchObject({ allowed: true, remaining: 1 });
    expect(await take(4)).toEqual({ allowed: false, remaining: 1, retryAfterMs: 60_000 });
    expect(await take(1)).toMatchObject({ allowed: true, remaining: 0 });
  });

  test('a hundred takers at once share one budget', async () => {
    await using under = await open();
    const request = { key: 'user', limit: 40, windowMs: 60_000, cost: 1 };
    const budgets = await Promise.all(
      Array.from({ length: 100 }, () => under.keyValue.takeFromWindow(request)),
    );
    expect(budgets.filter(({ allowed }) => allowed)).toHaveLength(40);
  });
}

function testLocks(open: Open): void {
  test('a lock has one holder, and each later holder has a greater token', async () => {
    await using under = await open();
    const { keyValue, elapse } = under;
    const first = await keyValue.lock('job', 3_000);
    expect(first).toBeDefined();
    expect(await keyValue.lock('job', 3_000)).toBeUndefined();
    expect(await keyValue.lock('other', 3_000)).toBeDefined();
    await first?.[Symbol.asyncDispose]();
    const second = await keyValue.lock('job', 3_000);
    await elapse(3_001);
    const third = await keyValue.lock('job', 60_000);
    const tokens = [first, second, third].map((lock) => lock?.fencingToken ?? Number.NaN);
    expect(tokens.every((token, index) => index === 0 || token > (tokens[index - 1] ?? 0))).toBe(true);
  });

  test('a holder whose time ran out cannot release the lock of the next', async () => {
    await using under = await open();
    const { keyValue, elapse } = under;
    const late = await keyValue.lock('job', 3_000);
    await elapse(3_001);
    expect(await keyValue.lock('job', 60_000)).toBeDefined();
    await late?.[Symbol.asyncDispose]();
    expect(await keyValue.lock('job', 60_000)).toBeUndefined();
  });
}
