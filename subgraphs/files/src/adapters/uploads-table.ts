import type { Sql } from '@tributary/engines/relational';
import { CodedError } from '@tributary/runtime';
import type { Progress, UploadRecord } from '../domain/upload.ts';
import { moment } from './sql-text.ts';

const columns = `u.workspace_id AS "workspaceId", u.id, u.kind, u.state, u.file_id AS "fileId", u.folder_id AS "folderId", u.name,
  u.declared_type AS "declaredType", u.metadata, u.size_bytes::float8 AS "sizeBytes", u.offset_bytes::float8 AS "offsetBytes",
  u.object_key AS "objectKey", u.parts_upload AS "partsUpload", u.parts, u.tail_key AS "tailKey", u.sha256,
  u.completed_file_id AS "completedFileId", u.idempotency_key AS "idempotencyKey", u.created_by AS "createdBy", u.created_by_kind AS "createdByKind",
  ${moment('u.created_at')} AS "createdAt", ${moment('u.expires_at')} AS "expiresAt"`;

export async function insertUpload(tx: Sql, upload: UploadRecord): Promise<void> {
  await tx.query(
    `INSERT INTO files.upload (workspace_id, id, kind, state, file_id, folder_id, name, declared_type, metadata, size_bytes, object_key,
       sha256, idempotency_key, created_by, created_by_kind, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
    [
      upload.workspaceId,
      upload.id,
      upload.kind,
      upload.state,
      upload.fileId,
      upload.folderId,
      upload.name,
      upload.declaredType,
      JSON.stringify(upload.metadata),
      upload.sizeBytes,
      upload.objectKey,
      upload.sha256,
      upload.idempotencyKey,
      upload.createdBy,
      upload.createdByKind,
      upload.createdAt,
      upload.expiresAt,
    ],
  );
}

export async function findUpload(sql: Sql, id: string): Promise<UploadRecord | undefined> {
  const { rows } = await sql.query<UploadRecord>(
    `SELECT ${columns} FROM files.upload u WHERE u.id = $1 AND NOT u.discarded`,
    [id],
    'files-find-upload',
  );
  return rows[0];
}

export async function lockUpload(tx: Sql, id: string): Promise<UploadRecord | undefined> {
  const { rows } = await tx.query<UploadRecord>(
    `SELECT ${columns} FROM files.upload u WHERE u.id = $1 AND NOT u.discarded FOR UPDATE`,
    [id],
  );
  return rows[0];
}

/** Records what a write has made safe. False when somebody else holds the lease now: what was written is theirs to forget. */
export async function saveProgress(
  sql: Sql,
  id: string,
  { progress, leaseToken }: { readonly progress: Progress; readonly leaseToken: string | null },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `UPDATE files.upload SET offset_bytes = $2, parts_upload = $3, parts = $4, tail_key = $5
     WHERE id = $1 AND state <> 'COMPLETED' AND NOT discarded AND lease_token IS NOT DISTINCT FROM $6::uuid`,
    [
      id,
      progress.offsetBytes,
      progress.partsUpload === null ? null : JSON.stringify(progress.partsUpload),
      JSON.stringify(progress.parts),
      progress.tailKey,
      leaseToken,
    ],
    'files-save-progress',
  );
  return rowCount === 1;
}

/** @throws CodedError STATE_CONFLICT when the upload was cancelled meanwhile */
export async function setStored(sql: Sql, id: string, sha256: string): Promise<void> {
  const { rowCount } = await sql.query(
    `UPDATE files.upload SET state = 'STORED', sha256 = $2, tail_key = NULL
     WHERE id = $1 AND state IN ('OPEN', 'WRITING') AND NOT discarded`,
    [id, sha256],
  );
  if (rowCount === 1) return;
  // Another request may have stored it.
  const { rowCount: found } = await sql.query('SELECT FROM files.upload WHERE id = $1 AND NOT discarded', [
    id,
  ]);
  if (found === 0) throw new CodedError('STATE_CONFLICT', 'The upload was cancelled meanwhile.');
}

/** True for the one who may put the bytes: an upload's URL works once. */
export async function startWriting(sql: Sql, id: string, now: Date): Promise<boolean> {
  const { rowCount } = await sql.query(
    `UPDATE files.upload SET state = 'WRITING' WHERE id = $1 AND kind = 'PUT' AND state = 'OPEN' AND expires_at > $2 AND NOT discarded`,
    [id, now],
  );
  return rowCount === 1;
}

export async function setCompleted(tx: Sql, id: string, fileId: string): Promise<void> {
  await tx.query(`UPDATE files.upload SET state = 'COMPLETED', completed_file_id = $2 WHERE id = $1`, [
    id,
    fileId,
  ]);
}

export async function removeUpload(sql: Sql, id: string): Promise<void> {
  await sql.query('DELETE FROM files.upload WHERE id = $1', [id]);
}

const expired = 'u.expires_at <= $1 AND (u.lease_until IS NULL OR u.lease_until < now())';
/** Longer than an object store takes, or is waited for. A lease that a request has stays its own. */
const discarding = `discarded = true, expires_at = least(u.expires_at, $1),
  lease_until = greatest(u.lease_until, now() + interval '5 minutes')`;

/**
 * Takes an upload from everybody: what it holds in the object store is the caller's to free, and the sweeper's when the caller is not heard of for minutes. Answers
 * undefined for one that is gone, or taken already. Whoever is making it a file is waited for, and seen.
 */
export async function takeForDiscard(sql: Sql, id: string, now: Date): Promise<UploadRecord | undefined> {
  const { rows } = await sql.query<UploadRecord>(
    `UPDATE files.upload u SET ${discarding} WHERE u.id = $2 AND NOT u.discarded RETURNING ${columns}`,
    [now, id],
  );
  return rows[0];
}

/** One of those below, in the same way; undefined while somebody holds it, and when it is one no more. */
export async function takeExpired(sql: Sql, id: string, now: Date): Promise<UploadRecord | undefined> {
  const { rows } = await sql.query<UploadRecord>(
    `UPDATE files.upload u SET ${discarding}
     WHERE u.id = (SELECT u.id FROM files.upload u WHERE ${expired} AND u.id = $2 FOR UPDATE SKIP LOCKED) RETURNING ${columns}`,
    [now, id],
  );
  return rows[0];
}

/** Uploads of all workspaces whose time is over and which nobody writes, those that were tried before behind the others: for the sweeper. */
export async function expiredUploads(sql: Sql, now: Date, limit: number): Promise<readonly UploadRecord[]> {
  const { rows } = await sql.query<UploadRecord>(
    `SELECT ${columns} FROM files.upload u WHERE ${expired}
     ORDER BY u.lease_until NULLS FIRST, u.expires_at LIMIT $2`,
    [now, limit],
  );
  return rows;
}

/** Which of these objects no row names: nobody can ever ask for them. What an upload was completed with is its version's to name. */
export async function unnamedObjects(sql: Sql, keys: readonly string[]): Promise<readonly string[]> {
  const { rows } = await sql.query<{ key: string }>(
    `SELECT key FROM unnest($1::text[]) AS o(key) WHERE NOT EXISTS (SELECT FROM files.version WHERE object_key = o.key)
       AND NOT EXISTS (SELECT FROM files.upload WHERE (object_key = o.key OR tail_key = o.key) AND state <> 'COMPLETED')
       AND NOT EXISTS (SELECT FROM files.variant WHERE object_key = o.key)`,
    [keys],
  );
  return rows.map(({ key }) => key);
}
