import type { Sql } from '@tributary/engines/relational';
import type { Role } from '@tributary/subgraph-kit';
import type { WorkspaceRecord } from './directory.ts';

/** What a workspace knows of somebody it asked to come: nothing but what was typed. */
export interface InvitationRecord {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  /** The user who made it; null for keys and services. */
  readonly invitedBy: string | null;
  readonly createdAt: string;
}

export interface ReceivedInvitationRecord {
  readonly workspace: WorkspaceRecord;
  readonly role: Role;
  readonly createdAt: string;
}

export interface InvitationWrite {
  readonly id: string;
  readonly workspaceId: string;
  readonly userId: string;
  readonly email: string;
  readonly role: Role;
  readonly invitedBy: string | null;
  readonly now: Date;
}

interface InvitationRow extends Omit<InvitationRecord, 'createdAt'> {
  readonly createdAt: Date;
}

const columns = 'id, email, role, invited_by AS "invitedBy", created_at AS "createdAt"';

/** False when the user is invited already. */
export async function insertInvitation(tx: Sql, invitation: InvitationWrite): Promise<boolean> {
  const { id, workspaceId, userId, email, role, invitedBy, now } = invitation;
  const { rowCount } = await tx.query(
    `INSERT INTO identity.invitation (id, workspace_id, user_id, email, role, invited_by, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (workspace_id, user_id) DO NOTHING`,
    [id, workspaceId, userId, email, role, invitedBy, now],
  );
  return rowCount === 1;
}

export async function invitationCount(tx: Sql, workspaceId: string): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM identity.invitation WHERE workspace_id = $1',
    [workspaceId],
  );
  return rows[0]?.count ?? 0;
}

/** A page of a workspace's invitations in the order they were made, and one more when there are more. */
export async function invitationsPage(
  sql: Sql,
  workspaceId: string,
  page: { readonly size: number; readonly afterId: string | null },
): Promise<readonly InvitationRecord[]> {
  const { rows } = await sql.query<InvitationRow>(
    `SELECT ${columns} FROM identity.invitation
     WHERE workspace_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`,
    [workspaceId, page.afterId, page.size + 1],
  );
  return rows.map(invitationRecord);
}

/** The invitation of this workspace, locked. */
export async function lockInvitation(
  tx: Sql,
  workspaceId: string,
  id: string,
): Promise<InvitationRecord | undefined> {
  const { rows } = await tx.query<InvitationRow>(
    `SELECT ${columns} FROM identity.invitation WHERE workspace_id = $1 AND id = $2 FOR UPDATE`,
    [workspaceId, id],
  );
  return rows[0] && invitationRecord(rows[0]);
}

export async function deleteInvitation(tx: Sql, workspaceId: string, id: string): Promise<void> {
  await tx.query('DELETE FROM identity.invitation WHERE workspace_id = $1 AND id = $2', [workspaceId, id]);
}

/** Deletes what a user invited to the workspace with a role that is not among `kept`, and answers it. */
export async function deleteInvitationsBy(
  tx: Sql,
  workspaceId: string,
  { invitedBy, kept }: { readonly invitedBy: string; readonly kept: readonly Role[] },
): Promise<readonly { readonly id: string; readonly role: Role }[]> {
  const { rows } = await tx.query<{ readonly id: string; readonly role: Role }>(
    `DELETE FROM identity.invitation WHERE workspace_id = $1 AND invited_by = $2 AND role <> ALL($3::text[])
     RETURNING id, role`,
    [workspaceId, invitedBy, kept],
  );
  return rows;
}

/** Holds the workspace with this slug if it invites the person: its members change before or after what follows, never meanwhile. */
export async function holdInvitingWorkspace(
  tx: Sql,
  { userId, slug }: { readonly userId: string; readonly slug: string },
): Promise<void> {
  await tx.query(
    `SELECT 1 FROM identity.workspace w WHERE w.slug = $2
       AND EXISTS (SELECT 1 FROM identity.invitation i WHERE i.workspace_id = w.id AND i.user_id = $1) FOR SHARE OF w`,
    [userId, slug],
  );
}

export interface TakenInvitation {
  readonly id: string;
  readonly workspaceId: string;
  readonly role: Role;
}

/** Takes a person's invitation to the workspace with this slug away, to accept or to decline it: one call of two gets it. */
export async function takeInvitation(
  tx: Sql,
  { userId, slug }: { readonly userId: string; readonly slug: string },
): Promise<TakenInvitation | undefined> {
  const { rows } = await tx.query<TakenInvitation>(
    `DELETE FROM identity.invitation i USING identity.workspace w
     WHERE w.id = i.workspace_id AND i.user_id = $1 AND w.slug = $2
     RETURNING i.id, i.workspace_id AS "workspaceId", i.role`,
    [userId, slug],
  );
  return rows[0];
}

/** The latest 100 invitations of a person. */
export async function invitationsOf(sql: Sql, userId: string): Promise<readonly ReceivedInvitationRecord[]> {
  const { rows } = await sql.query<{
    readonly workspace: Omit<WorkspaceRecord, 'createdAt'>;
    readonly workspaceCreatedAt: Date;
    readonly role: Role;
    readonly createdAt: Date;
  }>(
    `SELECT json_build_object('id', w.id, 'slug', w.slug, 'name', w.name) AS workspace, w.created_at AS "workspaceCreatedAt",
            i.role, i.created_at AS "createdAt"
     FROM identity.invitation i JOIN identity.workspace w ON w.id = i.workspace_id
     WHERE i.user_id = $1 ORDER BY i.id DESC LIMIT 100`,
    [userId],
  );
  return rows.map(({ workspace, workspaceCreatedAt, role, createdAt }) => ({
    workspace: { ...workspace, createdAt: workspaceCreatedAt.toISOString() },
    role,
    createdAt: createdAt.toISOString(),
  }));
}

function invitationRecord({ createdAt, ...row }: InvitationRow): InvitationRecord {
  return { ...row, createdAt: createdAt.toISOString() };
}
