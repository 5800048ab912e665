import pg from 'pg';
import type { LockOptions, RelationalLock } from './port.ts';
import { codedSqlError } from './postgres-errors.ts';
import { leaveConnection } from './postgres-farewell.ts';

/** How often a holder asks its connection for a sign of life, and how long it waits for one. */
const heartbeatMs = 2_000;
const silenceLimitMs = 4_000;

/** Takes an advisory lock on a connection of its own; undefined when another session has it. */
export async function tryPostgresLock(
  settings: pg.ClientConfig,
  key: number,
  { silentForMs }: LockOptions = {},
): Promise<RelationalLock | undefined> {
  const client = new pg.Client({
    ...settings,
    application_name: `${settings.application_name} lock`,
    query_timeout: silenceLimitMs,
  });
  const lost = new AbortController();
  const onLost = (): void => lost.abort();
  client.on('error', onLost);
  client.on('end', onLost);
  try {
    await client.connect();
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      key,
    ]);
    if (rows[0]?.taken !== true) {
      await leaveConnection(client);
      return undefined;
    }
    // The kernel of a stopped process goes on answering for its sockets: only the server can tell that nobody speaks.
    if (silentForMs !== undefined) await client.query(`SET idle_session_timeout = ${Math.ceil(silentForMs)}`);
  } catch (error) {
    await leaveConnection(client);
    throw codedSqlError(error);
  }
  // A connection whose other end vanished without a word says nothing by itself for hours.
  const beatEveryMs = silentForMs === undefined ? heartbeatMs : silentForMs / 4;
  const heartbeat = setInterval(() => void client.query('SELECT 1').catch(onLost), beatEveryMs);
  heartbeat.unref();
  lost.signal.addEventListener('abort', () => clearInterval(heartbeat), { once: true });
  return {
    lost: lost.signal,
    [Symbol.asyncDispose]: async () => {
      clearInterval(heartbeat);
      client.off('end', onLost);
      // Unlocked by word: the server may notice a closed socket later than the next holder asks.
      if (!lost.signal.aborted)
        await client.query('SELECT pg_advisory_unlock($1)', [key]).catch(() => undefined);
      await leaveConnection(client);
    },
  };
}
