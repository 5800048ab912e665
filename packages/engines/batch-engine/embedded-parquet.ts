import type { DuckDBConnection } from '@duckdb/node-api';
import { list, name, text } from './embedded-sql.ts';
import { parquetElements, unreadable } from './parquet-elements.ts';

interface ParquetTable {
  readonly name: string;
  readonly paths: readonly string[];
  /** The engine's types by their columns; those of the file when absent. */
  readonly declared: readonly (readonly [column: string, type: string])[] | undefined;
}

/**
 * A SELECT of all rows of a Parquet file. Decimals of more than 38 digits are other numbers when DuckDB 1.5 has read them (1.5 is 108086391056891904), so
 * that a column with some in it is a fault for whoever reads it; the others are as they are.
 */
export async function parquetSource(connection: DuckDBConnection, table: ParquetTable): Promise<string> {
  const { paths, declared } = table;
  const elements = await parquetElements(connection, paths);
  const tooWide = new Set(elements.filter(({ kind }) => kind === 'WIDE_DECIMAL').map(({ column }) => column));
  const refused = [...tooWide].map(
    (column) =>
      `CAST(error(${text(unreadable(table.name, column, 'WIDE_DECIMAL'))}) AS VARCHAR) AS ${name(column)}`,
  );
  const all = refused.length === 0 ? '*' : `* REPLACE (${refused.join(', ')})`;
  const rows = `SELECT ${all} FROM read_parquet(${list(paths)})`;
  if (declared === undefined) return rows;
  const picked = declared.map(([column, type]) => `CAST(${name(column)} AS ${type}) AS ${name(column)}`);
  return `SELECT ${picked.join(', ')} FROM (${rows})`;
}
