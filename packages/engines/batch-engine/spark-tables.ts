import { csvHead, emptyCsv } from './csv-head.ts';
import type { EmbeddedTable } from './embedded-messages.ts';
import type { BatchColumn, BatchColumnType } from './port.ts';
import type { SparkField, SparkRelation, SparkSession } from './spark-session.ts';
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

/** A line that does not fit is a fault, as it is in DuckDB; quotes are doubled inside of quotes (RFC 4180), and a value may hold line ends. */
const readerOptions = {
  CSV: { header: 'true', mode: 'FAILFAST', multiLine: 'true', escape: '"' },
  JSON: { mode: 'FAILFAST' },
  PARQUET: {},
} as const;

/** DuckDB finds BIGINT in a CSV where Spark finds INT, and leaves numbers of more digits than that has the texts they are. */
const foundAs: Readonly<Record<string, string>> = { integer: 'BIGINT', decimal: 'STRING' };

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
    await session.createView(raw, sourceOf(table, await readerOptionsOf(table)));
    const fields = await session.schemaOf({ sql: { query: `SELECT * FROM ${raw}` } }, timeoutMs);
    await session.createView(view, { sql: { query: `SELECT ${picked(table, fields)} FROM ${raw}` } });
    for (const { name } of table.columns ?? fields) columns.add(name.toLowerCase());
    views.set(table.name.toLowerCase(), view);
  }
  return { views, columns };
}

/** What divides the cells of a CSV is what divides its head. @throws CodedError QUERY_INVALID for a CSV that has none, or is no text */
async function readerOptionsOf({
  name,
  format,
  paths,
  columns,
}: EmbeddedTable): Promise<Readonly<Record<string, string>>> {
  if (format !== 'CSV') return readerOptions[format];
  const { delimiter, names } = await csvHead(name, paths);
  if (names.length === 0 && columns === undefined) throw emptyCsv(name);
  return { ...readerOptions.CSV, sep: delimiter };
}

function sourceOf(
  { format, paths, columns }: EmbeddedTable,
  options: Readonly<Record<string, string>>,
): SparkRelation {
  const isTyped = columns !== undefined && format !== 'PARQUET';
  return {
    read: {
      dataSource: {
        format: format.toLowerCase(),
        paths: paths.map((path) => `file://${path}`),
        options: {
          ...options,
          // A path is a path, whatever characters it has.
          __globPaths__: 'false',
          ...(format === 'CSV' && !isTyped ? { inferSchema: 'true' } : {}),
        },
        ...(isTyped ? { schema: columns.map(declaration).join(', ') } : {}),
      },
    },
  };
}

function declaration({ name, type }: BatchColumn): string {
  return `${quoted(name)} ${sparkTypes[type]}`;
}

function picked({ format, columns }: EmbeddedTable, fields: readonly SparkField[]): string {
  if (columns !== undefined)
    return columns
      .map(({ name, type }) => `CAST(${quoted(name)} AS ${sparkTypes[type]}) AS ${quoted(name)}`)
      .join(', ');
  return fields
    .map(({ name, kind }) => {
      const type = format === 'CSV' ? foundAs[kind] : undefined;
      return type === undefined ? quoted(name) : `CAST(${quoted(name)} AS ${type}) AS ${quoted(name)}`;
    })
    .join(', ');
}
