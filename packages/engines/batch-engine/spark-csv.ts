import { csvHead, emptyCsv } from './csv-head.ts';
import type { EmbeddedTable } from './embedded-messages.ts';
import type { BatchColumn } from './port.ts';
import { rowsOf } from './spark-cells.ts';
import { filesOf } from './spark-files.ts';
import type { SparkSession } from './spark-session.ts';
import { quoted } from './spark-sql-text.ts';

/** A line that does not fit is a fault, as it is in DuckDB; quotes are doubled inside of quotes (RFC 4180), and a value may hold line ends. */
const readerOptions = { header: 'true', mode: 'FAILFAST', multiLine: 'true', escape: '"' };

/** What divides the cells of a CSV is what divides its head. @throws CodedError QUERY_INVALID for a CSV that is no text */
export async function csvOptions(table: EmbeddedTable): Promise<Readonly<Record<string, string>>> {
  return { ...readerOptions, sep: (await csvHead(table)).delimiter };
}

/** The digits of a number without what stands before its first and after its last one that is not 0. */
const digits = (number: string): string =>
  `trim(BOTH '0' FROM regexp_replace(lower(${number}), 'e.*$|[^0-9]', ''))`;

/** As `isHeldByDouble` of the embedded engine: up to 15 digits a double gives back any number, beyond that those it has a form of. Spark takes `1d` and `1f` for numbers too. */
const isHeldByDouble = `(lower(trim(cell)) IN ('nan', 'inf', '-inf', 'infinity', '-infinity') OR (
  trim(cell) RLIKE '^-?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$' AND NOT trim(cell) RLIKE '^-?0[0-9]'
  AND abs(try_cast(cell AS DOUBLE)) < double('Infinity') AND (length(cell) <= 15
    OR ${digits('cell')} = ${digits('CAST(try_cast(cell AS DOUBLE) AS STRING)')}
    OR ${digits('cell')} = ${digits("format_string('%.16e', try_cast(cell AS DOUBLE))")})))`;

/** What the cells of a column may be, the first that fits all of them, by the rule of the embedded engine (decision 337); text where none does. */
const types: readonly (readonly [type: string, fits: string])[] = [
  ['BOOLEAN', `lower(cell) IN ('true', 'false', 't', 'f')`],
  ['BIGINT', 'CAST(try_cast(cell AS BIGINT) AS STRING) = trim(cell)'],
  ['DOUBLE', isHeldByDouble],
  ['DATE', `cell RLIKE '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' AND try_cast(cell AS DATE) IS NOT NULL`],
  [
    'TIMESTAMP',
    `cell RLIKE '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}.*)?$' AND try_cast(cell AS TIMESTAMP) IS NOT NULL`,
  ],
];

/**
 * Makes a view of a CSV by the rule of decision 337, as the embedded engine reads it; answers its columns. Spark's own look for types loses leading zeros.
 * @throws CodedError QUERY_INVALID for a CSV without a head, and what Spark says of a row
 */
export async function csvView(
  session: SparkSession,
  table: EmbeddedTable,
  { raw, view }: { readonly raw: string; readonly view: string },
): Promise<readonly { readonly name: string }[]> {
  const { delimiter, names } = await csvHead(table);
  if (names.length === 0) throw emptyCsv(table.name);
  const cells = names.map((_name, at) => `c${at}`);
  const options = { ...readerOptions, sep: delimiter };
  const schema = cells.map((cell) => `${cell} STRING`).join(', ');
  await session.createView(raw, filesOf(table.paths, { format: 'CSV', options, schema }));
  const found = await typesOf(session, raw, cells);
  const picked = names.map(
    (name, at) => `CAST(${given(cells[at] ?? '')} AS ${found.get(at) ?? 'STRING'}) AS ${quoted(name)}`,
  );
  await session.createView(view, { sql: { query: `SELECT ${picked.join(', ')} FROM ${raw}` } });
  return names.map((name) => ({ name }));
}

/** Nothing in quotes is nothing, as in the embedded engine. */
const given = (cell: string): string => `nullif(${cell}, '')`;

/** The types by the places of the columns, in one reading of the file; a column without a cell has none. One test a cell and type, however many columns there are. */
async function typesOf(
  session: SparkSession,
  raw: string,
  cells: readonly string[],
): Promise<ReadonlyMap<number, string>> {
  const tests = types.map(([, fits]) => `bool_and(coalesce(${fits}, false))`);
  const query = `SELECT CAST(at AS BIGINT), ${tests.join(', ')}
    FROM (SELECT posexplode(array(${cells.map(given).join(', ')})) AS (at, cell) FROM ${raw}) WHERE cell IS NOT NULL GROUP BY at`;
  const columns: readonly BatchColumn[] = [
    { name: 'at', type: 'BIGINT' },
    ...types.map(([type]) => ({ name: type, type: 'BOOLEAN' as const })),
  ];
  const found = new Map<number, string>();
  for await (const piece of session.execute({ root: { sql: { query } } }))
    for (const [at, ...fits] of rowsOf(piece, columns)) {
      const first = types[fits.indexOf(true)];
      if (first !== undefined) found.set(Number(at), first[0]);
    }
  return found;
}
