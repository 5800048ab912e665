import type { Sql } from '@tributary/engines/relational';

export interface Usage {
  readonly usedBytes: number;
  /** Null: the installation's. */
  readonly quotaBytes: number | null;
}

const columns = 'used_bytes::float8 AS "usedBytes", quota_bytes::float8 AS "quotaBytes"';

export async function usageOf(sql: Sql, workspaceId: string): Promise<Usage> {
  const { rows } = await sql.query<Usage>(`SELECT ${columns} FROM files.usage WHERE workspace_id = $1`, [
    workspaceId,
  ]);
  return rows[0] ?? { usedBytes: 0, quotaBytes: null };
}

/** What a workspace takes, locked: whoever takes more decides on facts. */
export async function lockUsage(tx: Sql, workspaceId: string): Promise<Usage> {
  const { rows } = await tx.query<Usage>(
    `INSERT INTO files.usage (workspace_id) VALUES ($1)
     ON CONFLICT (workspace_id) DO UPDATE SET used_bytes = files.usage.used_bytes RETURNING ${columns}`,
    [workspaceId],
  );
  return rows[0] ?? { usedBytes: 0, quotaBytes: null };
}

/** Null: the installation's. The row is there: whoever sets it has it locked. */
export async function writeQuota(tx: Sql, workspaceId: string, quotaBytes: number | null): Promise<void> {
  await tx.query('UPDATE files.usage SET quota_bytes = $2 WHERE workspace_id = $1', [
    workspaceId,
    quotaBytes,
  ]);
}

/** Workspaces are identity's, which says by its function whether there is one. */
export async function isWorkspace(sql: Sql, workspaceId: string): Promise<boolean> {
  const { rows } = await sql.query<{ found: boolean }>('SELECT identity.has_workspace($1) AS found', [
    workspaceId,
  ]);
  return rows[0]?.found === true;
}

export async function addUsage(tx: Sql, workspaceId: string, bytes: number): Promise<void> {
  await tx.query('UPDATE files.usage SET used_bytes = used_bytes + $2 WHERE workspace_id = $1', [
    workspaceId,
    bytes,
  ]);
}

/** Bytes that uploads under way will take, but for one of them. */
export async function reservedBytes(sql: Sql, workspaceId: string, exceptId: string | null): Promise<number> {
  const { rows } = await sql.query<{ bytes: number }>(
    `SELECT coalesce(sum(greatest(size_bytes, offset_bytes)), 0)::float8 AS bytes FROM files.upload
     WHERE workspace_id = $1 AND state <> 'COMPLETED' AND NOT discarded AND ($2::uuid IS NULL OR id <> $2)`,
    [workspaceId, exceptId],
  );
  return rows[0]?.bytes ?? 0;
}

export async function fileCount(sql: Sql, workspaceId: string): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    'SELECT count(*)::integer AS count FROM files.file WHERE workspace_id = $1 AND trashed_at IS NULL',
    [workspaceId],
  );
  return rows[0]?.count ?? 0;
}
