import { setTimeout as delay } from 'node:timers/promises';
import { CodedError, type Logger, requireStillWanted, tellTrouble } from '@tributary/runtime';
import pg from 'pg';
import { boundedParsers } from './answer-bound.ts';
import type {
  LockOptions,
  Relational,
  RelationalLock,
  Sql,
  SqlResult,
  StatementOptions,
  TransactionOptions,
} from './port.ts';
import { cancelOnAbort } from './postgres-cancel.ts';
import { codedSqlError, isUnanswered, isUngiven, isWorthRepeating } from './postgres-errors.ts';
import { PostgresListener } from './postgres-listener.ts';
import { tryPostgresLock } from './postgres-lock.ts';

export interface PostgresOptions {
  readonly log: Logger;
  /** Connections at most; further callers wait up to 5 s. */
  readonly poolSize: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** What a statement may take, unless its transaction says otherwise; 30,000 when absent. */
  readonly statementLimitMs?: number;
  /** How long the server's word about that limit is waited for; 5,000 when absent. */
  readonly silenceLimitMs?: number;
}

const transactionTries = 4;
const connectWithinMs = 5_000;

/** Connects lazily: the first statement opens the first connection. */
export function connectPostgres(url: string, options: PostgresOptions): Relational {
  return new PostgresRelational(url, options);
}

/** The driver takes these for `verify-full`, and warns of each that it may mean something else one day. */
function inDriverWords(url: string): string {
  return url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/g, '$1verify-full');
}

class PostgresRelational implements Relational {
  readonly pool: pg.Pool;
  readonly url: string;
  readonly #listener: PostgresListener;
  readonly #settings: pg.ClientConfig;
  readonly #silenceLimitMs: number;
  readonly #tellUngiven: (error: unknown) => void;
  readonly #poolSize: number;
  /** Connections that there are; the pool counts those that it waits for as well. */
  readonly #given = new Set<pg.PoolClient>();
  /** When one was given back last, whole. */
  #workedMs = Number.NEGATIVE_INFINITY;
  #closed: Promise<void> | undefined;

  constructor(url: string, options: PostgresOptions) {
    const { silenceLimitMs = 5_000 } = options;
    // What the URL says wins in the driver, for this connection's statements and for nothing that is reckoned from them.
    const statementLimitMs = statementLimitIn(url) ?? options.statementLimitMs ?? 30_000;
    this.url = url;
    this.#silenceLimitMs = silenceLimitMs;
    this.#settings = {
      connectionString: inDriverWords(url),
      application_name: options.applicationName,
      connectionTimeoutMillis: connectWithinMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    };
    this.pool = new pg.Pool({
      ...this.#settings,
      max: options.poolSize,
      idleTimeoutMillis: 30_000,
      statement_timeout: statementLimitMs,
      // A server that stands still, or whose packets are dropped, ends nothing: who waits for it has to.
      query_timeout: statementLimitMs + silenceLimitMs,
      lock_timeout: 10_000,
      idle_in_transaction_session_timeout: 30_000,
    });
    // An idle connection that dies is replaced by the pool; without a listener the event would end the process.
    this.pool.on('error', (err) => {
      if (this.#closed === undefined)
        options.log.warn({ engine: 'postgres', err }, 'an idle connection was lost');
    });
    // The pool takes its own listener away before whoever asked for a connection can have theirs: between the two the server may say that it ends.
    this.pool.on('connect', (client) => client.on('error', () => undefined));
    this.#poolSize = options.poolSize;
    this.pool.on('connect', (client) => this.#given.add(client));
    this.pool.on('remove', (client) => this.#given.delete(client));
    this.pool.on('release', (err) => {
      if (err == null) this.#workedMs = performance.now();
    });
    this.#tellUngiven = tellTrouble({
      log: options.log,
      message: `the database, or a pooler in front of it, gives no further connection while others work: callers wait for it in vain. Let it have the ${options.poolSize} that this process may ask for`,
      over: 'no connection to the database was asked for in vain any more',
      fields: { engine: 'postgres' },
    });
    this.#listener = new PostgresListener({ ...this.#settings, query_timeout: silenceLimitMs }, options.log);
  }

  async query<Row>(
    text: string,
    values: readonly unknown[] = [],
    options?: string | StatementOptions,
  ): Promise<SqlResult<Row>> {
    const { mostBytes, ...query } = statementOf(text, values, options);
    if (mostBytes !== undefined) return this.#bounded<Row>(query, mostBytes);
    return run<Row>(this.pool, query).catch((error: unknown) => {
      throw this.#withoutConnection(error);
    });
  }

  /** Told to whoever runs this too, where it is no server that is away. */
  #withoutConnection(error: unknown): unknown {
    const coded = codedSqlError(error);
    const others = performance.now() - this.#workedMs < connectWithinMs;
    if (others && this.#given.size < this.#poolSize && isUngiven(coded)) this.#tellUngiven(coded);
    return coded;
  }

  /** A server that has more to say than anybody takes is left, so that neither it nor the next caller waits for the rest. */
  async #bounded<Row>(query: pg.QueryConfig, mostBytes: number): Promise<SqlResult<Row>> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw this.#withoutConnection(error);
    });
    let failed = true;
    try {
      const types = boundedParsers(mostBytes, () => void client.end());
      const result = await run<Row>(client, { ...query, types });
      failed = false;
      return result;
    } finally {
      client.release(failed);
    }
  }

  async transaction<Result>(
    work: (tx: Sql) => Promise<Result>,
    options: TransactionOptions = {},
  ): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(work, options);
      } catch (error) {
        if (attempt === transactionTries || !isWorthRepeating(error)) throw error;
        await delay(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  listen(channel: string, onNotify: (payload: string) => void): Promise<AsyncDisposable> {
    return this.#listener.listen(channel, onNotify);
  }

  tryLock(key: number, options?: LockOptions): Promise<RelationalLock | undefined> {
    return tryPostgresLock(this.#settings, key, options);
  }

  async ping(): Promise<void> {
    const { rows } = await this.query<{ reads: boolean }>(
      `SELECT current_setting('transaction_read_only') = 'on' AS reads`,
    );
    if (rows[0]?.reads === true) throw new CodedError('ENGINE_UNAVAILABLE', 'The database takes no writes.');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#listener[Symbol.asyncDispose]().then(() => this.pool.end());
    await this.#closed;
  }

  async #once<Result>(work: (tx: Sql) => Promise<Result>, options: TransactionOptions): Promise<Result> {
    const { isolation = 'read committed', statementLimitMs, signal } = options;
    requireStillWanted(signal);
    const client = await this.pool.connect().catch((error: unknown) => {
      throw this.#withoutConnection(error);
    });
    // Checked out, the connection's errors are ours to hear; the statement that runs rejects as well.
    const onError = (): void => undefined;
    client.on('error', onError);
    const limit =
      statementLimitMs === undefined ? {} : { query_timeout: statementLimitMs + this.#silenceLimitMs };
    const ask = async <Row>(
      query: pg.QueryConfig,
    ): Promise<SqlResult<Row> & { readonly command: string }> => {
      try {
        return await run<Row>(client, { ...query, ...limit });
      } catch (error) {
        // What is asked after it would wait behind it, and the server rolls back what has lost its connection.
        if (isUnanswered(error)) void client.end();
        throw error;
      }
    };
    let open = true;
    const tx: Sql = {
      query: async <Row>(
        text: string,
        values: readonly unknown[] = [],
        options?: string | StatementOptions,
      ) => {
        if (!open) throw new Error('This transaction has ended; await every statement inside it.');
        requireStillWanted(signal);
        const { mostBytes, ...query } = statementOf(text, values, options);
        if (mostBytes === undefined) return ask<Row>(query);
        return ask<Row>({ ...query, types: boundedParsers(mostBytes, () => undefined) });
      },
    };
    let broken = false;
    let letGo = (): void => undefined;
    try {
      await ask({ text: `BEGIN ISOLATION LEVEL ${isolationSql[isolation]}` });
      if (signal !== undefined) {
        const { rows } = await ask<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' });
        letGo = cancelOnAbort(signal, { pool: this.pool, client, pid: rows[0]?.pid });
      }
      if (statementLimitMs !== undefined)
        await ask({ text: `SET LOCAL statement_timeout = ${Math.ceil(statementLimitMs)}` });
      const result = await work(tx);
      open = false;
      // From here on it is committed: a cancellation must not reach that.
      letGo();
      requireStillWanted(signal);
      const { command } = await ask({ text: 'COMMIT' });
      // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK: a caught error inside `work` must not look like success.
      if (command !== 'COMMIT')
        throw new CodedError('INTERNAL', 'A statement of the transaction had failed: nothing was written.');
      return result;
    } catch (error) {
      const isLeft = open && signal?.aborted === true;
      open = false;
      letGo();
      broken = await ask({ text: 'ROLLBACK' }).then(
        () => false,
        () => true,
      );
      if (isLeft)
        throw new CodedError('DEADLINE_EXCEEDED', 'Nobody waits for this any more.', { cause: error });
      throw codedSqlError(error);
    } finally {
      client.off('error', onError);
      // A cancellation under way would hit whoever had the connection next.
      client.release(broken || signal?.aborted === true);
    }
  }
}

function statementLimitIn(url: string): number | undefined {
  const said = new URL(url).searchParams.getAll('statement_timeout').at(-1);
  return said === undefined ? undefined : Number(said);
}

const isolationSql = {
  'read committed': 'READ COMMITTED',
  'repeatable read': 'REPEATABLE READ',
  serializable: 'SERIALIZABLE',
} as const satisfies Record<NonNullable<TransactionOptions['isolation']>, string>;

function statementOf(
  text: string,
  values: readonly unknown[],
  options: string | StatementOptions = {},
): pg.QueryConfig & { readonly mostBytes: number | undefined } {
  const { name, mostBytes } = typeof options === 'string' ? { name: options } : options;
  return { text, values: [...values], ...(name === undefined ? {} : { name }), mostBytes };
}

interface BoundedQuery extends pg.QueryConfig {
  readonly query_timeout?: number;
}

async function run<Row>(
  on: pg.Pool | pg.PoolClient,
  query: BoundedQuery,
): Promise<SqlResult<Row> & { readonly command: string }> {
  try {
    const { rows, rowCount, command } = await on.query(query);
    return { rows: rows as Row[], rowCount: rowCount ?? 0, command };
  } catch (error) {
    throw codedSqlError(error);
  }
}
