import type pg from 'pg';

export interface Cancellable {
  /** Where the server is told. */
  readonly pool: pg.Pool;
  /** The connection whose statements are meant, and the server's process behind it, which a pooler may hide. */
  readonly client: pg.PoolClient;
  readonly pid: number | undefined;
}

/**
 * Has the server end the statement of a connection when the signal aborts, until what it answers is called. A server that cannot be told loses the
 * connection, so that nobody waits for the statement.
 */
export function cancelOnAbort(signal: AbortSignal, { pool, client, pid }: Cancellable): () => void {
  const cancel = (): void => {
    pool.query('SELECT pg_cancel_backend($1)', [pid]).catch(() => void client.end());
  };
  signal.addEventListener('abort', cancel, { once: true });
  return () => signal.removeEventListener('abort', cancel);
}
