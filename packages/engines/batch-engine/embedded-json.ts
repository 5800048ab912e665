import type { DuckDBConnection } from '@duckdb/node-api';
import { toldApart } from './csv-head.ts';
import { typesOf } from './embedded-cell-types.ts';
import { jsonColumn } from './embedded-json-columns.ts';
import { shapesOf } from './embedded-json-shapes.ts';
import { list, name, text } from './embedded-sql.ts';
import { areToldApart } from './json-shape.ts';

interface JsonTable {
  readonly name: string;
  readonly paths: readonly string[];
  /** The engine's types by their columns; found in the rows when absent. */
  readonly declared: Columns | undefined;
}

type Columns = readonly (readonly [column: string, type: string])[];

/**
 * A SELECT of all rows of JSON Lines. Its columns are the keys of all rows, each with the first type that says all that each of its values does; text where none does. DuckDB's own look
 * ends after 20,480 rows: what follows is rounded to the types of those, and a key that is met there first is a fault. It also takes texts for days and ids that they are not.
 * @throws CodedError QUERY_INVALID naming a line that is no object, and what DuckDB says of one
 */
export async function jsonSource(connection: DuckDBConnection, table: JsonTable): Promise<string> {
  const { paths, declared } = table;
  if (declared !== undefined) return `SELECT * FROM ${reading(paths, declared)}`;
  const shapes = await shapesOf(connection, table);
  // The rows are there, if none of them has a key.
  if (shapes.length === 0) return `SELECT * FROM ${reading(paths, [['json', 'JSON']])}`;
  const keys = shapes.map(([key]) => key);
  const names = toldApart(keys);
  const columns = shapes.map(([, shape], at) => jsonColumn(names[at] ?? '', shape));
  const read = (types: readonly string[]): string =>
    areToldApart(keys)
      ? reading(
          paths,
          keys.map((key, at) => [key, types[at] ?? '']),
        )
      : extracting(
          paths,
          keys.map((key, at) => ({ key, column: names[at] ?? '', type: types[at] ?? '' })),
        );
  const rows = read(columns.map(({ lookedAtAs }) => lookedAtAs));
  const found = await typesOf(connection, { rows, columns: columns.flatMap(({ tests }) => tests) });
  const answers = found.values();
  const typed = columns.map((column) => column.typed(column.tests.map(() => answers.next().value)));
  return `SELECT ${typed.map(({ picked }) => picked).join(', ')} FROM ${read(typed.map(({ type }) => type))}`;
}

function reading(paths: readonly string[], columns: Columns): string {
  const typed = columns.map(([column, type]) => `${text(column)}: ${text(type)}`).join(', ');
  return `read_json(${list(paths)}, format = 'newline_delimited', records = 'true', columns = {${typed}})`;
}

/** The same for keys that cannot be names: each by its pointer (RFC 6901). */
function extracting(
  paths: readonly string[],
  columns: readonly { readonly key: string; readonly column: string; readonly type: string }[],
): string {
  const picked = columns.map(({ key, column, type }) => {
    const pointer = text(`/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
    const value =
      type === 'VARCHAR' ? `json_extract_string(json, ${pointer})` : `json_extract(json, ${pointer})`;
    return `CAST(${value} AS ${type}) AS ${name(column)}`;
  });
  return `(SELECT ${picked.join(', ')} FROM read_ndjson_objects(${list(paths)}))`;
}
