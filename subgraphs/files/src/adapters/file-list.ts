import type { Filter } from '@tributary/engines/filter';
import { columnKeyset } from '@tributary/engines/filter/keyset';
import { columnPredicate, combineSql, type FilterLeaf } from '@tributary/engines/filter/sql';
import type { Sql } from '@tributary/engines/relational';
import { CodedError } from '@tributary/runtime';
import type { OrderedRequest } from '@tributary/subgraph-kit';
import type { FileRecord } from '../domain/file.ts';
import { metadataKeyOf } from '../queries/file-filter.ts';
import { fileColumns } from './files-table.ts';
import { Parameters } from './sql-text.ts';

export interface FileScope {
  readonly workspaceId: string;
  readonly filter: Filter | undefined;
  readonly trashed: boolean;
  /** Only files with a version whose bytes this run brought. */
  readonly runId?: string;
}

const columns: Readonly<Record<string, string>> = {
  id: 'f.id',
  name: 'f.name',
  contentType: 'f.content_type',
  folderId: 'f.folder_id',
  sizeBytes: 'f.size_bytes',
  sha256: 'f.sha256',
  createdBy: 'f.created_by',
  createdAt: 'f.created_at',
  updatedAt: 'f.updated_at',
};

/** A page of files, and one more when there are more. */
export async function listFiles(
  sql: Sql,
  scope: FileScope,
  { order, after, size }: OrderedRequest,
): Promise<readonly FileRecord[]> {
  const parameters = new Parameters(scope.workspaceId, size + 1);
  const keyset = columnKeyset(order, { column: columnOf, id: 'f.id', nullable: () => false });
  const place = after === undefined ? '' : ` AND ${keyset.after(after, parameters.add)}`;
  const { rows } = await sql.query<FileRecord>(
    `SELECT ${fileColumns} FROM files.file f WHERE ${conditionOf(scope, parameters)}${place} ORDER BY ${keyset.orderBy} LIMIT $2`,
    parameters.values,
  );
  return rows;
}

export async function countFiles(sql: Sql, scope: FileScope): Promise<number> {
  const parameters = new Parameters(scope.workspaceId);
  const { rows } = await sql.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM files.file f WHERE ${conditionOf(scope, parameters)}`,
    parameters.values,
  );
  return rows[0]?.count ?? 0;
}

function conditionOf({ filter, trashed, runId }: FileScope, parameters: Parameters): string {
  const of =
    runId === undefined
      ? ''
      : ` AND f.id = ANY(ARRAY(SELECT v.file_id FROM files.version v WHERE v.workspace_id = $1 AND v.run_id = ${parameters.add(runId)}))`;
  const within = `f.workspace_id = $1 AND f.trashed_at IS ${trashed ? 'NOT NULL' : 'NULL'}${of}`;
  return filter === undefined
    ? within
    : `${within} AND ${combineSql(filter, (leaf) => predicate(leaf, parameters))}`;
}

function predicate(leaf: FilterLeaf, { add: param }: Parameters): string {
  const key = metadataKeyOf(leaf.field);
  // Containment is what the index on metadata answers.
  if (key !== undefined && leaf.kind === 'compare')
    return `(f.metadata @> ${param(JSON.stringify({ [key]: leaf.value }))}::jsonb)`;
  return columnPredicate(leaf, { column: comparedColumn, param });
}

/** Sizes are compared with any number there is: 1.5 and 1e300 are no bigint. */
function comparedColumn(field: string): string {
  return field === 'sizeBytes' ? `${columnOf(field)}::float8` : columnOf(field);
}

function columnOf(field: string): string {
  const column = columns[field];
  if (column === undefined)
    throw new CodedError('BAD_USER_INPUT', 'Files have no field to compare of that name.');
  return column;
}
