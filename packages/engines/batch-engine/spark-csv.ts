import { csvHead, emptyCsv } from './csv-head.ts';
import type { EmbeddedTable } from './embedded-messages.ts';
import { cellTypes, typesOf } from './spark-cell-types.ts';
import { filesOf } from './spark-files.ts';
import type { SparkSession } from './spark-session.ts';
import { quoted } from './spark-sql-text.ts';

/** A line that does not fit is a fault, as it is in DuckDB; quotes are doubled inside of quotes (RFC 4180), and a value may hold line ends. */
const readerOptions = { header: 'true', mode: 'FAILFAST', multiLine: 'true', escape: '"' };

/** What divides the cells of a CSV is what divides its head. @throws CodedError QUERY_INVALID for a CSV that is no text */
export async function csvOptions(table: EmbeddedTable): Promise<Readonly<Record<string, string>>> {
  return { ...readerOptions, sep: (await csvHead(table)).delimiter };
}

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
  const found = await typesOf(
    session,
    raw,
    cells.map((cell) => ({ cell: given(cell), types: cellTypes })),
  );
  const picked = names.map(
    (name, at) => `CAST(${given(cells[at] ?? '')} AS ${found[at] ?? 'STRING'}) AS ${quoted(name)}`,
  );
  await session.createView(view, { sql: { query: `SELECT ${picked.join(', ')} FROM ${raw}` } });
  return names.map((name) => ({ name }));
}

/** Nothing in quotes is nothing, as in the embedded engine. */
const given = (cell: string): string => `nullif(${cell}, '')`;
