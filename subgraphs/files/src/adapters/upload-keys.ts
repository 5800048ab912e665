import type { Sql } from '@tributary/engines/relational';
import type { UploadRecord } from '../domain/upload.ts';

/** The file that an upload with the same key of the same maker has become. To be called under the lock of the workspace's usage, as the next. */
export async function fileIdOfKey(
  tx: Sql,
  { workspaceId, createdBy, idempotencyKey }: UploadRecord,
): Promise<string | undefined> {
  if (idempotencyKey === null) return undefined;
  const { rows } = await tx.query<{ fileId: string }>(
    `SELECT file_id AS "fileId" FROM files.upload_key WHERE workspace_id = $1 AND created_by = $2 AND key = $3`,
    [workspaceId, createdBy, idempotencyKey],
  );
  return rows[0]?.fileId;
}

export async function insertUploadKey(
  tx: Sql,
  { workspaceId, createdBy, idempotencyKey }: UploadRecord,
  fileId: string,
): Promise<void> {
  if (idempotencyKey === null) return;
  await tx.query(
    'INSERT INTO files.upload_key (workspace_id, created_by, key, file_id) VALUES ($1, $2, $3, $4)',
    [workspaceId, createdBy, idempotencyKey, fileId],
  );
}
