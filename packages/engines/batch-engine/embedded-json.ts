import type { DuckDBConnection } from '@duckdb/node-api';
import { allFit, isHeldByDouble, list, name, text } from './embedded-sql.ts';

interface JsonTable {
  readonly paths: readonly string[];
  /** The engine's types by their columns; found in the rows when absent. */
  readonly declared: readonly (readonly [column: string, type: string])[] | undefined;
}

type Columns = readonly (readonly [column: string, type: string])[];

/** A SELECT of all rows of JSON Lines. DuckDB makes doubles of whole numbers that no integer of its holds: a column with one that a double does not hold either is text. */
export async function jsonSource(
  connection: DuckDBConnection,
  { paths, declared }: JsonTable,
): Promise<string> {
  const read = (columns?: Columns): string => {
    const typed = columns?.map(([column, type]) => `${text(column)}: ${text(type)}`).join(', ');
    return `read_json(${list(paths)}, format = 'newline_delimited'${typed === undefined ? '' : `, columns = {${typed}}`})`;
  };
  if (declared !== undefined) return `SELECT * FROM ${read(declared)}`;
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${read()}`);
  const found = described.getRows().map(([column, type]): Columns[number] => [String(column), String(type)]);
  const doubles = found.filter(([, type]) => type === 'DOUBLE').map(([column]) => column);
  if (doubles.length === 0) return `SELECT * FROM ${read()}`;
  const written = read(doubles.map((column) => [column, 'JSON']));
  const tests = doubles.map((column) =>
    allFit(name(column), (cell) => isHeldByDouble(`CAST(${cell} AS VARCHAR)`)),
  );
  const tested = await connection.runAndReadAll(`SELECT ${tests.join(', ')} FROM ${written}`);
  const held = tested.getRows()[0] ?? [];
  const texts = new Set(doubles.filter((_, at) => held[at] === false));
  if (texts.size === 0) return `SELECT * FROM ${read()}`;
  return `SELECT * FROM ${read(found.map(([column, type]) => [column, texts.has(column) ? 'VARCHAR' : type]))}`;
}
