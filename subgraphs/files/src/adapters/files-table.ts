import type { Sql } from '@tributary/engines/relational';
import type { FileRecord } from '../domain/file.ts';
import { moment } from './sql-text.ts';

/** A file's columns under their GraphQL names; `bigint` leaves as a number, which is exact up to 8 PiB. */
export const fileColumns = `f.id, f.version, f.name, f.folder_id AS "folderId", f.state, f.scan, f.content_type AS "contentType",
  f.declared_type AS "declaredType", f.size_bytes::float8 AS "sizeBytes", f.sha256, f.metadata, f.created_by AS "createdBy",
  ${moment('f.created_at')} AS "createdAt", ${moment('f.updated_at')} AS "updatedAt", ${moment('f.trashed_at')} AS "trashedAt",
  f.version_number AS "versionNumber"`;

export async function filesById(
  sql: Sql,
  workspaceId: string,
  ids: readonly string[],
): Promise<readonly FileRecord[]> {
  const { rows } = await sql.query<FileRecord>(
    `SELECT ${fileColumns} FROM files.file f WHERE f.workspace_id = $1 AND f.id = ANY($2::uuid[])`,
    [workspaceId, ids],
    'files-by-id',
  );
  return rows;
}

/** A file of this workspace, locked until the transaction ends. */
export async function lockFile(tx: Sql, workspaceId: string, id: string): Promise<FileRecord | undefined> {
  const { rows } = await tx.query<FileRecord>(
    `SELECT ${fileColumns} FROM files.file f WHERE f.workspace_id = $1 AND f.id = $2 FOR UPDATE`,
    [workspaceId, id],
  );
  return rows[0];
}

export async function insertFile(tx: Sql, workspaceId: string, file: FileRecord): Promise<void> {
  await tx.query(
    `INSERT INTO files.file (workspace_id, id, folder_id, name, version, version_number, state, scan, content_type, declared_type,
       size_bytes, sha256, metadata, created_by, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)`,
    [
      workspaceId,
      file.id,
      file.folderId,
      file.name,
      file.version,
      file.versionNumber,
      file.state,
      file.scan,
      file.contentType,
      file.declaredType,
      file.sizeBytes,
      file.sha256,
      JSON.stringify(file.metadata),
      file.createdBy,
      file.createdAt,
    ],
  );
}

/** Writes every field that can change. The row is locked by the caller. */
export async function updateFile(tx: Sql, workspaceId: string, file: FileRecord): Promise<void> {
  await tx.query(
    `UPDATE files.file SET folder_id = $3, name = $4, version = $5, version_number = $6, state = $7, scan = $8, content_type = $9,
       declared_type = $10, size_bytes = $11, sha256 = $12, metadata = $13, updated_at = $14, trashed_at = $15
     WHERE workspace_id = $1 AND id = $2`,
    [
      workspaceId,
      file.id,
      file.folderId,
      file.name,
      file.version,
      file.versionNumber,
      file.state,
      file.scan,
      file.contentType,
      file.declaredType,
      file.sizeBytes,
      file.sha256,
      JSON.stringify(file.metadata),
      file.updatedAt,
      file.trashedAt,
    ],
  );
}

export async function removeFile(tx: Sql, workspaceId: string, id: string): Promise<void> {
  await tx.query('DELETE FROM files.file WHERE workspace_id = $1 AND id = $2', [workspaceId, id]);
}

/** Files that went into the trash before that moment, of all workspaces: for the sweeper. */
export async function longTrashed(
  sql: Sql,
  before: Date,
  limit: number,
): Promise<readonly { readonly workspaceId: string; readonly id: string }[]> {
  const { rows } = await sql.query<{ workspaceId: string; id: string }>(
    'SELECT workspace_id AS "workspaceId", id FROM files.file WHERE trashed_at < $1 ORDER BY trashed_at LIMIT $2',
    [before, limit],
  );
  return rows;
}
