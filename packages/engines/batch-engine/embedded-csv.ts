import type { DuckDBConnection } from '@duckdb/node-api';
import { csvHead, emptyCsv } from './csv-head.ts';
import { type CellType, datesAndTimes, heldDouble, textTests, typesOf } from './embedded-cell-types.ts';
import type { EmbeddedTable } from './embedded-messages.ts';
import { list, name, text } from './embedded-sql.ts';

/** What the cells of a column may be, the first that fits all of them; text where none does. Bounds are cheaper than patterns, which took three times as long. */
const types: readonly CellType[] = [
  { type: 'BOOLEAN', fits: (cell) => `lower(${cell}) IN ('true', 'false', 't', 'f')` },
  // `00042` and `+39055` are text.
  { type: 'BIGINT', fits: (cell) => `CAST(TRY_CAST(${cell} AS BIGINT) AS VARCHAR) = trim(${cell})` },
  heldDouble,
  ...datesAndTimes,
  { type: 'TIME', fits: (cell) => `${cell}[3] = ':' AND TRY_CAST(${cell} AS TIME) IS NOT NULL` },
];

interface CsvTable extends Pick<EmbeddedTable, 'name' | 'paths' | 'delimiters'> {
  /** The engine's types by their columns; found in the cells when absent. */
  readonly declared: readonly (readonly [column: string, type: string])[] | undefined;
}

/**
 * A SELECT of all rows of a CSV. Nothing of it is guessed from how well it fits (delimiter, quotes, where the head is): DuckDB's own guess leaves
 * out what stands before the lines that fit best, and says nothing. So a row with a cell too many is a fault of its line.
 * @throws CodedError QUERY_INVALID, and what DuckDB says of a line
 */
export async function csvSource(connection: DuckDBConnection, table: CsvTable): Promise<string> {
  const { paths, declared } = table;
  const { delimiter, emptyLines, names } = await csvHead(table);
  const read = (columns: CsvTable['declared'] & object): string =>
    `read_csv(${list(paths)}, auto_detect = false, header = true, skip = ${emptyLines}, delim = ${text(delimiter)}, quote = '"', escape = '"',
      comment = '', dateformat = '%Y-%m-%d',
      columns = {${columns.map(([column, type]) => `${text(column)}: ${text(type)}`).join(', ')}})`;
  if (declared !== undefined) return `SELECT * FROM ${read(declared)}`;
  if (names.length === 0) throw emptyCsv(table.name);
  const texts = read(names.map((column) => [column, 'VARCHAR']));
  const columns = names.map((column) => textTests(name(column), types));
  const found = await typesOf(connection, { rows: texts, columns });
  const typed = names.map((column, at) => {
    const type = found[at] ?? 'VARCHAR';
    return type === 'VARCHAR' ? name(column) : `CAST(${name(column)} AS ${type}) AS ${name(column)}`;
  });
  return `SELECT ${typed.join(', ')} FROM ${texts}`;
}
