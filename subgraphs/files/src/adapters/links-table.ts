import type { Sql } from '@tributary/engines/relational';
import type { LinkRecord } from '../domain/file.ts';
import { makerHasRights } from './makers-rights.ts';
import { moment } from './sql-text.ts';

const linkColumns = `l.id, l.file_id AS "fileId", l.version_id AS "versionId", l.version_number AS "versionNumber", l.inline,
  l.created_by AS "createdBy", ${moment('l.created_at')} AS "createdAt", ${moment('l.expires_at')} AS "expiresAt",
  ${moment('l.revoked_at')} AS "revokedAt"`;

export async function insertLink(
  tx: Sql,
  workspaceId: string,
  link: LinkRecord & { readonly createdByKind: string },
): Promise<void> {
  await tx.query(
    `INSERT INTO files.link (workspace_id, id, file_id, version_id, version_number, inline, created_by, created_at, expires_at, created_by_kind)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      workspaceId,
      link.id,
      link.fileId,
      link.versionId,
      link.versionNumber,
      link.inline,
      link.createdBy,
      link.createdAt,
      link.expiresAt,
      link.createdByKind,
    ],
  );
}

export async function lockLink(tx: Sql, workspaceId: string, id: string): Promise<LinkRecord | undefined> {
  const { rows } = await tx.query<LinkRecord>(
    `SELECT ${linkColumns} FROM files.link l WHERE l.workspace_id = $1 AND l.id = $2 FOR UPDATE`,
    [workspaceId, id],
  );
  return rows[0];
}

export async function setLinkRevoked(
  tx: Sql,
  workspaceId: string,
  link: Pick<LinkRecord, 'id' | 'revokedAt'>,
): Promise<void> {
  await tx.query('UPDATE files.link SET revoked_at = $3 WHERE workspace_id = $1 AND id = $2', [
    workspaceId,
    link.id,
    link.revokedAt,
  ]);
}

/** Keeps a link that is revoked and had no row; false when it is kept already. */
export async function insertRevokedLink(tx: Sql, workspaceId: string, link: LinkRecord): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO files.link (workspace_id, id, file_id, version_id, version_number, inline, created_by, created_at, expires_at, revoked_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8) ON CONFLICT DO NOTHING`,
    [
      workspaceId,
      link.id,
      link.fileId,
      link.versionId,
      link.versionNumber,
      link.inline,
      link.createdBy,
      link.revokedAt,
      link.expiresAt,
    ],
  );
  return rowCount === 1;
}

/** A page of a file's links that still work, newest first, and one more when there are more. */
export async function linksPage(
  sql: Sql,
  workspaceId: string,
  page: {
    readonly fileId: string;
    readonly beforeId: string | null;
    readonly size: number;
    readonly now: Date;
  },
): Promise<readonly LinkRecord[]> {
  const { rows } = await sql.query<LinkRecord>(
    `SELECT ${linkColumns} FROM files.link l WHERE l.workspace_id = $1 AND l.file_id = $2 AND l.revoked_at IS NULL AND l.expires_at > $3 AND ${makerHasRights}
       AND ($4::uuid IS NULL OR l.id < $4)
     ORDER BY l.id DESC LIMIT $5`,
    [workspaceId, page.fileId, page.now, page.beforeId, page.size + 1],
  );
  return rows;
}

export async function removeExpiredLinks(sql: Sql, before: Date, limit: number): Promise<number> {
  const { rowCount } = await sql.query(
    `DELETE FROM files.link WHERE (workspace_id, id) IN (SELECT workspace_id, id FROM files.link WHERE expires_at < $1 LIMIT $2)`,
    [before, limit],
  );
  return rowCount;
}
