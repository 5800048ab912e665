import type { EmbeddedTable } from './embedded-messages.ts';
import { type ParquetColumn, parquetColumns } from './parquet-columns.ts';
import { type ParquetKind, unreadable } from './parquet-elements.ts';
import { isNested } from './spark-cells.ts';
import { isConnectionFault, isServiceError } from './spark-faults.ts';
import { filesOf } from './spark-files.ts';
import type { SparkSession } from './spark-session.ts';
import { literal, quoted } from './spark-sql-text.ts';

/** A column of a view before it is cast to what was declared. */
export interface SourceColumn {
  readonly name: string;
  /** SQL over the files. */
  readonly cell: string;
  readonly isNested?: boolean;
}

/**
 * Makes a view of Parquet files and answers their columns. Spark refuses a file as a whole that has a column of a type it does not know: then DuckDB tells the columns, those of
 * which Spark can make something are read as what is stored (decision 374), and each of the others is a fault for whoever asks for it.
 */
export async function parquetView(
  session: SparkSession,
  table: EmbeddedTable,
  { raw, timeoutMs }: { readonly raw: string; readonly timeoutMs: number },
): Promise<readonly SourceColumn[]> {
  const { name, paths } = table;
  const read = { format: 'PARQUET', options: {} } as const;
  try {
    await session.createView(raw, filesOf(paths, read));
    const fields = await session.schemaOf({ sql: { query: `SELECT * FROM ${raw}` } }, timeoutMs);
    return fields.map((field) => ({ name: field.name, cell: quoted(field.name), isNested: isNested(field) }));
  } catch (error) {
    if (!isServiceError(error) || isConnectionFault(error)) throw error;
    const columns = await parquetColumns(paths);
    // Whatever Spark has to say of the file is no matter of types.
    if (columns.every(({ kind }) => kind === 'PLAIN')) throw error;
    const schema = columns.flatMap(({ name: column, type }) =>
      type === undefined ? [] : [`${quoted(column)} ${type}`],
    );
    await session.createView(raw, filesOf(paths, { ...read, schema: schema.join(', ') }));
    return columns.map((column) => ({
      name: column.name,
      cell: cellOf(name, column),
      isNested: /^(STRUCT|ARRAY|MAP)</.test(column.type ?? ''),
    }));
  }
}

/** What is stored, as SQL of what it says. With nanoseconds a moment is cut to its microseconds, as moments are in Spark. */
const said: Readonly<Partial<Record<ParquetKind, (stored: string) => string>>> = {
  PLAIN: (stored) => stored,
  NANOSECONDS: (stored) => moment(thousandth(stored)),
  TIME_MILLIS: (stored) => timeOfDay(`${stored} * 1000L`),
  TIME_MICROS: (stored) => timeOfDay(stored),
  TIME_NANOS: (stored) => timeOfDay(thousandth(stored)),
  UUID: (stored) =>
    `regexp_replace(lower(hex(${stored})), '^(.{8})(.{4})(.{4})(.{4})', ${literal('$1-$2-$3-$4-')})`,
};

const thousandth = (count: string): string => `(${count} - pmod(${count}, 1000L)) div 1000L`;
const moment = (micros: string): string => `timestamp_micros(${micros})`;
/** Its text, without what is no digit of it. */
const timeOfDay = (micros: string): string => `substring(CAST(${moment(micros)} AS STRING), 12)`;

function cellOf(table: string, { name, kind, isUtc, type }: ParquetColumn): string {
  const make = type === undefined ? undefined : said[kind];
  if (make === undefined) return `CAST(raise_error(${literal(unreadable(table, name, kind))}) AS STRING)`;
  const cell = make(quoted(name));
  return isUtc && kind.startsWith('TIME_') ? `${cell} || '+00'` : cell;
}
