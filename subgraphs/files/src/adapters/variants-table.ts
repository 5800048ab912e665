import type { Sql } from '@tributary/engines/relational';

/** The variants of a version that are kept. */
export async function variantSpecs(
  sql: Sql,
  workspaceId: string,
  versionId: string,
): Promise<readonly string[]> {
  const { rows } = await sql.query<{ spec: string }>(
    'SELECT spec FROM files.variant WHERE workspace_id = $1 AND version_id = $2',
    [workspaceId, versionId],
  );
  return rows.map(({ spec }) => spec);
}

export interface VariantRow {
  readonly versionId: string;
  readonly spec: string;
  readonly objectKey: string;
  readonly sizeBytes: number;
}

/** False when the version is gone, or the variant is kept already. */
export async function insertVariant(tx: Sql, workspaceId: string, variant: VariantRow): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO files.variant (workspace_id, version_id, spec, object_key, size_bytes)
     SELECT workspace_id, id, $3, $4, $5 FROM files.version WHERE workspace_id = $1 AND id = $2 ON CONFLICT DO NOTHING`,
    [workspaceId, variant.versionId, variant.spec, variant.objectKey, variant.sizeBytes],
  );
  return rowCount === 1;
}

/** The objects of all variants of a file, and what they take. */
export async function variantsOfFile(
  tx: Sql,
  workspaceId: string,
  fileId: string,
): Promise<{ readonly keys: readonly string[]; readonly sizeBytes: number }> {
  const { rows } = await tx.query<{ key: string; sizeBytes: number }>(
    `SELECT object_key AS key, size_bytes::float8 AS "sizeBytes" FROM files.variant WHERE workspace_id = $1 AND version_id IN
       (SELECT id FROM files.version WHERE workspace_id = $1 AND file_id = $2)`,
    [workspaceId, fileId],
  );
  return {
    keys: rows.map(({ key }) => key),
    sizeBytes: rows.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

export interface UnsizedVariant {
  readonly workspaceId: string;
  readonly key: string;
}

/** Variants of which nobody noted what they take, after the one named. */
export async function unsizedVariants(
  sql: Sql,
  after: UnsizedVariant | undefined,
  limit: number,
): Promise<readonly UnsizedVariant[]> {
  const { rows } = await sql.query<UnsizedVariant>(
    `SELECT workspace_id AS "workspaceId", object_key AS key FROM files.variant
     WHERE size_bytes = 0 AND ($1::uuid IS NULL OR (workspace_id, object_key) > ($1, $2)) ORDER BY workspace_id, object_key LIMIT $3`,
    [after?.workspaceId ?? null, after?.key ?? null, limit],
  );
  return rows;
}

/** False when it is noted, or the variant is gone. */
export async function noteVariantSize(
  tx: Sql,
  { workspaceId, key }: UnsizedVariant,
  sizeBytes: number,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    'UPDATE files.variant SET size_bytes = $3 WHERE workspace_id = $1 AND object_key = $2 AND size_bytes = 0',
    [workspaceId, key, sizeBytes],
  );
  return rowCount > 0;
}
