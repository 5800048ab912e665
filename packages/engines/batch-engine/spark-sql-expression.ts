import { isCastToText } from './nested-values.ts';
import { nodeAt, nodesAt, type TreeNode, textAt, textsAt } from './parse-tree.ts';
import { jsonOf } from './spark-cells.ts';
import { sparkFunction, textLiteral } from './spark-sql-functions.ts';
import { castLiteral, constantText, literal, marked, quoted, typeText } from './spark-sql-text.ts';
import { windowText } from './spark-sql-window.ts';

/** What expressions need of the statement around them. */
export interface ExpressionParts {
  /** The text of a subquery, in the names that are known where it stands. */
  readonly subquery: (node: TreeNode) => string;
  /** @throws CodedError QUERY_NOT_ALLOWED with the node's place */
  readonly refuse: (what: string, node: TreeNode) => never;
  /** Whether some table or alias of the statement has a column of this name, in lower case. */
  readonly isColumn: (name: string) => boolean;
  /** Whether a value may be an object, a list or a map. */
  readonly mayBeNested: (node: TreeNode) => boolean;
}

export type Expression = (node: TreeNode) => string;

const comparisons: Readonly<Record<string, (left: string, right: string) => string>> = {
  COMPARE_EQUAL: (left, right) => `(${left} = ${right})`,
  COMPARE_NOTEQUAL: (left, right) => `(${left} <> ${right})`,
  COMPARE_LESSTHAN: (left, right) => `(${left} < ${right})`,
  COMPARE_GREATERTHAN: (left, right) => `(${left} > ${right})`,
  COMPARE_LESSTHANOREQUALTO: (left, right) => `(${left} <= ${right})`,
  COMPARE_GREATERTHANOREQUALTO: (left, right) => `(${left} >= ${right})`,
  COMPARE_DISTINCT_FROM: (left, right) => `(NOT (${left} <=> ${right}))`,
  COMPARE_NOT_DISTINCT_FROM: (left, right) => `(${left} <=> ${right})`,
};

/** Words that Spark takes for functions where no column has the name, and what would tell of the server. */
const functionWords = new Set([
  ...['current_user', 'user', 'session_user', 'current_catalog', 'current_database', 'current_schema'],
  ...['current_timestamp', 'current_time', 'localtime', 'localtimestamp', 'grouping__id'],
]);

/** Writes expressions of the subset as Spark SQL: all in parentheses, so that precedence is that of the tree. */
export function expressionWriter(parts: ExpressionParts): Expression {
  const { refuse } = parts;
  const write: Expression = (node) => marked(node, text(node));
  const child = (node: TreeNode, key: string): string => {
    const found = nodeAt(node, key);
    return found === undefined ? refuse('That', node) : write(found);
  };

  /** A value for what takes a text: what is nested is its JSON (decision 375), and Spark knows while it plans which of the two it is. */
  const telling = (node: TreeNode): string => {
    const value = write(node);
    if (!parts.mayBeNested(node)) return value;
    // In a list, since alone a text has no JSON to Spark; without its brackets then.
    const json = `regexp_extract(${jsonOf(`array(${value})`)}, '(?s)^.(.*).$', 1)`;
    return `(CASE WHEN typeof(${value}) RLIKE '^(struct|array|map)<' THEN nullif(${json}, 'null') ELSE CAST(${value} AS STRING) END)`;
  };

  const text = (node: TreeNode): string => {
    switch (node['class']) {
      case 'COLUMN_REF':
        return column(node);
      case 'CONSTANT':
        return constantText(nodeAt(node, 'value') ?? {}) ?? refuse('A literal of that type', node);
      case 'COMPARISON': {
        const compare = comparisons[textAt(node, 'type')];
        return compare?.(child(node, 'left'), child(node, 'right')) ?? refuse('That comparison', node);
      }
      case 'CONJUNCTION': {
        const word = node['type'] === 'CONJUNCTION_AND' ? ' AND ' : ' OR ';
        return `(${nodesAt(node, 'children').map(write).join(word)})`;
      }
      case 'BETWEEN':
        return `(${child(node, 'input')} BETWEEN ${child(node, 'lower')} AND ${child(node, 'upper')})`;
      case 'CASE': {
        const checks = nodesAt(node, 'case_checks').map(
          (check) => `WHEN ${child(check, 'when_expr')} THEN ${child(check, 'then_expr')}`,
        );
        return `(CASE ${checks.join(' ')} ELSE ${child(node, 'else_expr')} END)`;
      }
      case 'CAST':
        return cast(node);
      case 'OPERATOR':
        return operator(node);
      case 'FUNCTION':
        return sparkFunction(node, { write, telling, refuse });
      case 'WINDOW':
        return windowText(node, { write, telling, refuse });
      case 'SUBQUERY':
        return subquery(node);
      case 'STAR':
        return node['relation_name'] === '' ? '*' : `${quoted(textAt(node, 'relation_name'))}.*`;
      default:
        return refuse('That', node);
    }
  };

  const column = (node: TreeNode): string => {
    const names = textsAt(node, 'column_names');
    const [only = ''] = names.length === 1 ? names.map((name) => name.toLowerCase()) : [];
    if (!parts.isColumn(only)) {
      if (only === 'current_date') return 'current_date()';
      if (functionWords.has(only)) refuse(`"${only}"`, node);
    }
    return names.map(quoted).join('.');
  };

  const cast = (node: TreeNode): string => {
    const type = nodeAt(node, 'cast_type');
    const from = nodeAt(node, 'child') ?? {};
    if (type?.['id'] === 'INTERVAL') {
      const value = from['class'] === 'CONSTANT' ? nodeAt(from, 'value') : undefined;
      return value === undefined
        ? refuse('An INTERVAL of that', node)
        : `INTERVAL ${literal(textAt(value, 'value'))}`;
    }
    const constant =
      from['class'] === 'CONSTANT' ? castLiteral(nodeAt(from, 'value') ?? {}, type) : undefined;
    if (constant !== undefined) return constant;
    const target = typeText(type) ?? refuse('A CAST to that type', node);
    const value = isCastToText(node) ? telling(from) : write(from);
    return `${node['try_cast'] === true ? 'TRY_CAST' : 'CAST'}(${value} AS ${target})`;
  };

  const operator = (node: TreeNode): string => {
    const [first = '', ...rest] = nodesAt(node, 'children').map(write);
    switch (node['type']) {
      case 'OPERATOR_NOT':
        return `(NOT ${first})`;
      case 'OPERATOR_IS_NULL':
        return `(${first} IS NULL)`;
      case 'OPERATOR_IS_NOT_NULL':
        return `(${first} IS NOT NULL)`;
      case 'COMPARE_IN':
        return `(${first} IN (${rest.join(', ')}))`;
      case 'COMPARE_NOT_IN':
        return `(${first} NOT IN (${rest.join(', ')}))`;
      case 'OPERATOR_COALESCE':
        return `coalesce(${[first, ...rest].join(', ')})`;
      case 'GROUPING_FUNCTION':
        return `CAST(${rest.length === 0 ? 'grouping' : 'grouping_id'}(${[first, ...rest].join(', ')}) AS BIGINT)`;
      case 'ARRAY_EXTRACT':
        return fieldOf(node) === undefined
          ? `try_element_at(${first}, ${rest.join(', ')})`
          : // A field, or the value of a key.
            `${first}[${rest.join(', ')}]`;
      case 'STRUCT_EXTRACT': {
        const field = fieldOf(node);
        return field === undefined ? refuse('A field by that', node) : `(${first}).${quoted(field)}`;
      }
      default:
        return refuse('That operator', node);
    }
  };

  const subquery = (node: TreeNode): string => {
    const inner = nodeAt(nodeAt(node, 'subquery') ?? {}, 'node') ?? {};
    switch (node['subquery_type']) {
      case 'SCALAR':
        return `(${parts.subquery(inner)})`;
      case 'EXISTS':
        return `(EXISTS (${parts.subquery(inner)}))`;
      case 'NOT_EXISTS':
        return `(NOT EXISTS (${parts.subquery(inner)}))`;
      default:
        return node['comparison_type'] === 'COMPARE_EQUAL'
          ? `(${child(node, 'child')} IN (${parts.subquery(inner)}))`
          : refuse('ANY and ALL', node);
    }
  };

  return write;
}

/** What stands in the brackets or behind the point, where that is a text. */
function fieldOf(node: TreeNode): string | undefined {
  const [, key] = nodesAt(node, 'children');
  return key === undefined ? undefined : textLiteral(key);
}
