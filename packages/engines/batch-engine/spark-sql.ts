import { CodedError } from '@tributary/runtime/errors';
import { namesGivenIn, nestedValues } from './nested-values.ts';
import { nodeAt, nodesAt, type TreeNode, textAt, textsAt } from './parse-tree.ts';
import { type Expression, expressionWriter } from './spark-sql-expression.ts';
import { fromText } from './spark-sql-from.ts';
import { orderText, wholeLiteral } from './spark-sql-functions.ts';
import { checkLength, quoted, type SparkSql, withoutMarks } from './spark-sql-text.ts';
import { positionIn } from './sql-position.ts';

export interface SparkSqlParts {
  readonly sql: string;
  /** Of each table of the caller, in lower case, the name of the view that Spark has. */
  readonly views: ReadonlyMap<string, string>;
  /** Columns of these tables, in lower case. */
  readonly columns: ReadonlySet<string>;
  /** Those of them that hold objects, lists or maps. */
  readonly nested: ReadonlySet<string>;
}

/** What a WITH is called in Spark, by its name in lower case, where it is known. */
type Scope = ReadonlyMap<string, string>;

/**
 * A statement that was held to the subset, as Spark SQL. Spark never sees what the caller wrote: every name is one of ours or in quotes, every literal is
 * escaped, and a name in FROM is a table of the run or a WITH that is known at that place.
 * @throws CodedError QUERY_NOT_ALLOWED with the place, for what Spark cannot do
 */
export function sparkSqlOf(statement: TreeNode, parts: SparkSqlParts): SparkSql {
  const refuse = (what: string, node: TreeNode): never => {
    throw new CodedError('QUERY_NOT_ALLOWED', `${what} is not part of the SQL that can be used here.`, {
      details: positionIn(parts.sql, placeOf(node)),
    });
  };
  const missing = (name: string, node: TreeNode): never => {
    throw new CodedError('QUERY_NOT_ALLOWED', `There is no table "${name.slice(0, 60)}" to read here.`, {
      details: { ...positionIn(parts.sql, node['query_location']), tables: [...parts.views.keys()] },
    });
  };
  const given = namesGivenIn(statement);
  const names = new Set([...parts.columns, ...given]);
  const mayBeNested = nestedValues(parts.nested, given);
  let withs = 0;

  const select = (node: TreeNode, outer: Scope): string => {
    const { scope, text: withText } = withClause(node, outer);
    const write = expressionWriter({
      subquery: (inner) => select(inner, scope),
      isColumn: (name) => names.has(name),
      mayBeNested,
      refuse,
    });
    const body = bodyText(node, scope, write);
    const text = withOffset(node, `${withText}${body}${modifiersText(node, write)}`);
    checkLength(text.length);
    return text;
  };

  /** Where both are there, the offset goes round the limit: Spark would add the two, and is not to compute constants. */
  const withOffset = (node: TreeNode, text: string): string => {
    const modifier = nodesAt(node, 'modifiers').find(({ type }) => type === 'LIMIT_MODIFIER') ?? {};
    const [limit, offset] = [nodeAt(modifier, 'limit'), nodeAt(modifier, 'offset')];
    if (limit === undefined || offset === undefined) return text;
    if (sumOf(limit, offset) === undefined) refuse('A LIMIT or OFFSET that is no literal', node);
    return `SELECT * FROM (${text}) OFFSET ${wholeLiteral(offset)}`;
  };

  const withClause = (node: TreeNode, outer: Scope) => {
    const scope = new Map(outer);
    const entries = nodesAt(nodeAt(node, 'cte_map') ?? {}, 'map').map((entry) => {
      const name = textAt(entry, 'key').toLowerCase();
      const value = nodeAt(entry, 'value') ?? {};
      if (nodesAt(value, 'key_targets').length > 0) refuse('USING KEY', node);
      const query = nodeAt(nodeAt(value, 'query') ?? {}, 'node') ?? {};
      withs += 1;
      const own = `with_${withs}`;
      const isRecursive = query['type'] === 'RECURSIVE_CTE_NODE';
      const inner = isRecursive ? new Map([...scope, [name, own]]) : new Map(scope);
      const text = isRecursive ? recursionText(query, inner) : select(query, inner);
      scope.set(name, own);
      const columns = textsAt(value, 'aliases');
      const heading = columns.length === 0 ? '' : `(${columns.map(quoted).join(', ')})`;
      return { isRecursive, text: `${quoted(own)}${heading} AS (${text})` };
    });
    if (entries.length === 0) return { scope, text: '' };
    const words = entries.some(({ isRecursive }) => isRecursive) ? 'WITH RECURSIVE' : 'WITH';
    return { scope, text: `${words} ${entries.map(({ text }) => text).join(', ')} ` };
  };

  const recursionText = (node: TreeNode, scope: Scope): string => {
    if (node['union_all'] !== true) refuse('A recursion by UNION without ALL', node);
    const [left = {}, right = {}] = [nodeAt(node, 'left'), nodeAt(node, 'right')];
    return `${select(left, scope)} UNION ALL ${select(right, scope)}`;
  };

  const bodyText = (node: TreeNode, scope: Scope, write: Expression): string => {
    if (node['type'] === 'SELECT_NODE') return selectText(node, scope, write);
    if (node['type'] !== 'SET_OPERATION_NODE') return refuse('That', node);
    const type = textAt(node, 'setop_type');
    if (!/^(UNION|EXCEPT|INTERSECT)$/.test(type)) refuse(type.replaceAll('_', ' '), node);
    const [left = {}, right = {}] = [nodeAt(node, 'left'), nodeAt(node, 'right')];
    const all = node['setop_all'] === true ? ' ALL' : '';
    return `(${select(left, scope)}) ${type}${all} (${select(right, scope)})`;
  };

  const selectText = (node: TreeNode, scope: Scope, write: Expression): string => {
    if ((node['sample'] ?? null) !== null) refuse('SAMPLE', node);
    const distinct = nodesAt(node, 'modifiers').some(({ type }) => type === 'DISTINCT_MODIFIER');
    const picked = nodesAt(node, 'select_list').map((item) => {
      const alias = textAt(item, 'alias');
      return alias === '' ? write(item) : `${write(item)} AS ${quoted(alias)}`;
    });
    const from = nodeAt(node, 'from_table') ?? {};
    const clauses = [
      from['type'] === 'EMPTY'
        ? ''
        : ` FROM ${fromText(from, {
            write,
            refuse,
            missing,
            select: (inner) => select(inner, scope),
            tableName: (name) => scope.get(name.toLowerCase()) ?? parts.views.get(name.toLowerCase()),
          })}`,
      clause(' WHERE ', nodeAt(node, 'where_clause'), write),
      groupText(node, write),
      clause(' HAVING ', nodeAt(node, 'having'), write),
    ].join('');
    const qualify = nodeAt(node, 'qualify');
    const words = `SELECT ${distinct ? 'DISTINCT ' : ''}`;
    if (qualify === undefined) return `${words}${picked.join(', ')}${clauses}`;
    // Spark has no QUALIFY.
    withs += 1;
    const column = quoted(`qualify_${withs}`);
    const inner = `SELECT ${picked.join(', ')}, ${write(qualify)} AS ${column}${clauses}`;
    return `${words}* EXCEPT (${column}) FROM (${inner}) WHERE ${column}`;
  };

  return withoutMarks(parts.sql, select(statement, new Map()));
}

function sumOf(limit: TreeNode | undefined, offset: TreeNode | undefined): number | undefined {
  const texts = [limit, offset].map((node) => (node === undefined ? undefined : wholeLiteral(node)));
  if (texts.some((text) => text === undefined)) return undefined;
  return texts.reduce((sum, text) => sum + Number(text), 0);
}

function clause(words: string, node: TreeNode | undefined, write: Expression): string {
  return node === undefined ? '' : `${words}${write(node)}`;
}

function groupText(node: TreeNode, write: Expression): string {
  if (node['aggregate_handling'] === 'FORCE_AGGREGATES') return ' GROUP BY ALL';
  const expressions = nodesAt(node, 'group_expressions').map(write);
  const sets = (node['group_sets'] ?? []) as readonly (readonly number[])[];
  if (sets.length === 0) return '';
  const sizes = expressions.map((text) => text.length + 2);
  checkLength(sets.reduce((sum, set) => set.reduce((chars, at) => chars + (sizes[at] ?? 0), sum + 4), 0));
  const texts = sets.map((set) => set.map((at) => expressions[at] ?? '').join(', '));
  const [only = ''] = texts;
  return texts.length === 1 && only !== ''
    ? ` GROUP BY ${only}`
    : ` GROUP BY GROUPING SETS (${texts.map((set) => `(${set})`).join(', ')})`;
}

function modifiersText(node: TreeNode, write: Expression): string {
  return nodesAt(node, 'modifiers')
    .map((modifier) => {
      if (modifier['type'] === 'ORDER_MODIFIER')
        return ` ORDER BY ${nodesAt(modifier, 'orders')
          .map((order) => orderText(order, write))
          .join(', ')}`;
      const [limit, offset] = [nodeAt(modifier, 'limit'), nodeAt(modifier, 'offset')];
      const both = sumOf(limit, offset);
      if (both !== undefined) return ` LIMIT ${both}`;
      return `${clause(' LIMIT ', limit, write)}${clause(' OFFSET ', offset, write)}`;
    })
    .join('');
}

/** An operator in brackets or of a point has no place of its own: it begins where the first of what it is of does. */
function placeOf(node: TreeNode): number | undefined {
  const own = node['query_location'];
  if (typeof own === 'number') return own;
  const places = nodesAt(node, 'children').flatMap((child) => placeOf(child) ?? []);
  return places.length === 0 ? undefined : Math.min(...places);
}
