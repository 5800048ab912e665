import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { inject } from 'vitest';
import { RedisKeyValue } from '../key-value/redis.ts';
import { parseRedisUrl } from './address.ts';

/** The Redis of this run, under a prefix that nobody else has; `changes` go into the URL. */
export function freshRedisUrl(changes: Readonly<Record<string, string>> = {}): string {
  const url = new URL(inject('engines')['REDIS_URL'] ?? 'missing: run npm run test:engines -- redis');
  url.searchParams.set('prefix', `t${randomBytes(6).toString('hex')}:`);
  for (const [name, value] of Object.entries(changes)) {
    if (name === 'port') url.port = value;
    else if (name === 'username') url.username = value;
    else if (name === 'password') url.password = value;
    else url.searchParams.set(name, value);
  }
  return url.href;
}

/** A plain connection, to do to the server what no adapter would. */
export function administrator(): Redis & AsyncDisposable {
  const { hostname, port, password } = new URL(freshRedisUrl());
  const redis = new Redis({ host: hostname, port: Number(port), password });
  return Object.assign(redis, { [Symbol.asyncDispose]: async () => void (await redis.quit()) });
}

/** The key-value store by its URL, whosever it is. */
export function openRedis(url: string): Promise<RedisKeyValue> {
  return RedisKeyValue.open(parseRedisUrl(url, 'KEY_VALUE_URL'), undefined);
}
