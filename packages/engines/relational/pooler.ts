import { CodedError } from '@tributary/runtime';
import type { Pool, PoolClient } from 'pg';

/** Limits that each connection asks for when it is opened, and that a pooler may have kept to itself. */
const limits = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];

/**
 * Refuses a pooler that gives a connection another session with each transaction, or none of its settings: prepared statements, LISTEN and locks are of a session, and
 * limits are settings of it. One that keeps a session for each connection is taken. It is found out by what it does, whatever it is called and wherever it stands.
 * @throws CodedError CONFIG_INVALID, and what the driver says
 */
export async function refusePooler(pool: Pool): Promise<void> {
  const one = await pool.connect();
  try {
    const first = await processOf(one);
    // A server names its own process as the connection is opened; a pooler makes something up for that, since a cancellation has to come back to it.
    if ((one as PoolClient & { readonly processID?: number }).processID === first) return;
    const besides = await processBesides(pool);
    if (besides === first || (await processOf(one)) !== first) throw refused(changingSessions);
    const { rows } = await one.query<{ name: string }>(
      `SELECT name FROM pg_settings WHERE name = ANY($1) AND setting = '0'`,
      [limits],
    );
    if (rows.length > 0) throw refused(lostLimits(rows.map(({ name }) => name)));
  } finally {
    one.release();
  }
}

async function processOf(client: PoolClient): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid;
}

/** Of another connection, which holds what it was given while it is asked. */
async function processBesides(pool: Pool): Promise<number | undefined> {
  const other = await pool.connect();
  let isBroken = true;
  try {
    await other.query('BEGIN');
    const pid = await processOf(other);
    await other.query('ROLLBACK');
    isBroken = false;
    return pid;
  } finally {
    other.release(isBroken);
  }
}

const changingSessions =
  'a pooler that gives a connection another session with each transaction: name the server itself, or a pooler in its session mode';

function lostLimits(names: readonly string[]): string {
  return `a pooler that does not pass on what a connection asks for (${names.join(', ')}): name the server itself, or set them for the user with ALTER ROLE … SET`;
}

function refused(what: string): CodedError {
  return new CodedError('CONFIG_INVALID', `DATABASE_URL names ${what}.`, {
    details: { setting: 'DATABASE_URL' },
  });
}
