import { CodedError } from '@tributary/runtime';
import { type JsonbFields, jsonbField } from '../filter/jsonb.ts';
import { writeOutbox } from '../outbox/relational.ts';
import type { Relational, Sql } from '../relational/port.ts';
import { checkBulkBytes, checkBulkSize, checkedJson, takenIn } from './document-check.ts';
import { type CollectionTable, documentFields } from './embedded-schema.ts';
import type { DocumentWrite, IndexDeclaration } from './port.ts';

export interface BulkTarget {
  readonly relational: Relational;
  readonly table: CollectionTable;
  readonly indexes: readonly IndexDeclaration[];
}

type Outcome = CodedError | undefined;

const rowShape = 'r(workspace_id text, id text, version integer, fields jsonb)';
/** The fields of a row that is to be inserted, beside `documentFields` for those of the table. */
const rowFields: JsonbFields = {
  json: 'r.fields',
  columns: {
    id: { expression: 'r.id', type: 'string' },
    version: { expression: 'r.version::float8', type: 'number' },
  },
};

/** One insert that leaves out what is taken, one statement for the events of the rest, one more to tell by which index, if any was. */
export async function insertMany(
  writes: readonly DocumentWrite[],
  { relational, table, indexes }: BulkTarget,
): Promise<readonly Outcome[]> {
  checkBulkSize(writes);
  const outcomes: Outcome[] = Array.from(writes, () => undefined);
  const rows = new Map<string, { readonly position: number; readonly json: string }>();
  for (const [position, { document }] of writes.entries()) {
    const checked = rowJson(document, indexes);
    const key = keyOf(document.workspaceId, document.id);
    if (checked instanceof CodedError) outcomes[position] = checked;
    else if (rows.has(key)) outcomes[position] = takenIn('id');
    else rows.set(key, { position, json: checked });
  }
  const json = jsonList([...rows.values()].map((row) => row.json));
  checkBulkBytes(Buffer.byteLength(json));
  if (rows.size === 0) return outcomes;
  // What it answers is taken over once it has committed: a transaction that is repeated starts from nothing.
  const refusals = await relational.transaction(async (tx) => {
    const text = `INSERT INTO ${table.table} (workspace_id, id, version, fields) SELECT * FROM json_to_recordset($1::json) AS ${rowShape} ON CONFLICT DO NOTHING RETURNING workspace_id, id`;
    const inserted = await tx.query<RowKey>(text, [json]);
    const made = new Set(inserted.rows.map((row) => keyOf(row.workspace_id, row.id)));
    const events = [...rows].map(([key, { position }]) =>
      made.has(key) ? writes[position]?.events : undefined,
    );
    await writeOutbox(
      tx,
      events.flatMap((each) => each ?? []),
    );
    const refused = [...rows].filter(([key]) => !made.has(key));
    if (refused.length === 0) return [];
    const taken = await takenIndexes(tx, jsonList(refused.map(([, row]) => row.json)), { table, indexes });
    return refused.map(([key, { position }]) => ({ position, refusal: takenIn(taken.get(key)) }));
  });
  for (const { position, refusal } of refusals) outcomes[position] = refusal;
  return outcomes;
}

interface RowKey {
  readonly workspace_id: string;
  readonly id: string;
}

/** The insert has waited for whoever held the same value, so this statement sees what was in its way. */
async function takenIndexes(
  tx: Sql,
  refused: string,
  { table, indexes }: Pick<BulkTarget, 'table' | 'indexes'>,
): Promise<ReadonlyMap<string, string>> {
  const exists = (conditions: readonly string[]): string =>
    `EXISTS (SELECT 1 FROM ${table.table} WHERE ${['workspace_id = r.workspace_id', ...conditions].join(' AND ')})`;
  const cases = indexes
    .filter(({ unique }) => unique)
    .map(({ name, fields }) => {
      const same = fields.map(
        (field) => `${jsonbField(documentFields, field)} = ${jsonbField(rowFields, field)}`,
      );
      return `WHEN ${exists(same)} THEN '${name}'`;
    });
  const text = `SELECT r.workspace_id, r.id, CASE WHEN ${exists(['id = r.id'])} THEN 'id' ${cases.join(' ')} END AS index FROM json_to_recordset($1::json) AS ${rowShape}`;
  const { rows } = await tx.query<RowKey & { readonly index: string | null }>(text, [refused]);
  return new Map(
    rows.flatMap(({ workspace_id, id, index }) => (index === null ? [] : [[keyOf(workspace_id, id), index]])),
  );
}

/** The row as JSON, or why this document cannot be stored. */
function rowJson(
  document: DocumentWrite['document'],
  indexes: readonly IndexDeclaration[],
): string | CodedError {
  const { workspaceId, id, version } = document;
  try {
    const fields = checkedJson(document, indexes);
    return `{"workspace_id":${JSON.stringify(workspaceId)},"id":${JSON.stringify(id)},"version":${version},"fields":${fields}}`;
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
}

function jsonList(items: readonly string[]): string {
  return `[${items.join(',')}]`;
}

function keyOf(workspaceId: string, id: string): string {
  return `${workspaceId}\0${id}`;
}
