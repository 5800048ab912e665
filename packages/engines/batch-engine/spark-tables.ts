import type { EmbeddedTable } from './embedded-messages.ts';
import type { BatchColumn, BatchColumnType } from './port.ts';
import { csvOptions, csvView } from './spark-csv.ts';
import { filesOf } from './spark-files.ts';
import { jsonOptions, jsonView } from './spark-json.ts';
import type { SparkSession } from './spark-session.ts';
import { quoted } from './spark-sql-text.ts';

/** JSON stays the text it is; Spark's reader hands nested values over as such where a column is declared a text. */
const sparkTypes: Readonly<Record<BatchColumnType, string>> = {
  BOOLEAN: 'BOOLEAN',
  INT: 'INT',
  BIGINT: 'BIGINT',
  DOUBLE: 'DOUBLE',
  DECIMAL: 'DECIMAL(38,9)',
  STRING: 'STRING',
  DATE: 'DATE',
  TIMESTAMP: 'TIMESTAMP',
  BINARY: 'BINARY',
  JSON: 'STRING',
};

export interface SparkViews {
  /** The view of each table, by the table's name in lower case. */
  readonly views: ReadonlyMap<string, string>;
  /** Names of all their columns, in lower case. */
  readonly columns: ReadonlySet<string>;
}

/** Makes a view of each table, in the session of the run. A view hides the path of a file, which the file itself would show (`_metadata`). */
export async function makeViews(
  session: SparkSession,
  tables: readonly EmbeddedTable[],
  timeoutMs: number,
): Promise<SparkViews> {
  const views = new Map<string, string>();
  const columns = new Set<string>();
  for (const [at, table] of tables.entries()) {
    const raw = `raw_${at + 1}`;
    const view = `table_${at + 1}`;
    const found = await makeView(session, table, { raw, view, timeoutMs });
    for (const { name } of found) columns.add(name.toLowerCase());
    views.set(table.name.toLowerCase(), view);
  }
  return { views, columns };
}

/** Answers the names of its columns. */
async function makeView(
  session: SparkSession,
  table: EmbeddedTable,
  { raw, view, timeoutMs }: { readonly raw: string; readonly view: string; readonly timeoutMs: number },
): Promise<readonly { readonly name: string }[]> {
  const { format, paths, columns } = table;
  const schema = columns?.map(declaration).join(', ');
  if (format === 'CSV' && schema === undefined) return csvView(session, table, { raw, view });
  if (format === 'JSON' && schema === undefined) return jsonView(session, table, { raw, view, timeoutMs });
  const options = format === 'CSV' ? await csvOptions(table) : format === 'JSON' ? jsonOptions : {};
  await session.createView(
    raw,
    filesOf(paths, { format, options, ...(schema === undefined || format === 'PARQUET' ? {} : { schema }) }),
  );
  const fields = columns ?? (await session.schemaOf({ sql: { query: `SELECT * FROM ${raw}` } }, timeoutMs));
  await session.createView(view, { sql: { query: `SELECT ${picked(columns, fields)} FROM ${raw}` } });
  return fields;
}

function declaration({ name, type }: BatchColumn): string {
  return `${quoted(name)} ${sparkTypes[type]}`;
}

/** A declared column has the type it was declared with, whatever the file makes of it. */
function picked(columns: EmbeddedTable['columns'], fields: readonly { readonly name: string }[]): string {
  return (columns?.map(cast) ?? fields.map(({ name }) => quoted(name))).join(', ');
}

function cast({ name, type }: BatchColumn): string {
  return `CAST(${quoted(name)} AS ${sparkTypes[type]}) AS ${quoted(name)}`;
}
