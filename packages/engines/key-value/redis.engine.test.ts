import { setTimeout as delay } from 'node:timers/promises';
import { createLogger } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { parseRedisUrl } from '../redis/address.ts';
import { administrator, freshRedisUrl, openRedis } from '../redis/provisioned.fixture.ts';
import { describeKeyValue } from './conformance.ts';
import { RedisKeyValue } from './redis.ts';

const open = (url = freshRedisUrl()) => openRedis(url);
/** A TTL ends by the server's clock, which a timer of this process may be a millisecond ahead of. */
const clocksApartMs = 5;

describeKeyValue('Redis', async () => {
  const keyValue = await open();
  return {
    keyValue,
    elapse: (ms) => delay(ms + clocksApartMs),
    [Symbol.asyncDispose]: () => keyValue[Symbol.asyncDispose](),
  };
});

test('a window takes all it may in any order of costs and gives back exactly what left it', async () => {
  await using keyValue = await open();
  const take = (cost: number) => keyValue.takeFromWindow({ key: 'k', limit: 1_000, windowMs: 60_000, cost });
  let used = 0;
  for (let n = 0; n < 400; n += 1) {
    const cost = (n * 7) % 5;
    const fits = used + cost <= 1_000;
    const budget = await take(cost);
    if (fits) used += cost;
    expect(budget).toMatchObject({ allowed: fits, remaining: 1_000 - used });
  }
});

test('two prefixes on one server share nothing', async () => {
  await using here = await open();
  await using there = await open();
  await here.set('k', 'here');
  expect(await there.get('k')).toBeUndefined();
  expect(await there.lock('k', 60_000)).toBeDefined();
  expect(await here.lock('k', 60_000)).toBeDefined();
});

test('a Redis that lost everything still gives later holders greater tokens', async () => {
  const url = freshRedisUrl();
  await using keyValue = await open(url);
  const before = await keyValue.lock('job', 60_000);
  await using admin = administrator();
  const prefix = new URL(url).searchParams.get('prefix') ?? '';
  await admin.del(...(await admin.keys(`${prefix}*`)));
  const after = await keyValue.lock('job', 60_000);
  expect(after?.fencingToken).toBeGreaterThan(before?.fencingToken ?? Number.NaN);
});

test('scripts are sent again to a Redis that forgot them', async () => {
  await using keyValue = await open();
  expect(await keyValue.increment('n', 1)).toBe(1);
  await using admin = administrator();
  await admin.script('FLUSH');
  expect(await keyValue.increment('n', 1)).toBe(2);
});

/** Fills the server to what it may hold, and lets it hold what it did before. */
async function whileFull(policy: string, work: () => Promise<void>): Promise<void> {
  await using admin = administrator();
  await admin.config('SET', 'maxmemory-policy', policy);
  await admin.config('SET', 'maxmemory', '1mb');
  try {
    await work();
  } finally {
    await admin.config('SET', 'maxmemory', '0');
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
  }
}

test('a full Redis that forgets nothing refuses, and goes on answering', async () => {
  await using keyValue = await open();
  await keyValue.set('there', 'x');
  await whileFull('noeviction', async () => {
    await expect(keyValue.set('k', 'x')).rejects.toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    await expect(keyValue.increment('k', 1)).rejects.toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    expect(await keyValue.get('there')).toBe('x');
    // Whoever asks whether it is well is told.
    await expect(keyValue.ping()).rejects.toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    await keyValue.delete('there');
  });
  await keyValue.ping();
});

test('a Redis that is set to forget any key while it is used is told of at error, and serves on', async () => {
  const lines: string[] = [];
  const log = createLogger({
    name: 'test',
    level: 'error',
    destination: { write: (line: string) => void lines.push(line) },
  });
  const address = parseRedisUrl(freshRedisUrl(), 'KEY_VALUE_URL');
  await using keyValue = await RedisKeyValue.open(address, log);
  await keyValue.ping();
  expect(lines).toEqual([]);
  await using admin = administrator();
  await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await admin.config('SET', 'maxmemory', '1gb');
  try {
    await keyValue.ping();
    await keyValue.ping();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('forgets any key when it is full (allkeys-lru)');
  } finally {
    await admin.config('SET', 'maxmemory', '0');
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
  }
});

test('a full Redis that forgets keys with a TTL forgets no lock and no lasting value', async () => {
  await using keyValue = await open();
  await keyValue.set('lasting', 'x');
  expect(await keyValue.lock('job', 60_000)).toBeDefined();
  await keyValue.set('ending', 'x'.repeat(200_000), 60_000);
  await whileFull('volatile-ttl', async () => {
    await expect(keyValue.set('k', 'x')).rejects.toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    expect(await keyValue.get('ending')).toBeUndefined();
    expect(await keyValue.get('lasting')).toBe('x');
  });
  expect(await keyValue.lock('job', 60_000)).toBeUndefined();
});

test('a Redis that would forget any key is refused at the start', async () => {
  await whileFull('allkeys-lru', async () => {
    await expect(open()).rejects.toThrow(
      /^KEY_VALUE_URL names a Redis at 127\.0\.0\.1:\d+ that forgets any key when it is full/,
    );
  });
});
