import { installationId } from '@tributary/engines/installation/id';
import type { ObjectStore } from '@tributary/engines/object-store';
import type { Sql } from '@tributary/engines/relational';

/** Outside of what is swept. */
export const ownersPrefix = 'files-of/';

/**
 * Whether this database alone keeps its files in the store, which the first to ask says of itself there. Of two on one store (a copy of production's database with
 * production's bucket, a new database beside an old bucket) either would take the other's files for orphans.
 */
export async function ownsStore(store: ObjectStore, sql: Sql): Promise<boolean> {
  const own = `${ownersPrefix}${await installationId(sql)}`;
  const owners = async (): Promise<readonly string[]> =>
    (await store.list({ prefix: ownersPrefix, limit: 2 })).objects.map(({ key }) => key);
  if ((await owners()).length === 0)
    await store.put({ key: own, body: Buffer.from('{}'), contentType: 'application/json' });
  // Two may have come at once: then neither sweeps.
  const [owner, ...others] = await owners();
  return owner === own && others.length === 0;
}
