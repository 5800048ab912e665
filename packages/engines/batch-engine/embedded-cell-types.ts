import type { DuckDBConnection } from '@duckdb/node-api';
import { isHeldByDouble } from './embedded-sql.ts';

/** A type that a column has where all of its cells fit it: a cell fits where its value says all that the cell does. */
export interface CellType {
  readonly type: string;
  /** SQL over a cell, as the type that the column is read with. */
  readonly fits: (cell: string) => string;
}

/** A moment in microseconds, which is what the types of times hold: of a text with more digits of a second another moment would be made. */
const isInMicroseconds = (cell: string): string =>
  `length(ltrim(substr(${cell}, 20), '.0123456789')) >= length(${cell}) - 26`;

/** A number that a double gives back, of a text. */
export const heldDouble: CellType = { type: 'DOUBLE', fits: isHeldByDouble };

/** Days and moments that begin with the year, of texts. */
export const datesAndTimes: readonly CellType[] = [
  {
    type: 'DATE',
    fits: (cell) => `length(${cell}) = 10 AND ${cell}[5] = '-' AND TRY_CAST(${cell} AS DATE) IS NOT NULL`,
  },
  {
    type: 'TIMESTAMP',
    // A zone is told by what follows the hour: nothing but digits, colons and a point has none.
    fits: (
      cell,
    ) => `${cell}[5] = '-' AND length(${cell}) <= 26 AND translate(substr(${cell}, 12), '0123456789:.', '') = ''
      AND TRY_CAST(${cell} AS TIMESTAMP) IS NOT NULL`,
  },
  {
    type: 'TIMESTAMPTZ',
    fits: (cell) =>
      `${cell}[5] = '-' AND ${isInMicroseconds(cell)} AND TRY_CAST(${cell} AS TIMESTAMPTZ) IS NOT NULL`,
  },
];

/** A test of one column: whether all of its values are of a type. */
export interface ColumnTest {
  /** SQL: true, false, or null where there is no value. */
  readonly test: string;
  readonly type: string;
}

/** Tests in one statement: of 14,000, for a file of 2,000 columns, DuckDB makes more than a query's memory holds. */
const testsAtOnce = 250;

/** Rows that are looked at first, so that the whole file is read for those types alone that can be. */
const sampledRows = 2_000;

/** The type of each column: the first of its tests that all rows pass; undefined where none is, or where there is no value. */
export async function typesOf(
  connection: DuckDBConnection,
  { rows, columns }: { readonly rows: string; readonly columns: readonly (readonly ColumnTest[])[] },
): Promise<readonly (string | undefined)[]> {
  const sample = `(SELECT * FROM ${rows} LIMIT ${sampledRows})`;
  // A column without a value there may have any type.
  const possible = await passing(connection, { rows: sample, columns, isPassed: (told) => told !== false });
  // Read to its end also where all is text: a row that is none is told before the first one is answered.
  const certain = await passing(connection, { rows, columns: possible, isPassed: (told) => told === true });
  return certain.map(([first]) => first?.type);
}

/** Those of the tests of each column that these rows pass. */
async function passing(
  connection: DuckDBConnection,
  {
    rows,
    columns,
    isPassed,
  }: {
    readonly rows: string;
    readonly columns: readonly (readonly ColumnTest[])[];
    readonly isPassed: (told: unknown) => boolean;
  },
): Promise<readonly (readonly ColumnTest[])[]> {
  const asked = columns.flatMap((tests, at) => tests.map((test) => ({ ...test, at })));
  const found = columns.map((): ColumnTest[] => []);
  // Without a test as well, so that each row is looked at.
  for (let from = 0; from === 0 || from < asked.length; from += testsAtOnce) {
    const some = asked.slice(from, from + testsAtOnce);
    const tests = ['count(*)', ...some.map(({ test }) => test)];
    const reader = await connection.runAndReadAll(`SELECT ${tests.join(', ')} FROM ${rows}`);
    const [, ...told] = reader.getRows()[0] ?? [];
    for (const [index, test] of some.entries()) if (isPassed(told[index])) found[test.at]?.push(test);
  }
  return found;
}
