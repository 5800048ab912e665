import type { Sql } from '@tributary/engines/relational';
import type { Role } from '@tributary/subgraph-kit';

export interface ApiKeyRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly hash: Buffer;
  readonly role: Role;
  readonly scopes: readonly string[];
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

const columns = `id, workspace_id AS "workspaceId", name, hash, role, scopes, created_by AS "createdBy", created_at AS "createdAt",
  expires_at AS "expiresAt", revoked_at AS "revokedAt"`;

export async function insertApiKey(tx: Sql, key: ApiKeyRow): Promise<void> {
  await tx.query(
    `INSERT INTO identity.api_key (id, workspace_id, name, hash, role, scopes, created_by, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      key.id,
      key.workspaceId,
      key.name,
      key.hash,
      key.role,
      key.scopes,
      key.createdBy,
      key.createdAt,
      key.expiresAt,
    ],
  );
}

/** Keys of the workspace that are neither revoked nor expired. */
export async function liveKeyCount(tx: Sql, workspaceId: string, now: Date): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM identity.api_key
     WHERE workspace_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)`,
    [workspaceId, now],
  );
  return rows[0]?.count ?? 0;
}

/** By id alone: the caller proves itself with the secret. */
export async function findApiKey(sql: Sql, id: string): Promise<ApiKeyRow | undefined> {
  const { rows } = await sql.query<ApiKeyRow>(
    `SELECT ${columns} FROM identity.api_key WHERE id = $1`,
    [id],
    'identity-find-api-key',
  );
  return rows[0];
}

/** The role of a key that holds at this moment; null for one that was revoked or has expired, or is another workspace's. */
export async function roleOfKey(sql: Sql, workspaceId: string, id: string): Promise<Role | null> {
  const { rows } = await sql.query<{ role: Role }>(`SELECT role FROM identity.rights_now($1, 'apiKey', $2)`, [
    workspaceId,
    id,
  ]);
  return rows[0]?.role ?? null;
}

/** A key of this workspace, locked. */
export async function lockApiKey(tx: Sql, workspaceId: string, id: string): Promise<ApiKeyRow | undefined> {
  const { rows } = await tx.query<ApiKeyRow>(
    `SELECT ${columns} FROM identity.api_key WHERE workspace_id = $1 AND id = $2 FOR UPDATE`,
    [workspaceId, id],
  );
  return rows[0];
}

export async function setRevoked(tx: Sql, id: string, now: Date): Promise<void> {
  await tx.query('UPDATE identity.api_key SET revoked_at = $2 WHERE id = $1', [id, now]);
}
