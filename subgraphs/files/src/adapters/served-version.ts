import type { Sql } from '@tributary/engines/relational';
import type { VersionRecord } from '../domain/file.ts';
import { type DownloadGrant, idOfToken } from './link-tokens.ts';
import { makerHasRights } from './makers-rights.ts';
import { versionColumns } from './versions-table.ts';

export interface ServedVersion extends VersionRecord {
  /** The file's name now. */
  readonly name: string;
}

/** A grant, and the token that carries it. */
export interface ShownGrant {
  readonly grant: DownloadGrant;
  readonly token: string;
}

/** The version a link leads to; undefined when its file is in the trash or removed, the link was revoked, or its maker has no rights any more. */
export async function servedVersion(
  sql: Sql,
  { grant: { workspaceId, versionId, linkId }, token }: ShownGrant,
  now: Date,
): Promise<ServedVersion | undefined> {
  const { rows } = await sql.query<ServedVersion>(
    `SELECT ${versionColumns}, f.name FROM files.version v
       JOIN files.file f ON f.workspace_id = v.workspace_id AND f.id = v.file_id
     WHERE v.workspace_id = $1 AND v.id = $2 AND f.trashed_at IS NULL
       AND ($3::uuid IS NULL OR EXISTS (SELECT FROM files.link l WHERE l.workspace_id = $1 AND l.id = $3 AND l.version_id = v.id
         AND l.revoked_at IS NULL AND l.expires_at > $4 AND ${makerHasRights}))
       AND NOT EXISTS (SELECT FROM files.link l WHERE l.workspace_id = $1 AND l.id = $5 AND l.revoked_at IS NOT NULL)`,
    [workspaceId, versionId, linkId ?? null, now, idOfToken(token)],
    'files-served-version',
  );
  return rows[0];
}
