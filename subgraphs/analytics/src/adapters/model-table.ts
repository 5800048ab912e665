import type { ModelSignature } from '@tributary/engines/inference';
import type { Sql } from '@tributary/engines/relational';
import { CodedError } from '@tributary/runtime';
import type { LiveVersions } from '../domain/model-versions.ts';

/** A model of the registry, as its row. */
export interface ModelRow extends LiveVersions {
  readonly name: string;
  readonly shadow: number | null;
  readonly description: string | null;
  /** The number that was given out last. */
  readonly versions: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A version without its file. */
export interface VersionRow {
  readonly name: string;
  readonly version: number;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly signature: ModelSignature;
  readonly note: string | null;
  readonly createdAt: Date;
}

const modelColumns = `m.name, m.description, m.versions, m.live_version AS live, m.live_before AS before, m.shadow_version AS shadow,
  m.created_at AS "createdAt", m.updated_at AS "updatedAt"`;
/** A row without versions is of a model that went: it keeps the number that was given out last, and nothing else. */
const isThere = `EXISTS (SELECT FROM analytics.inference_version v WHERE v.workspace_id = m.workspace_id AND v.name = m.name)`;
const versionColumns = `name, version, sha256, size_bytes AS "sizeBytes", signature, note, created_at AS "createdAt"`;

export async function listModels(sql: Sql, workspaceId: string, limit: number): Promise<readonly ModelRow[]> {
  const { rows } = await sql.query<ModelRow>(
    `SELECT ${modelColumns} FROM analytics.inference_model m WHERE m.workspace_id = $1 AND ${isThere} ORDER BY m.name LIMIT $2`,
    [workspaceId, limit],
  );
  return rows;
}

export async function findModel(sql: Sql, workspaceId: string, name: string): Promise<ModelRow | undefined> {
  const { rows } = await sql.query<ModelRow>(
    `SELECT ${modelColumns} FROM analytics.inference_model m WHERE m.workspace_id = $1 AND m.name = $2 AND ${isThere}`,
    [workspaceId, name],
  );
  return rows[0];
}

/** The model's row, locked until the transaction ends. */
export async function lockModel(tx: Sql, workspaceId: string, name: string): Promise<ModelRow | undefined> {
  const { rows } = await tx.query<ModelRow>(
    `SELECT ${modelColumns} FROM analytics.inference_model m WHERE m.workspace_id = $1 AND m.name = $2 FOR UPDATE`,
    [workspaceId, name],
  );
  // Asked after the lock: its last version may have gone while this waited for it.
  return (await countVersions(tx, workspaceId, name)) === 0 ? undefined : rows[0];
}

/** Until the transaction ends nobody else registers in the workspace: its limits are counted before something is added to them. */
export async function lockRegistry(tx: Sql, workspaceId: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `analytics.registry:${workspaceId}`,
  ]);
}

export async function countModels(tx: Sql, workspaceId: string): Promise<number> {
  const { rows } = await tx.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM analytics.inference_model m WHERE m.workspace_id = $1 AND ${isThere}`,
    [workspaceId],
  );
  return rows[0]?.n ?? 0;
}

export async function countVersions(tx: Sql, workspaceId: string, name: string): Promise<number> {
  const { rows } = await tx.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM analytics.inference_version WHERE workspace_id = $1 AND name = $2',
    [workspaceId, name],
  );
  return rows[0]?.n ?? 0;
}

export async function deleteVersion(
  tx: Sql,
  workspaceId: string,
  { name, version }: Pick<VersionRow, 'name' | 'version'>,
): Promise<void> {
  await tx.query(
    'DELETE FROM analytics.inference_version WHERE workspace_id = $1 AND name = $2 AND version = $3',
    [workspaceId, name, version],
  );
}

/** What the files of all versions of a workspace take. */
export async function registeredBytes(tx: Sql, workspaceId: string): Promise<number> {
  const { rows } = await tx.query<{ total: number }>(
    'SELECT COALESCE(sum(size_bytes), 0)::float8 AS total FROM analytics.inference_version WHERE workspace_id = $1',
    [workspaceId],
  );
  return rows[0]?.total ?? 0;
}

/** The row of the model that is to get a version, made unless it is there, and locked until the transaction ends: in one statement, so that it cannot go in between. */
export async function lockModelForVersion(
  tx: Sql,
  workspaceId: string,
  model: { readonly name: string; readonly at: string },
): Promise<ModelRow> {
  const { rows } = await tx.query<ModelRow>(
    `INSERT INTO analytics.inference_model AS m (workspace_id, name, versions, created_at, updated_at) VALUES ($1, $2, 0, $3, $3)
     ON CONFLICT (workspace_id, name) DO UPDATE SET updated_at = m.updated_at RETURNING ${modelColumns}`,
    [workspaceId, model.name, model.at],
  );
  const [row] = rows;
  if (row === undefined) throw new CodedError('INTERNAL', 'The row of a model could not be made.');
  return row;
}

export async function saveModel(
  tx: Sql,
  workspaceId: string,
  model: Omit<ModelRow, 'updatedAt'> & { readonly at: string },
): Promise<void> {
  const { name, description, versions, live, before, shadow, createdAt, at } = model;
  await tx.query(
    `UPDATE analytics.inference_model SET description = $3, versions = $4, live_version = $5, live_before = $6, updated_at = $7, shadow_version = $8,
       created_at = $9 WHERE workspace_id = $1 AND name = $2`,
    [workspaceId, name, description, versions, live, before, at, shadow, createdAt],
  );
}

export async function insertVersion(
  tx: Sql,
  workspaceId: string,
  version: Omit<VersionRow, 'createdAt'> & { readonly at: string; readonly bytes: Uint8Array },
): Promise<void> {
  const { name, sha256, sizeBytes, signature, note, at, bytes } = version;
  await tx.query(
    `INSERT INTO analytics.inference_version (workspace_id, name, version, sha256, size_bytes, signature, note, created_at, file)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [workspaceId, name, version.version, sha256, sizeBytes, JSON.stringify(signature), note, at, bytes],
  );
}

export async function findVersionByFile(
  sql: Sql,
  workspaceId: string,
  file: { readonly name: string; readonly sha256: string },
): Promise<VersionRow | undefined> {
  const { rows } = await sql.query<VersionRow>(
    `SELECT ${versionColumns} FROM analytics.inference_version WHERE workspace_id = $1 AND name = $2 AND sha256 = $3`,
    [workspaceId, file.name, file.sha256],
  );
  return rows[0];
}

/** The versions of many models, the newest first. */
export async function listVersions(
  sql: Sql,
  workspaceId: string,
  names: readonly string[],
): Promise<readonly VersionRow[]> {
  const { rows } = await sql.query<VersionRow>(
    `SELECT ${versionColumns} FROM analytics.inference_version WHERE workspace_id = $1 AND name = ANY($2) ORDER BY name, version DESC`,
    [workspaceId, names],
  );
  return rows;
}

/** The named version, or the live one when null. */
export async function findVersion(
  sql: Sql,
  workspaceId: string,
  version: { readonly name: string; readonly version: number | null },
): Promise<(VersionRow & { readonly shadow: number | null }) | undefined> {
  const { rows } = await sql.query<VersionRow & { readonly shadow: number | null }>(
    `SELECT v.name, v.version, v.sha256, v.size_bytes AS "sizeBytes", v.signature, v.note, v.created_at AS "createdAt", m.shadow_version AS shadow
     FROM analytics.inference_version v JOIN analytics.inference_model m USING (workspace_id, name)
     WHERE v.workspace_id = $1 AND v.name = $2 AND v.version = COALESCE($3::int, m.live_version)`,
    [workspaceId, version.name, version.version],
    'analytics_model_version',
  );
  return rows[0];
}

/** Read in parts: the server sends bytes as hex, and a whole file would be there three times over. */
const partBytes = 4_000_000;

/** The file of a version; empty when there is none. */
export async function readModelFile(
  sql: Sql,
  workspaceId: string,
  { name, version, sizeBytes }: Pick<VersionRow, 'name' | 'version' | 'sizeBytes'>,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at += partBytes) {
    const { rows } = await sql.query<{ part: Uint8Array }>(
      `SELECT substring(file FROM $4::int + 1 FOR $5::int) AS part FROM analytics.inference_version
       WHERE workspace_id = $1 AND name = $2 AND version = $3`,
      [workspaceId, name, version, at, partBytes],
    );
    const [row] = rows;
    if (row === undefined) return new Uint8Array();
    bytes.set(row.part, at);
  }
  return bytes;
}
