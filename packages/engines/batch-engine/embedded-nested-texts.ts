import { randomUUID } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { columnType } from './embedded-cells.ts';
import { name } from './embedded-sql.ts';
import { isCastToText, namesGivenIn, nestedValues } from './nested-values.ts';
import { type TreeNode, type TreeValue, textAt } from './parse-tree.ts';

/** What is nested as JSON, and all else as it is. Users' SQL cannot name it: it is none of the functions of the subset. */
export const jsonTextMacro = `CREATE MACRO json_text(x) AS CASE
  WHEN x IS NULL THEN NULL
  WHEN regexp_matches(typeof(x), '^(STRUCT|MAP|UNION)\\(|\\]$') THEN CAST(to_json(x) AS VARCHAR)
  ELSE CAST(x AS VARCHAR) END`;

/**
 * A statement of the subset as SQL in which a nested value that is made a text is its JSON, as it is among rows (decision 375): DuckDB's own text of it is a notation
 * that nothing reads. Undefined where no value is.
 */
export async function withNestedTexts(
  connection: DuckDBConnection,
  { sql, tables }: { readonly sql: string; readonly tables: readonly string[] },
): Promise<string | undefined> {
  const reader = await connection.runAndReadAll(
    'SELECT CAST(json_serialize_sql(CAST($1 AS VARCHAR)) AS VARCHAR)',
    [sql],
  );
  // Numbers are digits that JavaScript would round: they stay texts until they are written again.
  const mark = randomUUID();
  const marked = String(reader.getRows()[0]?.[0]).replaceAll(
    /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g,
    (token) => (token.startsWith('"') ? token : `"${mark}${token}"`),
  );
  const tree = JSON.parse(marked) as TreeNode;
  if (!makesTexts(tree)) return undefined;
  const mayBeNested = nestedValues(await nestedColumns(connection, tables), namesGivenIn(tree));
  let isChanged = false;
  const told = (node: TreeValue): TreeValue => {
    isChanged = true;
    return { ...call, children: [node] };
  };
  const written = (value: TreeValue): TreeValue => {
    if (value === null || typeof value !== 'object') return value;
    if (isList(value)) return value.map(written);
    const node = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, written(inner)]));
    const text = (inner: TreeValue | undefined): TreeValue =>
      isNode(inner) && mayBeNested(inner) ? told(inner) : (inner ?? null);
    if (isCastToText(node)) return { ...node, child: text(node['child']) };
    const { children } = node;
    return isJoining(node) && isList(children) ? { ...node, children: children.map(text) } : node;
  };
  const changed = JSON.stringify(written(tree)).replaceAll(new RegExp(`"${mark}([^"]+)"`, 'g'), '$1');
  if (!isChanged) return undefined;
  const back = await connection.runAndReadAll('SELECT json_deserialize_sql(CAST($1 AS JSON))', [changed]);
  return String(back.getRows()[0]?.[0]);
}

/** A call as DuckDB's parser tells it, without what it is of. */
const call = {
  class: 'FUNCTION',
  type: 'FUNCTION',
  alias: '',
  function_name: 'json_text',
  schema: '',
  filter: null,
  order_bys: { type: 'ORDER_MODIFIER', orders: [] },
  distinct: false,
  is_operator: false,
  export_state: false,
  catalog: '',
};

const isList = (value: TreeValue | undefined): value is readonly TreeValue[] => Array.isArray(value);
const isNode = (value: TreeValue | undefined): value is TreeNode =>
  value !== null && typeof value === 'object' && !isList(value);
const isJoining = (node: TreeNode): boolean =>
  node['class'] === 'FUNCTION' && textAt(node, 'function_name').toLowerCase() === 'concat_ws';

function makesTexts(tree: TreeNode): boolean {
  const waiting: TreeValue[] = [tree];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === null || typeof next !== 'object') continue;
    if (isNode(next) && (isCastToText(next) || isJoining(next))) return true;
    waiting.push(...Object.values(next));
  }
  return false;
}

/** Columns of these tables that hold objects, lists or maps, in lower case. */
async function nestedColumns(
  connection: DuckDBConnection,
  tables: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const table of tables) {
    const rows = await connection.prepare(`SELECT * FROM ${name(table)}`);
    for (let at = 0; at < rows.columnCount; at += 1) {
      const type = rows.columnType(at);
      if (columnType(type) === 'JSON' && type.alias !== 'JSON') found.add(rows.columnName(at).toLowerCase());
    }
  }
  return found;
}
