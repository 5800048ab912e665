import type { Sql } from '@tributary/engines/relational';

/** A principal as it is kept beside what acts for it. */
export interface TestPrincipal {
  readonly kind: string;
  /** A UUID. */
  readonly id: string;
  readonly workspaceId: string;
  readonly role: string | null;
  readonly scopes: readonly string[] | null;
}

/** Gives a principal the rights it says it has, in identity's tables: what acts for it later is asked about there. Twice changes nothing. */
export async function giveRights(sql: Sql, principal: TestPrincipal): Promise<void> {
  const { kind, id, workspaceId, role, scopes } = principal;
  if (role === null || (kind !== 'user' && kind !== 'apiKey')) return;
  await sql.query(
    `INSERT INTO identity.workspace (id, slug, name, created_at) VALUES ($1, $2, 'Tests', now()) ON CONFLICT DO NOTHING`,
    [workspaceId, `w-${workspaceId}`],
  );
  if (kind === 'apiKey') {
    await sql.query(
      `INSERT INTO identity.api_key (id, workspace_id, name, hash, role, scopes, created_by, created_at)
       VALUES ($1, $2, 'Key', sha256($5), $3, $4, $1, now()) ON CONFLICT DO NOTHING`,
      [id, workspaceId, role, scopes ?? [], Buffer.from(id)],
    );
    return;
  }
  await sql.query(
    `INSERT INTO identity."user" (id, email, name, password_hash, password_changed_at, created_at)
     VALUES ($1, $2, 'Somebody', 'none', now(), now()) ON CONFLICT DO NOTHING`,
    [id, `${id}@example.test`],
  );
  await sql.query(
    `INSERT INTO identity.member (workspace_id, user_id, role, created_at) VALUES ($1, $2, $3, now()) ON CONFLICT DO NOTHING`,
    [workspaceId, id, role],
  );
}

/** Ways in which a principal loses rights. */
const losses = {
  removed: 'DELETE FROM identity.member WHERE workspace_id = $1 AND user_id = $2',
  demoted: `UPDATE identity.member SET role = 'VIEWER' WHERE workspace_id = $1 AND user_id = $2`,
  revoked: 'UPDATE identity.api_key SET revoked_at = now() WHERE workspace_id = $1 AND id = $2',
  expired: `UPDATE identity.api_key SET expires_at = now() - interval '1 ms' WHERE workspace_id = $1 AND id = $2`,
} as const;

/** Takes rights away as identity does, apart from its events. */
export async function takeRights(
  sql: Sql,
  { workspaceId, id }: Pick<TestPrincipal, 'workspaceId' | 'id'>,
  loss: keyof typeof losses,
): Promise<void> {
  const { rowCount } = await sql.query(losses[loss], [workspaceId, id]);
  if (rowCount !== 1) throw new Error(`nobody could be ${loss}`);
}
