import type { EmbeddedTable } from './embedded-messages.ts';
import type { BatchColumn, BatchColumnType } from './port.ts';
import { csvOptions, csvView } from './spark-csv.ts';
import { filesOf } from './spark-files.ts';
import { type JsonViewParts, jsonOptions, jsonView } from './spark-json.ts';
import { parquetView, type SourceColumn } from './spark-parquet.ts';
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
  /** Of those that hold objects, lists or maps. */
  readonly nested: ReadonlySet<string>;
}

interface ViewColumn {
  readonly name: string;
  readonly isNested?: boolean;
}

/** Makes a view of each table, in the session of the run. A view hides the path of a file, which the file itself would show (`_metadata`). */
export async function makeViews(
  session: SparkSession,
  tables: readonly EmbeddedTable[],
  bounds: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<SparkViews> {
  const views = new Map<string, string>();
  const columns = new Set<string>();
  const nested = new Set<string>();
  for (const [at, table] of tables.entries()) {
    const raw = `raw_${at + 1}`;
    const view = `table_${at + 1}`;
    const found = await makeView(session, table, { raw, view, ...bounds });
    for (const { name, isNested } of found) {
      columns.add(name.toLowerCase());
      if (isNested) nested.add(name.toLowerCase());
    }
    views.set(table.name.toLowerCase(), view);
  }
  return { views, columns, nested };
}

/** Answers its columns. */
async function makeView(
  session: SparkSession,
  table: EmbeddedTable,
  parts: JsonViewParts,
): Promise<readonly ViewColumn[]> {
  const { raw, view, timeoutMs } = parts;
  const { format, paths, columns } = table;
  if (format === 'PARQUET') {
    const found = await parquetView(session, table, { raw, timeoutMs });
    const fields = columns?.map((column) => declaredOf(column, found)) ?? found;
    await session.createView(view, { sql: { query: `SELECT ${picked(fields)} FROM ${raw}` } });
    return fields;
  }
  if (columns === undefined)
    return format === 'CSV' ? csvView(session, table, { raw, view }) : jsonView(session, table, parts);
  const options = format === 'CSV' ? await csvOptions(table) : jsonOptions;
  const schema = columns.map(declaration).join(', ');
  await session.createView(raw, filesOf(paths, { format, options, schema }));
  const fields = columns.map((column) => declaredOf(column, []));
  await session.createView(view, { sql: { query: `SELECT ${picked(fields)} FROM ${raw}` } });
  return fields;
}

function declaration({ name, type }: BatchColumn): string {
  return `${quoted(name)} ${sparkTypes[type]}`;
}

/** A declared column has the type it was declared with, whatever the file makes of it. */
function declaredOf({ name, type }: BatchColumn, found: readonly SourceColumn[]): SourceColumn {
  const source = found.find((column) => column.name.toLowerCase() === name.toLowerCase());
  return { name, cell: `CAST(${source?.cell ?? quoted(name)} AS ${sparkTypes[type]})` };
}

const picked = (columns: readonly SourceColumn[]): string =>
  columns.map(({ name, cell }) => `${cell} AS ${quoted(name)}`).join(', ');
