import type { Sql } from '@tributary/engines/relational';

/** A table whose rows belong to a workspace and are listed in the order of their ids. Both texts are ours, never a caller's. */
export interface OwnTable {
  readonly name: string;
  readonly columns: string;
}

export interface OwnPage {
  readonly workspaceId: string;
  readonly afterId: string | null;
  /** One row more is answered when there are more. */
  readonly size: number;
}

export async function ownPage<Row extends object>(
  sql: Sql,
  { name, columns }: OwnTable,
  { workspaceId, afterId, size }: OwnPage,
): Promise<readonly Row[]> {
  const { rows } = await sql.query<Row>(
    `SELECT ${columns} FROM ${name} WHERE workspace_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`,
    [workspaceId, afterId, size + 1],
  );
  return rows;
}

export async function ownRows<Row extends { readonly id: string }>(
  sql: Sql,
  { name, columns }: OwnTable,
  { workspaceId, ids }: { readonly workspaceId: string; readonly ids: readonly string[] },
): Promise<ReadonlyMap<string, Row>> {
  const { rows } = await sql.query<Row>(
    `SELECT ${columns} FROM ${name} WHERE workspace_id = $1 AND id = ANY($2::uuid[])`,
    [workspaceId, ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Until the transaction ends nobody else who asks for this may add to a workspace's rows: what is found of them holds. */
export async function lockRows(tx: Sql, { name }: OwnTable, workspaceId: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${name}:${workspaceId}`]);
}

/** Whether a workspace has a row of this name. */
export async function hasName(
  sql: Sql,
  table: OwnTable,
  { workspaceId, name }: { readonly workspaceId: string; readonly name: string },
): Promise<boolean> {
  const { rows } = await sql.query(`SELECT FROM ${table.name} WHERE workspace_id = $1 AND name = $2`, [
    workspaceId,
    name,
  ]);
  return rows.length > 0;
}

/** Whether a workspace has this many rows. */
export async function hasRows(
  sql: Sql,
  { name }: OwnTable,
  { workspaceId, limit }: { readonly workspaceId: string; readonly limit: number },
): Promise<boolean> {
  const { rows } = await sql.query(`SELECT FROM ${name} WHERE workspace_id = $1 OFFSET $2 LIMIT 1`, [
    workspaceId,
    limit - 1,
  ]);
  return rows.length > 0;
}
