import type { DuckDBConnection } from '@duckdb/node-api';
import { csvHead, emptyCsv } from './csv-head.ts';
import type { EmbeddedTable } from './embedded-messages.ts';
import { allFit, isHeldByDouble, list, name, text } from './embedded-sql.ts';

/**
 * What the cells of a column may be, the first that fits all of them; text where none does. A cell fits where its value says all that the cell does:
 * `00042`, `+39055` and what a number of the type would round are text. Bounds are cheaper than patterns, which took three times as long.
 */
const types: readonly (readonly [type: string, fits: (cell: string) => string])[] = [
  ['BOOLEAN', (cell) => `lower(${cell}) IN ('true', 'false', 't', 'f')`],
  ['BIGINT', (cell) => `CAST(TRY_CAST(${cell} AS BIGINT) AS VARCHAR) = trim(${cell})`],
  ['DOUBLE', isHeldByDouble],
  ['DATE', (cell) => `length(${cell}) = 10 AND ${cell}[5] = '-' AND TRY_CAST(${cell} AS DATE) IS NOT NULL`],
  [
    'TIMESTAMP',
    // A zone is told by what follows the hour: nothing but digits, colons and a point has none.
    (cell) => `${cell}[5] = '-' AND translate(substr(${cell}, 12), '0123456789:.', '') = ''
      AND TRY_CAST(${cell} AS TIMESTAMP) IS NOT NULL`,
  ],
  ['TIMESTAMPTZ', (cell) => `${cell}[5] = '-' AND TRY_CAST(${cell} AS TIMESTAMPTZ) IS NOT NULL`],
  ['TIME', (cell) => `${cell}[3] = ':' AND TRY_CAST(${cell} AS TIME) IS NOT NULL`],
];

/** Tests in one statement: of 14,000, for a file of 2,000 columns, DuckDB makes more than a query's memory holds. */
const testsAtOnce = 250;

/** Rows that are looked at first, so that the whole file is read for those types alone that can be. */
const sampledRows = 2_000;

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
  const found = await typesOf(connection, names, texts);
  const typed = names.map((column, at) => {
    const type = found[at] ?? 'VARCHAR';
    return type === 'VARCHAR' ? name(column) : `CAST(${name(column)} AS ${type}) AS ${name(column)}`;
  });
  return `SELECT ${typed.join(', ')} FROM ${texts}`;
}

async function typesOf(
  connection: DuckDBConnection,
  names: readonly string[],
  texts: string,
): Promise<readonly (string | undefined)[]> {
  const all = types.map((_, at) => at);
  const sample = `(SELECT * FROM ${texts} LIMIT ${sampledRows})`;
  const possible = await fitting(connection, { names, rows: sample, of: names.map(() => all) });
  // Read to its end also where all is text: a row that is none is told before the first one is answered.
  const certain = await fitting(connection, { names, rows: texts, of: possible });
  return certain.map(([first]) => (first === undefined ? undefined : types[first]?.[0]));
}

/** Which types, of those of each column, fit all of its cells; none where it has no cell. */
async function fitting(
  connection: DuckDBConnection,
  {
    names,
    rows,
    of,
  }: {
    readonly names: readonly string[];
    readonly rows: string;
    readonly of: readonly (readonly number[])[];
  },
): Promise<readonly (readonly number[])[]> {
  const asked = names.flatMap((column, at) => (of[at] ?? []).map((type) => ({ column, at, type })));
  const found = names.map((): number[] => []);
  // Without a test as well, so that each row is looked at.
  for (let from = 0; from === 0 || from < asked.length; from += testsAtOnce)
    for (const { at, type } of await passed(connection, asked.slice(from, from + testsAtOnce), rows))
      found[at]?.push(type);
  return found;
}

interface Test {
  readonly column: string;
  readonly at: number;
  readonly type: number;
}

/** Those of the tests that all rows pass. */
async function passed(
  connection: DuckDBConnection,
  asked: readonly Test[],
  rows: string,
): Promise<readonly Test[]> {
  const tests = asked.map(({ column, type }) => allFit(name(column), types[type]?.[1] ?? (() => 'false')));
  const reader = await connection.runAndReadAll(`SELECT ${['count(*)', ...tests].join(', ')} FROM ${rows}`);
  const [, ...fits] = reader.getRows()[0] ?? [];
  return asked.filter((_, index) => fits[index] === true);
}
