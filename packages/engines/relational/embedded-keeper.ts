import { setTimeout as delay } from 'node:timers/promises';
import { CodedError } from '@tributary/runtime';
import pg from 'pg';
import type { Postmaster } from './embedded-postmaster.ts';
import { leaveConnection } from './postgres-farewell.ts';

export interface KeeperOptions extends Postmaster {
  /** Of the maintenance database `postgres`. */
  readonly url: string;
  /** Made when missing. */
  readonly database: string;
  readonly dataDir: string;
}

/** 'trib' in ASCII. */
const keeperLock = 0x74726962;
/** A server that stands still says nothing for good: who starts looks again, for as long as a start may take. */
const answerLimitMs = 10_000;

/**
 * The connection by which one process owns an embedded server: it holds an advisory lock, which a killed process cannot leave behind
 * (a file with a process number can), and its end tells that the server is gone.
 */
export class Keeper {
  readonly pid: number;
  readonly port: number;
  /** Resolves when the connection is lost or closed. */
  readonly gone: Promise<void>;
  readonly #client: pg.Client;

  private constructor(client: pg.Client, postmaster: Postmaster) {
    this.#client = client;
    this.pid = postmaster.pid;
    this.port = postmaster.port;
    this.gone = new Promise((resolve) => {
      client.once('end', () => resolve());
      client.once('error', () => resolve());
    });
  }

  /**
   * Undefined while the server does not answer yet.
   * @throws CodedError CONFIG_INVALID when another living process keeps this server.
   */
  static async take(options: KeeperOptions): Promise<Keeper | undefined> {
    const client = new pg.Client({
      connectionString: options.url,
      application_name: `tributary keeper ${process.pid}`,
      connectionTimeoutMillis: 5_000,
      query_timeout: answerLimitMs,
      keepAlive: true,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === '28P01')
        throw otherPassword(options.dataDir, error);
      return undefined;
    }
    const keeper = new Keeper(client, options);
    try {
      await takeLock(client, options.dataDir);
      const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [
        options.database,
      ]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(options.database)}`);
      return keeper;
    } catch (error) {
      await keeper.close();
      if (error instanceof CodedError) throw error;
      return undefined;
    }
  }

  async close(): Promise<void> {
    await leaveConnection(this.#client);
  }
}

async function takeLock(client: pg.Client, dataDir: string): Promise<void> {
  // The server notices a killed keeper's closed socket within milliseconds; this long it may take on a busy machine.
  const deadlineMs = performance.now() + 3_000;
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      keeperLock,
    ]);
    if (rows[0]?.taken === true) return;
    if (performance.now() > deadlineMs) break;
    await delay(50);
  }
  const { rows } = await client.query<{ name: string }>(
    `SELECT application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND objid = $1 AND granted`,
    [keeperLock],
  );
  const pid = /\d+$/.exec(rows[0]?.name ?? '')?.[0] ?? 'unknown';
  throw new CodedError(
    'CONFIG_INVALID',
    `The data folder ${dataDir} is in use by process ${pid}; stop it, or set DATA_DIR to another folder.`,
    {
      details: { dataDir, pid },
    },
  );
}

function otherPassword(dataDir: string, cause: Error): CodedError {
  const message = `The file password in ${dataDir} does not belong to the data beside it; restore it, or set DATA_DIR to an empty folder.`;
  return new CodedError('CONFIG_INVALID', message, { cause });
}
