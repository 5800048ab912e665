import type { Sql } from '@tributary/engines/relational';
import { genesisHash } from './audit-chain.ts';

export interface NewWorkspace {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly foundedBy: string;
  readonly now: Date;
}

/** Makes the workspace and the start of its audit chain. False when the slug is taken. */
export async function insertWorkspace(
  tx: Sql,
  workspace: NewWorkspace,
  chainKey: Uint8Array,
): Promise<boolean> {
  const { id, slug, name, foundedBy, now } = workspace;
  const { rowCount } = await tx.query(
    `INSERT INTO identity.workspace (id, slug, name, founded_by, created_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (slug) DO NOTHING`,
    [id, slug, name, foundedBy, now],
  );
  if (rowCount !== 1) return false;
  await tx.query('INSERT INTO identity.audit_head (workspace_id, seq, hash) VALUES ($1, 0, $2)', [
    id,
    genesisHash(chainKey, id),
  ]);
  return true;
}

/** How many workspaces the user made. Locks the account, so that of two that count at once the second sees what the first made. */
export async function foundedCount(tx: Sql, userId: string): Promise<number> {
  await tx.query('SELECT 1 FROM identity."user" WHERE id = $1 FOR NO KEY UPDATE', [userId]);
  const { rows } = await tx.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM identity.workspace WHERE founded_by = $1',
    [userId],
  );
  return rows[0]?.count ?? 0;
}

export async function findWorkspaceBySlug(
  sql: Sql,
  slug: string,
): Promise<{ readonly id: string; readonly slug: string } | undefined> {
  const { rows } = await sql.query<{ id: string; slug: string }>(
    'SELECT id, slug FROM identity.workspace WHERE slug = $1',
    [slug],
  );
  return rows[0];
}
