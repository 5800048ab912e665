import type { DuckDBConnection } from '@duckdb/node-api';
import { list, name, text } from './embedded-sql.ts';

interface ParquetTable {
  readonly name: string;
  readonly paths: readonly string[];
  /** The engine's types by their columns; those of the file when absent. */
  readonly declared: readonly (readonly [column: string, type: string])[] | undefined;
}

/** DuckDB's, and Spark's. */
const mostDigits = 38;

/**
 * A SELECT of all rows of a Parquet file. Decimals of more than 38 digits are other numbers when DuckDB 1.5 has read them (1.5 is 108086391056891904), so
 * that a column with some in it is a fault for whoever reads it; the others are as they are.
 */
export async function parquetSource(connection: DuckDBConnection, table: ParquetTable): Promise<string> {
  const { paths, declared } = table;
  const refused = (await tooWide(connection, paths)).map((column) => {
    const message = `The column ${column} of the table ${table.name} has decimals of more than ${mostDigits} digits, which cannot be read: write it with ${mostDigits} or fewer, or as texts.`;
    return `CAST(error(${text(message)}) AS VARCHAR) AS ${name(column)}`;
  });
  const all = refused.length === 0 ? '*' : `* REPLACE (${refused.join(', ')})`;
  const rows = `SELECT ${all} FROM read_parquet(${list(paths)})`;
  if (declared === undefined) return rows;
  const picked = declared.map(([column, type]) => `CAST(${name(column)} AS ${type}) AS ${name(column)}`);
  return `SELECT ${picked.join(', ')} FROM (${rows})`;
}

/** The columns that have such decimals, or hold them somewhere within. */
async function tooWide(connection: DuckDBConnection, paths: readonly string[]): Promise<readonly string[]> {
  const reader = await connection.runAndReadAll(
    `SELECT name, num_children, precision FROM parquet_schema(${list(paths)})`,
  );
  const found = new Set<string>();
  // Depth first, an element before its children (Parquet's thrift definition, SchemaElement): how many are still to come, level by level.
  const awaited: number[] = [];
  let column = '';
  for (const [element, children, precision] of reader.getRows()) {
    if (awaited.length === 1) column = String(element);
    if (awaited.length > 0) awaited[awaited.length - 1] = (awaited.at(-1) ?? 0) - 1;
    if (Number(precision ?? 0) > mostDigits) found.add(column);
    if (Number(children ?? 0) > 0) awaited.push(Number(children));
    while (awaited.at(-1) === 0) awaited.pop();
  }
  return [...found];
}
