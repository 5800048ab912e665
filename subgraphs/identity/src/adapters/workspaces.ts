import type { Sql } from '@tributary/engines/relational';
import { genesisHash } from './audit-chain.ts';

export interface NewWorkspace {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly now: Date;
}

/** Makes the workspace and the start of its audit chain. False when the slug is taken. */
export async function insertWorkspace(
  tx: Sql,
  workspace: NewWorkspace,
  chainKey: Uint8Array,
): Promise<boolean> {
  const { id, slug, name, now } = workspace;
  const { rowCount } = await tx.query(
    'INSERT INTO identity.workspace (id, slug, name, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (slug) DO NOTHING',
    [id, slug, name, now],
  );
  if (rowCount !== 1) return false;
  await tx.query('INSERT INTO identity.audit_head (workspace_id, seq, hash) VALUES ($1, 0, $2)', [
    id,
    genesisHash(chainKey, id),
  ]);
  return true;
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
