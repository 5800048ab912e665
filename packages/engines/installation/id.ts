import { createHash } from 'node:crypto';
import type { Sql } from '../relational/port.ts';

/**
 * By what installations are told apart: whose engines they are is known by the PostgreSQL database, where all begins. Another one for a copy on another server and for a
 * database that was made anew under the same name; the same after a failover.
 */
export async function installationId(sql: Sql): Promise<string> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT system_identifier || '/' || (SELECT oid FROM pg_database WHERE datname = current_database()) AS id FROM pg_control_system()`,
  );
  return createHash('sha256')
    .update(rows[0]?.id ?? '')
    .digest('hex')
    .slice(0, 32);
}

/** What `installationId` answers. */
export const installationIdForm = /^[0-9a-f]{32}$/;
