import type { Sql } from '@tributary/engines/relational';
import type { Role } from '@tributary/subgraph-kit';

export interface MembershipRow {
  readonly workspaceId: string;
  readonly role: Role;
}

export async function roleOf(sql: Sql, workspaceId: string, userId: string): Promise<Role | null> {
  const { rows } = await sql.query<{ role: Role }>(
    'SELECT role FROM identity.member WHERE workspace_id = $1 AND user_id = $2',
    [workspaceId, userId],
  );
  return rows[0]?.role ?? null;
}

/**
 * The same for a token that is about to say it, until the transaction ends: a change under way is waited for, and one that comes later comes after
 * the token.
 */
export async function holdRole(tx: Sql, workspaceId: string, userId: string): Promise<Role | null> {
  const { rows } = await tx.query<{ role: Role }>(
    'SELECT role FROM identity.member WHERE workspace_id = $1 AND user_id = $2 FOR SHARE',
    [workspaceId, userId],
  );
  return rows[0]?.role ?? null;
}

/** The membership in a workspace by slug, or else in `preferred`, or else the oldest one; held as by `holdRole`. */
export async function chooseMembership(
  tx: Sql,
  choice: { readonly userId: string; readonly slug: string | null; readonly preferred: string | null },
): Promise<MembershipRow | undefined> {
  const { rows } = await tx.query<MembershipRow>(
    `SELECT m.workspace_id AS "workspaceId", m.role FROM identity.member m JOIN identity.workspace w ON w.id = m.workspace_id
     WHERE m.user_id = $1 AND ($2::text IS NULL OR w.slug = $2)
     ORDER BY (m.workspace_id = $3::uuid) DESC NULLS LAST, m.created_at, m.workspace_id LIMIT 1 FOR SHARE OF m`,
    [choice.userId, choice.slug, choice.preferred],
  );
  return rows[0];
}

/** The workspaces of a user, those joined first before the others: nobody hides them by adding the user to more. */
export async function workspacesOf(sql: Sql, userId: string, limit: number): Promise<readonly string[]> {
  const { rows } = await sql.query<{ workspaceId: string }>(
    `SELECT workspace_id AS "workspaceId" FROM identity.member WHERE user_id = $1 ORDER BY created_at, workspace_id LIMIT $2`,
    [userId, limit],
  );
  return rows.map(({ workspaceId }) => workspaceId);
}

/** Which of these workspaces the user is a member of. */
export async function memberWorkspaces(
  sql: Sql,
  userId: string,
  workspaceIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql.query<{ workspaceId: string }>(
    'SELECT workspace_id AS "workspaceId" FROM identity.member WHERE user_id = $1 AND workspace_id = ANY($2::uuid[])',
    [userId, workspaceIds],
  );
  return new Set(rows.map(({ workspaceId }) => workspaceId));
}

/** Serialises changes of one workspace's members, so that "the last owner" is decided on facts. */
export async function lockWorkspace(tx: Sql, workspaceId: string): Promise<boolean> {
  const { rowCount } = await tx.query('SELECT 1 FROM identity.workspace WHERE id = $1 FOR UPDATE', [
    workspaceId,
  ]);
  return rowCount === 1;
}

export async function ownerCount(tx: Sql, workspaceId: string): Promise<number> {
  const { rows } = await tx.query<{ owners: number }>(
    `SELECT count(*)::int AS owners FROM identity.member WHERE workspace_id = $1 AND role = 'OWNER'`,
    [workspaceId],
  );
  return rows[0]?.owners ?? 0;
}

export interface MemberWrite {
  readonly workspaceId: string;
  readonly userId: string;
  readonly role: Role;
  readonly now: Date;
}

/** False when the user is a member already. */
export async function insertMember(tx: Sql, member: MemberWrite): Promise<boolean> {
  const { rowCount } = await tx.query(
    'INSERT INTO identity.member (workspace_id, user_id, role, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    [member.workspaceId, member.userId, member.role, member.now],
  );
  return rowCount === 1;
}

/** Sets the role and answers since when the user is a member. */
export async function setRole(tx: Sql, member: Omit<MemberWrite, 'now'>): Promise<Date | undefined> {
  const { rows } = await tx.query<{ createdAt: Date }>(
    'UPDATE identity.member SET role = $3 WHERE workspace_id = $1 AND user_id = $2 RETURNING created_at AS "createdAt"',
    [member.workspaceId, member.userId, member.role],
  );
  return rows[0]?.createdAt;
}

/** Ends the membership; the workspace's audit log goes on knowing the name. */
export async function deleteMember(tx: Sql, workspaceId: string, userId: string): Promise<void> {
  await tx.query(
    `WITH gone AS (DELETE FROM identity.member WHERE workspace_id = $1 AND user_id = $2 RETURNING workspace_id, user_id)
     INSERT INTO identity.past_member (workspace_id, user_id) SELECT workspace_id, user_id FROM gone ON CONFLICT DO NOTHING`,
    [workspaceId, userId],
  );
}
