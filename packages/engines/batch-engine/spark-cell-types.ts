import type { BatchColumn } from './port.ts';
import { allRowsOf } from './spark-all-rows.ts';
import type { SparkSession } from './spark-session.ts';

/** The digits of a number without what stands before its first and after its last one that is not 0. */
const digits = (number: string): string =>
  `trim(BOTH '0' FROM regexp_replace(lower(${number}), 'e.*$|[^0-9]', ''))`;

/** As `isHeldByDouble` of the embedded engine: up to 15 digits a double gives back any number, beyond that those it has a form of. Spark takes `1d` and `1f` for numbers too. */
const isHeldByDouble = `(lower(trim(cell)) IN ('nan', 'inf', '-inf', 'infinity', '-infinity') OR (
  trim(cell) RLIKE '^-?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$' AND NOT trim(cell) RLIKE '^-?0[0-9]'
  AND abs(try_cast(cell AS DOUBLE)) < double('Infinity') AND (length(cell) <= 15
    OR ${digits('cell')} = ${digits('CAST(try_cast(cell AS DOUBLE) AS STRING)')}
    OR ${digits('cell')} = ${digits("format_string('%.16e', try_cast(cell AS DOUBLE))")})))`;

/** What cells may be, the first that fits all of a column, by the rule of the embedded engine (decisions 337 and 357); a text where none does. */
const fits = {
  BOOLEAN: `lower(cell) IN ('true', 'false', 't', 'f')`,
  BIGINT: 'CAST(try_cast(cell AS BIGINT) AS STRING) = trim(cell)',
  DOUBLE: isHeldByDouble,
  DATE: `cell RLIKE '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' AND try_cast(cell AS DATE) IS NOT NULL`,
  // With more digits of a second than microseconds it would be another moment.
  TIMESTAMP: `cell RLIKE '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}.*)?$' AND NOT cell RLIKE '[.][0-9]{7}' AND try_cast(cell AS TIMESTAMP) IS NOT NULL`,
};

export type SparkCellType = keyof typeof fits;

export const cellTypes = Object.keys(fits) as readonly SparkCellType[];

/** The type of each column, of those that it may have, in one reading of the file; undefined where none fits and where there is no cell. One test a cell and type, however many columns there are. */
export async function typesOf(
  session: SparkSession,
  raw: string,
  columns: readonly { readonly cell: string; readonly types: readonly SparkCellType[] }[],
): Promise<readonly (SparkCellType | undefined)[]> {
  const tests = cellTypes.map((type) => `bool_and(coalesce(${fits[type]}, false))`);
  const query = `SELECT CAST(at AS BIGINT), ${tests.join(', ')}
    FROM (SELECT posexplode(array(${columns.map(({ cell }) => cell).join(', ')})) AS (at, cell) FROM ${raw}) WHERE cell IS NOT NULL GROUP BY at`;
  const told: readonly BatchColumn[] = [
    { name: 'at', type: 'BIGINT' },
    ...cellTypes.map((name) => ({ name, type: 'BOOLEAN' as const })),
  ];
  const found = new Map<number, readonly SparkCellType[]>();
  for (const [at, ...passed] of await allRowsOf(session, query, told))
    found.set(
      Number(at),
      cellTypes.filter((_, index) => passed[index] === true),
    );
  return columns.map(({ types }, at) => found.get(at)?.find((type) => types.includes(type)));
}
