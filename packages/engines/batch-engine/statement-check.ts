import { CodedError } from '@tributary/runtime/errors';
import { sqlFunctions, sqlTableFunctions } from './sql-functions.ts';
import { positionIn } from './sql-position.ts';

export interface StatementRules {
  readonly sql: string;
  /** Names the statement may read, in lower case. */
  readonly tables: ReadonlySet<string>;
  /** Names the engine itself knows in FROM, in lower case: a WITH may not borrow one, or what it hides could be read elsewhere. */
  readonly engineTables: ReadonlySet<string>;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Node = { readonly [key: string]: Json };

const expressions = new Set([
  ...['CONSTANT', 'COLUMN_REF', 'COMPARISON', 'CONJUNCTION', 'OPERATOR', 'CASE', 'CAST', 'BETWEEN'],
  ...['FUNCTION', 'WINDOW', 'SUBQUERY', 'STAR'],
]);
const nodes = new Set([
  ...['SELECT_NODE', 'SET_OPERATION_NODE', 'RECURSIVE_CTE_NODE'],
  ...['BASE_TABLE', 'SUBQUERY', 'JOIN', 'EMPTY', 'EXPRESSION_LIST', 'TABLE_FUNCTION'],
  ...['ORDER_MODIFIER', 'LIMIT_MODIFIER', 'DISTINCT_MODIFIER'],
  ...['ORDER_DEFAULT', 'ASCENDING', 'DESCENDING', 'DECIMAL_TYPE_INFO'],
]);
const joins = new Set(['REGULAR', 'NATURAL', 'CROSS', 'DEPENDENT']);

/**
 * Holds a parsed statement (DuckDB's `json_serialize_sql`) to the subset and to its tables. It knows what is allowed and refuses all
 * else, so that syntax the engine learns later is refused too.
 * @throws CodedError QUERY_NOT_ALLOWED with the position
 */
export function checkStatement(statement: unknown, rules: StatementRules): void {
  const withNames = new Set<string>();
  const refuse = (what: string, node: Node): never => {
    throw new CodedError('QUERY_NOT_ALLOWED', `${what} is not part of the SQL that can be used here.`, {
      details: positionIn(rules.sql, node['query_location']),
    });
  };
  each(statement as Json, (node) => {
    for (const name of withNamesOf(node)) {
      if (rules.engineTables.has(name)) refuse(`A WITH named "${name}"`, node);
      withNames.add(name);
    }
  });
  each(statement as Json, (node) => {
    const { type, class: kind } = node;
    if (typeof kind === 'string') {
      if (!expressions.has(kind)) refuse(sentence(kind), node);
    } else if (typeof type === 'string' && !nodes.has(type)) refuse(sentence(type), node);
    if ((node['sample'] ?? null) !== null) refuse('TABLESAMPLE', node);
    if ('function_name' in node) checkFunction(node, refuse);
    if (type === 'BASE_TABLE') {
      const name = String(node['table_name']).toLowerCase();
      const qualified = node['schema_name'] !== '' || node['catalog_name'] !== '';
      if (qualified || !(rules.tables.has(name) || withNames.has(name))) {
        throw new CodedError('QUERY_NOT_ALLOWED', `There is no table "${clip(name)}" to read here.`, {
          details: { ...positionIn(rules.sql, node['query_location']), tables: [...rules.tables] },
        });
      }
      if (node['at_clause'] !== null) refuse('AT', node);
    }
    if (type === 'JOIN' && !joins.has(String(node['ref_type']))) refuse(`${node['ref_type']} JOIN`, node);
    const on = node['distinct_on_targets'];
    if (Array.isArray(on) && on.length > 0) refuse('DISTINCT ON', node);
    if (kind === 'STAR' && isMoreThanStar(node)) refuse('What follows the *', node);
    if (type === 'TABLE_FUNCTION') checkTableFunction(node['function'] as Node, refuse);
  });
}

function checkFunction(node: Node, refuse: (what: string, node: Node) => never): void {
  const name = String(node['function_name']).toLowerCase();
  // The parser itself puts `main` before what is written as syntax, `extract(hour FROM t)`.
  const ownSchema = node['schema'] === '' || node['schema'] === 'main';
  if (!ownSchema || node['catalog'] !== '') refuse(`"${clip(name)}" with a schema`, node);
  if (!sqlFunctions.has(name) && !sqlTableFunctions.has(name)) refuse(`The function "${clip(name)}"`, node);
}

function checkTableFunction(node: Node, refuse: (what: string, node: Node) => never): void {
  const name = String(node['function_name']).toLowerCase();
  if (!sqlTableFunctions.has(name)) refuse(`The function "${clip(name)}"`, node);
}

/** `* EXCLUDE`, `* REPLACE`, `* RENAME` and COLUMNS(…). */
function isMoreThanStar(node: Node): boolean {
  const lists = ['exclude_list', 'qualified_exclude_list', 'replace_list', 'rename_list'].map(
    (key) => node[key],
  );
  return (
    node['columns'] === true ||
    (node['expr'] ?? null) !== null ||
    lists.some((list) => Array.isArray(list) && list.length > 0)
  );
}

function withNamesOf(node: Node): readonly string[] {
  const names: string[] = [];
  const map = node['cte_map'];
  if (map !== null && typeof map === 'object' && 'map' in map && Array.isArray(map['map'])) {
    for (const entry of map['map'] as readonly Node[]) names.push(String(entry['key']).toLowerCase());
  }
  if (node['type'] === 'RECURSIVE_CTE_NODE') names.push(String(node['cte_name']).toLowerCase());
  return names;
}

/** Walks without recursion: the depth of a statement is the caller's choice. Literals are values, not syntax. */
function each(root: Json, visit: (node: Node) => void): void {
  const waiting: Json[] = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === null || typeof next !== 'object') continue;
    if (Array.isArray(next)) {
      for (const item of next as readonly Json[]) waiting.push(item);
      continue;
    }
    const node = next as Node;
    visit(node);
    if (node['class'] === 'CONSTANT') continue;
    for (const value of Object.values(node)) waiting.push(value);
  }
}

const sentence = (type: string): string => clip(type.replaceAll('_', ' '));
const clip = (name: string): string => (name.length > 60 ? `${name.slice(0, 60)}…` : name);
