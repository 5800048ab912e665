import { CodedError, type Logger, tellTrouble } from '@tributary/runtime';
import type { RedisAddress } from '../redis/address.ts';
import { RedisConnection } from '../redis/connection.ts';
import type { RedisScript } from '../redis/script.ts';
import type { KeyValue, KeyValueLock, WindowBudget, WindowRequest } from './port.ts';
import {
  compareAndSetScript,
  incrementScript,
  lockScript,
  takeScript,
  unlockScript,
} from './redis-scripts.ts';
import { checkKeyAndValue, checkTtl, checkWindow, notACounter } from './refusals.ts';
import { exactTakings } from './sliding-window.ts';

/** What a ping writes is gone soon. */
const pingKeptMs = 10_000;

/** The key-value port on Redis 6.2 or newer, or Valkey. Each method is one command or one script, and that is its atomicity. */
export class RedisKeyValue implements KeyValue {
  readonly #connection: RedisConnection;
  readonly #address: RedisAddress;
  readonly #prefix: string;
  readonly #tellForgetful: ((error: unknown) => void) | undefined;

  private constructor(connection: RedisConnection, address: RedisAddress, log: Logger | undefined) {
    this.#connection = connection;
    this.#address = address;
    this.#prefix = address.prefix;
    this.#tellForgetful =
      log &&
      tellTrouble({
        log,
        level: 'error',
        message: 'a setting of Redis was changed: locks and lasting values are not safe there any more',
        over: 'the settings of Redis are as they have to be again',
        fields: { engine: 'redis' },
      });
  }

  /** @throws CodedError CONFIG_INVALID for a Redis that forgets keys without a TTL, or has a part of them; ENGINE_UNAVAILABLE */
  static async open(address: RedisAddress, log: Logger | undefined): Promise<RedisKeyValue> {
    const connection = await RedisConnection.open({ address, name: 'tributary-key-value', log });
    try {
      await refuseNodes(connection, address);
      await refuseForgetful(connection, address);
    } catch (error) {
      await connection[Symbol.asyncDispose]();
      throw error;
    }
    return new RedisKeyValue(connection, address, log);
  }

  async get(key: string): Promise<string | undefined> {
    checkKeyAndValue(key);
    return (await this.#connection.run((client) => client.get(this.#value(key)))) ?? undefined;
  }

  async set(key: string, value: string, ttlMs?: number): Promise<void> {
    checkKeyAndValue(key, value);
    const ttl = wholeTtl(ttlMs);
    await this.#connection.run((client) =>
      ttl === '' ? client.set(this.#value(key), value) : client.set(this.#value(key), value, 'PX', ttl),
    );
  }

  async delete(key: string): Promise<void> {
    checkKeyAndValue(key);
    await this.#connection.run((client) => client.unlink(this.#value(key)));
  }

  async compareAndSet(
    key: string,
    expected: string | undefined,
    next: string,
    ttlMs?: number,
  ): Promise<boolean> {
    checkKeyAndValue(key, next);
    const ttl = wholeTtl(ttlMs);
    if (expected !== undefined)
      return (await this.#script(compareAndSetScript, [this.#value(key)], [expected, next, ttl])) === 1;
    const answer = await this.#connection.run((client) =>
      ttl === ''
        ? client.set(this.#value(key), next, 'NX')
        : client.set(this.#value(key), next, 'PX', ttl, 'NX'),
    );
    return answer === 'OK';
  }

  async increment(key: string, by: number, ttlMs?: number): Promise<number> {
    checkKeyAndValue(key);
    if (!Number.isSafeInteger(by)) throw notACounter();
    const sum = await this.#script(incrementScript, [this.#value(key)], [by, wholeTtl(ttlMs)]);
    if (sum === null) throw notACounter();
    return Number(sum);
  }

  async takeFromWindow(request: WindowRequest): Promise<WindowBudget> {
    const { key, limit, windowMs, cost } = request;
    checkKeyAndValue(key);
    checkWindow(request);
    // What never fits takes nothing, and is told what there is.
    const asked = cost > limit ? 0 : cost;
    const args = [limit, windowMs, asked, exactTakings];
    const answer = await this.#script(takeScript, [`${this.#prefix}w:${key}`], args);
    const [allowed, remaining, retryAfterMs] = (answer as readonly string[]).map(Number);
    if (cost > limit) return { allowed: false, remaining: remaining ?? 0, retryAfterMs: windowMs };
    return { allowed: allowed === 1, remaining: remaining ?? 0, retryAfterMs: retryAfterMs ?? 0 };
  }

  async lock(key: string, ttlMs: number): Promise<KeyValueLock | undefined> {
    checkKeyAndValue(key);
    checkTtl(ttlMs);
    const [ends, tokens, last] = ['lock-ends', 'lock-tokens', 'lock-last'].map((name) => this.#prefix + name);
    const token = await this.#script(lockScript, [ends ?? '', tokens ?? '', last ?? ''], [key, ttlMs]);
    if (token === null) return undefined;
    return {
      fencingToken: Number(token),
      [Symbol.asyncDispose]: async () => {
        await this.#script(unlockScript, [ends ?? '', tokens ?? ''], [key, String(token)]);
      },
    };
  }

  /** By a write: one that is full, or cannot save what it has, answers all else. */
  async ping(): Promise<void> {
    const [replication] = await Promise.all([
      this.#connection.run((client) => client.info('replication')),
      refuseForgetful(this.#connection, this.#address).catch((error: unknown) => {
        if (!(error instanceof CodedError) || error.code !== 'CONFIG_INVALID') throw error;
        // It serves on: what it forgets is not known to be gone yet.
        this.#tellForgetful?.(error);
      }),
    ]);
    if (/^role:slave/m.test(replication))
      throw new CodedError('ENGINE_UNAVAILABLE', 'The Redis is a replica, which takes no writes.');
    await this.#connection.run((client) => client.set(`${this.#address.prefix}ping`, '', 'PX', pingKeptMs));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
  }

  #value(key: string): string {
    return `${this.#prefix}v:${key}`;
  }

  #script(
    script: RedisScript,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    return this.#connection.run((client) => script.run(client, keys, args));
  }
}

/** Redis takes whole milliseconds; what is left over is rounded up, so that nothing ends before its time. */
function wholeTtl(ttlMs: number | undefined): number | '' {
  if (ttlMs === undefined) return '';
  checkTtl(ttlMs);
  return Math.min(Math.ceil(ttlMs), Number.MAX_SAFE_INTEGER);
}

/** A node of a Redis Cluster has some of the keys, and takes no script over several that lie apart, as those of locks do. */
async function refuseNodes(
  connection: RedisConnection,
  { setting, host, port }: RedisAddress,
): Promise<void> {
  const cluster = await connection.run((client) => client.info('cluster'));
  if (!/^cluster_enabled:1/m.test(cluster)) return;
  const message = `${setting} names a node of a Redis Cluster at ${host}:${port}, which has a part of the keys; name a Redis or Valkey that has cluster-enabled no: one primary, as a provider or a proxy in front of Sentinel shows it.`;
  throw new CodedError('CONFIG_INVALID', message, { details: { setting } });
}

/** Values without a TTL, and locks, are promised to stay: a Redis that may evict any key at all breaks that silently. */
async function refuseForgetful(
  connection: RedisConnection,
  { setting, host, port }: RedisAddress,
): Promise<void> {
  const memory = await connection.run((client) => client.info('memory'));
  const policy = /maxmemory_policy:(\S+)/.exec(memory)?.[1] ?? '';
  if (!policy.startsWith('allkeys') || /maxmemory:0\s/.test(memory)) return;
  const message = `${setting} names a Redis at ${host}:${port} that forgets any key when it is full (${policy}); set its maxmemory-policy to noeviction or volatile-ttl.`;
  throw new CodedError('CONFIG_INVALID', message, { details: { setting, policy } });
}
