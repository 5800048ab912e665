import type { Sql } from './port.ts';

/**
 * Makes an index where there is none of that name in the schema. It is asked for first: `CREATE INDEX IF NOT EXISTS` locks the table against writers before it looks,
 * waits for every transaction that has written there, and has all later writers wait behind it, also when there is nothing to do
 * (https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES, ShareLock).
 * @param on where and what, as after ON: `shop.item (code)`
 */
export async function ensureIndex(tx: Sql, name: `${string}.${string}`, on: string): Promise<void> {
  if (await isThere(tx, [name])) return;
  await tx.query(`CREATE INDEX ${name.slice(name.indexOf('.') + 1)} ON ${on}`);
}

/** Whether tables and indexes of these names are all there, without a lock on any. */
export async function isThere(sql: Sql, names: readonly string[]): Promise<boolean> {
  const { rows } = await sql.query<{ there: boolean }>(
    'SELECT bool_and(to_regclass(name) IS NOT NULL) AS there FROM unnest($1::text[]) AS name',
    [names],
  );
  return rows[0]?.there === true;
}
