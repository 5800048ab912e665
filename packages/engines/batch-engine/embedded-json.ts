import type { DuckDBConnection } from '@duckdb/node-api';
import { toldApart } from './csv-head.ts';
import { typesOf } from './embedded-cell-types.ts';
import { jsonColumn } from './embedded-json-columns.ts';
import { shapesOf } from './embedded-json-shapes.ts';
import { list, name, text } from './embedded-sql.ts';
import { map } from './json-shape.ts';

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
  // Also the rows of no key are there.
  if (shapes === map || shapes.size === 0) return `SELECT json FROM read_ndjson_objects(${list(paths)})`;
  const keys = [...shapes.keys()];
  const names = toldApart(keys);
  const columns = [...shapes.values()].map((shape, at) => jsonColumn(names[at] ?? '', shape));
  const isNamed = keys.every((key, at) => key === names[at]);
  const read = (types: readonly string[]): string => {
    const typed = keys.map((key, at) => ({ key, column: names[at] ?? '', type: types[at] ?? '' }));
    return isNamed
      ? reading(
          paths,
          typed.map(({ key, type }) => [key, type]),
        )
      : extracting(paths, typed);
  };
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

interface KeyColumn {
  readonly key: string;
  readonly column: string;
  readonly type: string;
}

/** The same where keys cannot be names: those are taken out by their pointers (RFC 6901), all at once, and the others read as fields. A row is parsed twice, however many columns it has. */
function extracting(paths: readonly string[], columns: readonly KeyColumn[]): string {
  const fields = columns.filter(({ key, column }) => key === column);
  const others = columns.filter(({ key, column }) => key !== column);
  const structure = text(JSON.stringify(Object.fromEntries(fields.map(({ key, type }) => [key, type]))));
  const parsed = [
    ...(fields.length === 0 ? [] : [`json_transform(json, ${structure}) AS fields`]),
    `json_extract(json, ${list(others.map(({ key }) => pointerOf(key)))}) AS others`,
  ];
  const picked = columns.map((each) => {
    const value = `others[${others.indexOf(each) + 1}]`;
    return each.key === each.column
      ? `fields.${name(each.key)}`
      : `json_transform(${value}, ${text(JSON.stringify(each.type))}) AS ${name(each.column)}`;
  });
  return `(SELECT ${picked.join(', ')} FROM (SELECT ${parsed.join(', ')} FROM read_ndjson_objects(${list(paths)})))`;
}

const pointerOf = (key: string): string => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
