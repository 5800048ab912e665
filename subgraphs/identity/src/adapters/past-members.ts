import type { Sql } from '@tributary/engines/relational';
import type { UserRecord } from './directory.ts';

/**
 * People who are or were members of the workspace, for readers of its audit log. Who left keeps the name and shows no address.
 * Whoever asks must have checked the right to read the log.
 */
export async function membersEver(
  sql: Sql,
  workspaceId: string,
  ids: readonly string[],
): Promise<readonly UserRecord[]> {
  const { rows } = await sql.query<Omit<UserRecord, 'createdAt'> & { readonly createdAt: Date }>(
    `SELECT u.id, u.name, CASE WHEN m.user_id IS NULL THEN NULL ELSE u.email END AS email, u.created_at AS "createdAt"
     FROM identity."user" u LEFT JOIN identity.member m ON m.workspace_id = $1 AND m.user_id = u.id
     WHERE u.id = ANY($2::uuid[]) AND (m.user_id IS NOT NULL OR EXISTS
       (SELECT 1 FROM identity.past_member p WHERE p.workspace_id = $1 AND p.user_id = u.id))`,
    [workspaceId, ids],
  );
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
}
