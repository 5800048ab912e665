import { createHash } from 'node:crypto';
import type { ObjectStore } from '@tributary/engines/object-store';
import type { Sql } from '@tributary/engines/relational';

/** Outside of what is swept. */
export const ownersPrefix = 'files-of/';

/**
 * Whether this database alone keeps its files in the store, which the first to ask says of itself there. Of two on one store (a copy of production's database with
 * production's bucket, a new database beside an old bucket) either would take the other's files for orphans.
 */
export async function ownsStore(store: ObjectStore, sql: Sql): Promise<boolean> {
  const own = `${ownersPrefix}${await databaseId(sql)}`;
  const owners = async (): Promise<readonly string[]> =>
    (await store.list({ prefix: ownersPrefix, limit: 2 })).objects.map(({ key }) => key);
  if ((await owners()).length === 0)
    await store.put({ key: own, body: Buffer.from('{}'), contentType: 'application/json' });
  // Two may have come at once: then neither sweeps.
  const [owner, ...others] = await owners();
  return owner === own && others.length === 0;
}

/** Another one for a copy on another server, and for a database that was made anew under the same name; the same after a failover. */
async function databaseId(sql: Sql): Promise<string> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT system_identifier || '/' || (SELECT oid FROM pg_database WHERE datname = current_database()) AS id FROM pg_control_system()`,
  );
  return createHash('sha256')
    .update(rows[0]?.id ?? '')
    .digest('hex')
    .slice(0, 32);
}
