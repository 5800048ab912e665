import type { DuckDBConnection } from '@duckdb/node-api';
import { list, text } from './embedded-sql.ts';
import { jsonFault } from './json-fault.ts';
import { type JsonShape, map, mostColumns, parsedShape } from './json-shape.ts';
import { MergedShape, outline, outlined } from './merged-shape.ts';

/** Rows whose keys come first, in their order; what is met further down comes behind them. */
const orderedRows = 2_000;

/**
 * The keys of all rows of JSON Lines, and what their values are; `map` where they cannot be columns, or are too many.
 * @throws CodedError QUERY_INVALID naming a line that is no object
 */
export async function shapesOf(
  connection: DuckDBConnection,
  { name: table, paths }: { readonly name: string; readonly paths: readonly string[] },
): Promise<ReadonlyMap<string, JsonShape> | typeof map> {
  const lines = `read_ndjson_objects(${list(paths)})`;
  const structure = 'json_structure(json)';
  try {
    const found = new MergedShape({ tellsEmpty: false });
    const ordered = `SELECT ${structure} FROM (FROM ${lines} LIMIT ${orderedRows})`;
    const each = (told: string) => `SELECT DISTINCT ${told} AS told FROM ${lines} ORDER BY told`;
    if ((await add(connection, ordered, found)) && (await add(connection, each(structure), found))) {
      if (!found.isUnclear || found.shape === map) return keysOf(found.shape);
      const clear = new MergedShape({ tellsEmpty: true });
      clear.add(outlined(found.shape));
      const beside = text(JSON.stringify(outline(found.shape)));
      await add(
        connection,
        each(`json_structure('[' || ${beside} || ',' || CAST(json AS VARCHAR) || ']') -> 0`),
        clear,
      );
      return keysOf(clear.shape);
    }
  } catch (error) {
    throw (await jsonFault(table, paths)) ?? error;
  }
  throw (await jsonFault(table, paths)) ?? new Error(`The table ${table} has a row that is no object.`);
}

/** Adds what a statement tells of rows; answers whether all of them are objects. */
async function add(connection: DuckDBConnection, statement: string, shape: MergedShape): Promise<boolean> {
  const result = await connection.stream(statement);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return true;
    for (const told of chunk.getColumnValues(0)) {
      const one = parsedShape(String(told));
      // An object without keys is told as `JSON`.
      if (Array.isArray(one) || (typeof one === 'string' && one !== 'JSON')) return false;
      shape.add(one);
    }
  }
}

function keysOf(shape: JsonShape): ReadonlyMap<string, JsonShape> | typeof map {
  if (shape === map) return map;
  if (!(shape instanceof Map)) return new Map();
  // A column without a name gets one; U+0000 cannot be written in SQL at all.
  return shape.size > mostColumns || [...shape.keys()].some((key) => key.includes('\0')) ? map : shape;
}
