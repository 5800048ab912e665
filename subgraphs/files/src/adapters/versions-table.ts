import type { Sql } from '@tributary/engines/relational';
import { currentRunId } from '@tributary/runtime';
import type { VersionRecord } from '../domain/file.ts';
import { moment } from './sql-text.ts';

export const versionColumns = `v.id, v.file_id AS "fileId", v.number, v.object_key AS "objectKey", v.state, v.scan,
  v.content_type AS "contentType", v.declared_type AS "declaredType", v.size_bytes::float8 AS "sizeBytes", v.sha256,
  v.created_by AS "createdBy", ${moment('v.created_at')} AS "createdAt"`;

export async function insertVersion(tx: Sql, workspaceId: string, version: VersionRecord): Promise<void> {
  await tx.query(
    `INSERT INTO files.version (workspace_id, id, file_id, number, object_key, state, scan, content_type, declared_type, size_bytes,
       sha256, created_by, created_at, run_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      workspaceId,
      version.id,
      version.fileId,
      version.number,
      version.objectKey,
      version.state,
      version.scan,
      version.contentType,
      version.declaredType,
      version.sizeBytes,
      version.sha256,
      version.createdBy,
      version.createdAt,
      currentRunId() ?? null,
    ],
  );
}

export async function versionByNumber(
  sql: Sql,
  workspaceId: string,
  { fileId, number }: { readonly fileId: string; readonly number: number },
): Promise<VersionRecord | undefined> {
  const { rows } = await sql.query<VersionRecord>(
    `SELECT ${versionColumns} FROM files.version v WHERE v.workspace_id = $1 AND v.file_id = $2 AND v.number = $3`,
    [workspaceId, fileId, number],
    'files-version-by-number',
  );
  return rows[0];
}

export async function versionById(
  sql: Sql,
  workspaceId: string,
  id: string,
): Promise<VersionRecord | undefined> {
  const { rows } = await sql.query<VersionRecord>(
    `SELECT ${versionColumns} FROM files.version v WHERE v.workspace_id = $1 AND v.id = $2`,
    [workspaceId, id],
  );
  return rows[0];
}

export async function latestVersionNumber(tx: Sql, workspaceId: string, fileId: string): Promise<number> {
  const { rows } = await tx.query<{ number: number }>(
    'SELECT max(number) AS number FROM files.version WHERE workspace_id = $1 AND file_id = $2',
    [workspaceId, fileId],
  );
  return rows[0]?.number ?? 0;
}

/** A page of versions, newest first, and one more when there are more. */
export async function versionsPage(
  sql: Sql,
  workspaceId: string,
  page: { readonly fileId: string; readonly beforeNumber: number | null; readonly size: number },
): Promise<readonly VersionRecord[]> {
  const { rows } = await sql.query<VersionRecord>(
    `SELECT ${versionColumns} FROM files.version v WHERE v.workspace_id = $1 AND v.file_id = $2 AND ($3::integer IS NULL OR v.number < $3)
     ORDER BY v.number DESC LIMIT $4`,
    [workspaceId, page.fileId, page.beforeNumber, page.size + 1],
  );
  return rows;
}

/** The current versions of files, for links and previews of a whole page of files at once. */
export async function currentVersions(
  sql: Sql,
  workspaceId: string,
  fileIds: readonly string[],
): Promise<readonly VersionRecord[]> {
  const { rows } = await sql.query<VersionRecord>(
    `SELECT ${versionColumns} FROM files.file f JOIN files.version v
       ON v.workspace_id = f.workspace_id AND v.file_id = f.id AND v.number = f.version_number
     WHERE f.workspace_id = $1 AND f.id = ANY($2::uuid[])`,
    [workspaceId, fileIds],
    'files-current-versions',
  );
  return rows;
}

/** The objects of a file's versions, each once, and what they take: what a restored version shares is counted once. */
export async function objectsOf(
  tx: Sql,
  workspaceId: string,
  fileId: string,
): Promise<{ readonly keys: readonly string[]; readonly sizeBytes: number }> {
  const { rows } = await tx.query<{ key: string; sizeBytes: number }>(
    `SELECT DISTINCT ON (object_key) object_key AS key, size_bytes::float8 AS "sizeBytes" FROM files.version
     WHERE workspace_id = $1 AND file_id = $2`,
    [workspaceId, fileId],
  );
  return {
    keys: rows.map(({ key }) => key),
    sizeBytes: rows.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

export async function setScanned(
  tx: Sql,
  workspaceId: string,
  version: Pick<VersionRecord, 'objectKey' | 'state' | 'scan'>,
): Promise<readonly { readonly fileId: string; readonly number: number }[]> {
  const { rows } = await tx.query<{ fileId: string; number: number }>(
    `UPDATE files.version SET state = $3, scan = $4, scan_after = NULL WHERE workspace_id = $1 AND object_key = $2 AND state = 'PENDING'
     RETURNING file_id AS "fileId", number`,
    [workspaceId, version.objectKey, version.state, version.scan],
  );
  return rows;
}

/** A version that waits for its scan, and the run of a job that made it. */
export interface PendingVersion extends VersionRecord {
  readonly workspaceId: string;
  readonly runId: string | null;
}

/**
 * Takes a version that waits for its scan, one that nobody has taken yet before others, and keeps others from taking it for a while. Of all workspaces: for
 * the scan worker. Undefined when none waits.
 */
export async function takePending(
  sql: Sql,
  { now, againAfter }: { readonly now: Date; readonly againAfter: Date },
): Promise<PendingVersion | undefined> {
  const { rows } = await sql.query<PendingVersion>(
    `UPDATE files.version v SET scan_after = $2 WHERE (v.workspace_id, v.id) IN (
       SELECT workspace_id, id FROM files.version WHERE state = 'PENDING' AND (scan_after IS NULL OR scan_after <= $1)
       ORDER BY scan_after NULLS FIRST LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING v.workspace_id AS "workspaceId", v.run_id AS "runId", ${versionColumns}`,
    [now, againAfter],
  );
  return rows[0];
}
