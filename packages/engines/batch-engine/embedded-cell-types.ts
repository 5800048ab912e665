import type { DuckDBConnection } from '@duckdb/node-api';
import { allFit, isHeldByDouble } from './embedded-sql.ts';

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
  /** What it looks at, where that is a text. */
  readonly cell?: { readonly text: string; readonly fits: CellType['fits'] };
}

/** The tests of a column of texts. */
export const textTests = (cell: string, types: readonly CellType[]): readonly ColumnTest[] =>
  types.map(({ type, fits }) => ({ type, test: allFit(cell, fits), cell: { text: cell, fits } }));

/** Tests in one statement: of 14,000, for a file of 2,000 columns, DuckDB makes more than a query's memory holds. */
const testsAtOnce = 250;

/** Rows that are looked at first, so that the whole file is read for those types alone that can be: fewer of a file of many columns. */
const sampledRows = 2_000;
const sampledCells = 100_000;

type Tests = readonly (readonly ColumnTest[])[];

/**
 * The type of each column: the first of its tests that all rows pass; undefined where none is, or where there is no value. All rows are read for the first test of each that a sample passes,
 * and once more for the others of those columns alone that it was not.
 */
export async function typesOf(
  connection: DuckDBConnection,
  { rows, columns }: { readonly rows: string; readonly columns: Tests },
): Promise<readonly (string | undefined)[]> {
  const possible = await possibleOf(connection, rows, columns);
  // Read to its end also where all is text: a row that is none is told before the first one is answered.
  const certain = await toldInTurn(connection, rows, possible);
  return possible.map((tests, at) => tests.find((_test, index) => certain[at]?.[index] === true)?.type);
}

/** What the tests of each column tell: the first of each, and of those columns alone that fail it the others, whose tests cost more (a double is told by its digits). */
async function toldInTurn(
  connection: DuckDBConnection,
  rows: string,
  columns: Tests,
): Promise<readonly (readonly unknown[])[]> {
  const first = await told(
    connection,
    rows,
    columns.map((tests) => tests.slice(0, 1)),
  );
  const others = columns.map((tests, at) => (first[at]?.[0] === false ? tests.slice(1) : []));
  if (others.every((tests) => tests.length === 0)) return first;
  const later = await told(connection, rows, others);
  return first.map((answers, at) => [...answers, ...(later[at] ?? [])]);
}

/** The tests that a sample of the rows does not fail. A column without a value there may have any type. */
async function possibleOf(connection: DuckDBConnection, rows: string, columns: Tests): Promise<Tests> {
  const limit = Math.max(50, Math.min(sampledRows, Math.floor(sampledCells / Math.max(1, columns.length))));
  const sample = `(SELECT * FROM ${rows} LIMIT ${limit})`;
  const ofTexts = await failedByTexts(connection, sample, columns);
  const others = columns.map((tests) => tests.filter(({ cell }) => cell === undefined));
  const ofOthers = await toldInTurn(connection, sample, others);
  return columns.map((tests, at) => {
    const failed = new Set(ofTexts.get(at));
    for (const [index, { type }] of (others[at] ?? []).entries())
      if (ofOthers[at]?.[index] === false) failed.add(type);
    return tests.filter(({ type }) => !failed.has(type));
  });
}

/** Types that texts are not, by the place of their column: one test a type over the texts of all columns, since DuckDB takes longer to plan a test than to make it of a sample. */
async function failedByTexts(
  connection: DuckDBConnection,
  rows: string,
  columns: Tests,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const texts = columns.map((tests) => tests.find(({ cell }) => cell !== undefined)?.cell?.text ?? 'NULL');
  const types = new Map<string, CellType['fits']>();
  for (const { type, cell } of columns.flat()) if (cell !== undefined) types.set(type, cell.fits);
  if (types.size === 0) return new Map();
  const tests = [...types.values()].map((fits) => allFit('cell', fits));
  const reader = await connection.runAndReadAll(
    `SELECT place, ${tests.join(', ')} FROM (SELECT unnest([${texts.join(', ')}]) AS cell, unnest(range(${texts.length})) AS place FROM ${rows}) GROUP BY place`,
  );
  return new Map(
    reader
      .getRows()
      .map(([place, ...passed]) => [
        Number(place),
        [...types.keys()].filter((_type, index) => passed[index] === false),
      ]),
  );
}

/** What the tests of each column tell of these rows. */
async function told(
  connection: DuckDBConnection,
  rows: string,
  columns: Tests,
): Promise<readonly (readonly unknown[])[]> {
  const asked = columns.flatMap((tests, at) => tests.map(({ test }) => ({ test, at })));
  const answers = columns.map((): unknown[] => []);
  // Without a test as well, so that each row is looked at.
  for (let from = 0; from === 0 || from < asked.length; from += testsAtOnce) {
    const some = asked.slice(from, from + testsAtOnce);
    const tests = ['count(*)', ...some.map(({ test }) => test)];
    const reader = await connection.runAndReadAll(`SELECT ${tests.join(', ')} FROM ${rows}`);
    const [, ...found] = reader.getRows()[0] ?? [];
    for (const [index, { at }] of some.entries()) answers[at]?.push(found[index]);
  }
  return answers;
}
