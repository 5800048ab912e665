import { once } from 'node:events';
import { CodedError, type Logger, tellTrouble } from '@tributary/runtime';
import { Redis } from 'ioredis';
import { type RedisAddress, redisTls } from './address.ts';
import { codedRedisError, isOfReplica, unreachableRedis } from './faults.ts';

/** Callers that wait for a lost connection at once; more are refused. */
const waitersAtMost = 1_000;
const connectWithinMs = 5_000;

export interface RedisConnectionOptions {
  readonly address: RedisAddress;
  /** Shown by CLIENT LIST. */
  readonly name: string;
  readonly log: Logger | undefined;
}

/**
 * One connection, on which commands of all callers travel together. It is renewed when lost, after 50 ms doubling to 2 s, each a random half shorter.
 * What was under way then is refused and not sent again, since nobody knows whether it was done; what comes meanwhile waits for `timeoutMs` at most.
 */
export class RedisConnection implements AsyncDisposable {
  readonly client: Redis;
  readonly #address: RedisAddress;
  #waiting = 0;
  #closed = false;

  private constructor(client: Redis, address: RedisAddress) {
    this.client = client;
    this.#address = address;
  }

  /** @throws CodedError CONFIG_INVALID, ENGINE_UNAVAILABLE that names the setting, the place and what to look at */
  static async open({ address, name, log }: RedisConnectionOptions): Promise<RedisConnection> {
    const { host, port, database, username, password, timeoutMs } = address;
    const tls = await redisTls(address);
    const client = new Redis({
      host,
      port,
      db: database,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(tls === undefined ? {} : { tls }),
      connectionName: name,
      lazyConnect: true,
      connectTimeout: connectWithinMs,
      commandTimeout: timeoutMs,
      // A peer that vanished without a word is given up, and looked for anew.
      socketTimeout: timeoutMs * 2,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (times) => Math.min(50 * 2 ** (times - 1), 2_000) * (0.5 + Math.random() / 2),
      reconnectOnError: isOfReplica,
    });
    // Each caller that waits for the connection listens for it.
    client.setMaxListeners(waitersAtMost + 10);
    let fault: unknown;
    client.on('error', (error) => {
      fault = error;
      log?.debug({ engine: 'redis', err: error }, 'a connection to Redis failed');
    });
    try {
      await client.connect();
      // The driver goes on in database 0 when this one is refused.
      if (database > 0) await client.select(database);
    } catch (error) {
      client.disconnect();
      throw unreachableRedis(fault ?? error, address);
    }
    const connection = new RedisConnection(client, address);
    const tell =
      log &&
      tellTrouble({
        log,
        message: 'a connection to Redis was lost; connecting again',
        over: 'a connection to Redis holds again',
        fields: { engine: 'redis', host, connection: name },
      });
    client.on('ready', () => {
      fault = undefined;
    });
    client.on('close', () => {
      // Without its cause: the driver's has the command with it, and that the password.
      const why = unreachableRedis(fault ?? new Error('Connection is closed.'), address).message;
      // Told by itself, though the connection was lost by something else a moment ago.
      const isRefused = fault instanceof Error && /^(WRONGPASS|NOAUTH|NOPERM)/.test(fault.message);
      if (!connection.#closed)
        tell?.(new CodedError(isRefused ? 'CONFIG_INVALID' : 'ENGINE_UNAVAILABLE', why));
    });
    return connection;
  }

  /** Runs a command once there is a connection. @throws CodedError ENGINE_UNAVAILABLE, OVERLOADED, or what the command is refused with */
  async run<Value>(command: (client: Redis) => Promise<Value>): Promise<Value> {
    if (this.#closed) throw new CodedError('ENGINE_UNAVAILABLE', 'The connection to Redis is closed.');
    try {
      if (this.client.status !== 'ready') await this.#ready();
      return await command(this.client);
    } catch (error) {
      throw codedRedisError(error, this.#address);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    if (this.client.status === 'end') return;
    // QUIT lets replies that are under way arrive; a server that is away cannot be asked.
    if (this.client.status === 'ready') await this.client.quit().catch(() => undefined);
    this.client.disconnect();
  }

  async #ready(): Promise<void> {
    const { host, port, timeoutMs } = this.#address;
    const away = (): CodedError =>
      new CodedError('ENGINE_UNAVAILABLE', 'Redis is away for a moment.', {
        details: { engine: 'redis', place: `${host}:${port}` },
      });
    if (this.#waiting >= waitersAtMost) throw away();
    this.#waiting += 1;
    try {
      await once(this.client, 'ready', { signal: AbortSignal.timeout(timeoutMs) });
    } catch {
      throw away();
    } finally {
      this.#waiting -= 1;
    }
  }
}
