import type { Sql } from '@tributary/engines/relational';
import type { FolderRecord } from '../domain/file.ts';
import { moment } from './sql-text.ts';

const folderColumns = `d.id, d.version, d.name, d.parent_id AS "parentId", d.created_by AS "createdBy", ${moment('d.created_at')} AS "createdAt",
  ${moment('d.updated_at')} AS "updatedAt"`;

export async function foldersById(
  sql: Sql,
  workspaceId: string,
  ids: readonly string[],
): Promise<readonly FolderRecord[]> {
  const { rows } = await sql.query<FolderRecord>(
    `SELECT ${folderColumns} FROM files.folder d WHERE d.workspace_id = $1 AND d.id = ANY($2::uuid[])`,
    [workspaceId, ids],
    'files-folders-by-id',
  );
  return rows;
}

export async function lockFolder(
  tx: Sql,
  workspaceId: string,
  id: string,
): Promise<FolderRecord | undefined> {
  const { rows } = await tx.query<FolderRecord>(
    `SELECT ${folderColumns} FROM files.folder d WHERE d.workspace_id = $1 AND d.id = $2 FOR UPDATE`,
    [workspaceId, id],
  );
  return rows[0];
}

/** Serialises moves of one workspace's folders: two moves that are fine alone could make a ring together. 'fold' in ASCII. */
export async function lockFolderTree(tx: Sql, workspaceId: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(1718578276, hashtext($1))', [workspaceId]);
}

/** How deep a folder lies, and whether `ancestorId` is among it and what it lies in. */
export async function ancestry(
  tx: Sql,
  workspaceId: string,
  { id, ancestorId }: { readonly id: string; readonly ancestorId: string },
): Promise<{ readonly depth: number; readonly within: boolean }> {
  const { rows } = await tx.query<{ depth: number; within: boolean }>(
    `WITH RECURSIVE up AS (
       SELECT id, parent_id, 1 AS depth FROM files.folder WHERE workspace_id = $1 AND id = $2
       UNION ALL
       SELECT d.id, d.parent_id, up.depth + 1 FROM files.folder d JOIN up ON d.id = up.parent_id
       WHERE d.workspace_id = $1 AND up.depth < 100
     ) SELECT count(*)::integer AS depth, coalesce(bool_or(id = $3), false) AS within FROM up`,
    [workspaceId, id, ancestorId],
  );
  return rows[0] ?? { depth: 0, within: false };
}

/** How many levels a folder and what lies in it take: 1 for one without folders. */
export async function levelsBelow(tx: Sql, workspaceId: string, id: string): Promise<number> {
  const { rows } = await tx.query<{ levels: number }>(
    `WITH RECURSIVE down AS (
       SELECT id, 1 AS level FROM files.folder WHERE workspace_id = $1 AND id = $2
       UNION ALL
       SELECT d.id, down.level + 1 FROM files.folder d JOIN down ON d.parent_id = down.id
       WHERE d.workspace_id = $1 AND down.level < 100
     ) SELECT coalesce(max(level), 1)::integer AS levels FROM down`,
    [workspaceId, id],
  );
  return rows[0]?.levels ?? 1;
}

export async function insertFolder(tx: Sql, workspaceId: string, folder: FolderRecord): Promise<void> {
  await tx.query(
    `INSERT INTO files.folder (workspace_id, id, parent_id, name, version, created_by, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
    [
      workspaceId,
      folder.id,
      folder.parentId,
      folder.name,
      folder.version,
      folder.createdBy,
      folder.createdAt,
    ],
  );
}

export async function updateFolder(tx: Sql, workspaceId: string, folder: FolderRecord): Promise<void> {
  await tx.query(
    'UPDATE files.folder SET parent_id = $3, name = $4, version = $5, updated_at = $6 WHERE workspace_id = $1 AND id = $2',
    [workspaceId, folder.id, folder.parentId, folder.name, folder.version, folder.updatedAt],
  );
}

/**
 * Whether folders or files that are not in the trash lie in it, or bytes are coming for it: an upload that somebody writes, or a URL that takes them. Of an upload by tus that
 * was left nobody knows whether it will go on; it goes to the top when it does.
 */
export async function holdsSomething(
  tx: Sql,
  workspaceId: string,
  { id, now }: { readonly id: string; readonly now: Date },
): Promise<boolean> {
  const { rows } = await tx.query<{ holds: boolean }>(
    `SELECT EXISTS (SELECT FROM files.folder WHERE workspace_id = $1 AND parent_id = $2)
       OR EXISTS (SELECT FROM files.file WHERE workspace_id = $1 AND folder_id = $2 AND trashed_at IS NULL)
       OR EXISTS (SELECT FROM files.upload WHERE workspace_id = $1 AND folder_id = $2 AND state <> 'COMPLETED' AND NOT discarded
         AND (lease_until > now() OR (kind = 'PUT' AND expires_at > $3))) AS holds`,
    [workspaceId, id, now],
  );
  return rows[0]?.holds ?? false;
}

export async function removeFolder(tx: Sql, workspaceId: string, id: string): Promise<void> {
  await tx.query('DELETE FROM files.folder WHERE workspace_id = $1 AND id = $2', [workspaceId, id]);
}

/** True when the folder is there, and stays until the transaction ends. */
export async function holdFolder(tx: Sql, workspaceId: string, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'SELECT FROM files.folder WHERE workspace_id = $1 AND id = $2 FOR SHARE',
    [workspaceId, id],
  );
  return rowCount === 1;
}

/** A page of the folders in a folder, by name, and one more when there are more. */
export async function foldersPage(
  sql: Sql,
  workspaceId: string,
  page: {
    readonly parentId: string | null;
    readonly after: { readonly name: string; readonly id: string } | null;
    readonly size: number;
  },
): Promise<readonly FolderRecord[]> {
  const { rows } = await sql.query<FolderRecord>(
    `SELECT ${folderColumns} FROM files.folder d WHERE d.workspace_id = $1 AND d.parent_id IS NOT DISTINCT FROM $2::uuid
       AND ($3::text IS NULL OR (d.name, d.id) > ($3, $4::uuid))
     ORDER BY d.name, d.id LIMIT $5`,
    [workspaceId, page.parentId, page.after?.name ?? null, page.after?.id ?? null, page.size + 1],
  );
  return rows;
}
