import { nodeAt, nodesAt, type TreeNode, textAt, textsAt } from './parse-tree.ts';

/** Functions that hand on a value they are given. */
const handingOn = new Set(
  `any_value first last mode min max min_by max_by first_value last_value nth_value lag lead greatest least if nullif ||`.split(
    ' ',
  ),
);

/**
 * Which values of a statement may be nested: an object, a list or a map. Those are columns that are, and what hands such a one on. A name that the statement gives may
 * be one of them, so that this is true of more than it has to be: whoever asks finds out about the value itself.
 * @param columns of the tables that are nested, in lower case
 * @param given every name that the statement itself gives, in lower case
 */
export function nestedValues(
  columns: ReadonlySet<string>,
  given: ReadonlySet<string>,
): (node: TreeNode) => boolean {
  const anyOf = (node: TreeNode, key: string): boolean => nodesAt(node, key).some(mayBe);
  const mayBe = (node: TreeNode): boolean => {
    switch (node['class']) {
      case 'COLUMN_REF':
        return textsAt(node, 'column_names').some((name) => {
          const lower = name.toLowerCase();
          return columns.has(lower) || given.has(lower);
        });
      case 'FUNCTION':
      case 'WINDOW':
        return (
          handingOn.has(textAt(node, 'function_name').toLowerCase()) &&
          ['children', 'default_expr'].some((key) => anyOf(node, key))
        );
      case 'OPERATOR':
        return /^(OPERATOR_COALESCE|OPERATOR_NULLIF|ARRAY_EXTRACT|ARRAY_SLICE|STRUCT_EXTRACT)$/.test(
          textAt(node, 'type'),
        )
          ? anyOf(node, 'children')
          : false;
      case 'CASE':
        return (
          anyOf(node, 'else_expr') || nodesAt(node, 'case_checks').some((check) => anyOf(check, 'then_expr'))
        );
      case 'SUBQUERY':
        return node['subquery_type'] === 'SCALAR';
      default:
        return false;
    }
  };
  return columns.size === 0 ? () => false : mayBe;
}

/** Whether it is a CAST that makes a text of its `child`. */
export function isCastToText(node: TreeNode): boolean {
  return node['class'] === 'CAST' && nodeAt(node, 'cast_type')?.['id'] === 'VARCHAR';
}

/** Every name that a statement itself gives to something, in lower case. */
export function namesGivenIn(statement: TreeNode): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting: unknown[] = [statement];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === null || typeof next !== 'object') continue;
    const node = next as TreeNode;
    const given = Array.isArray(next)
      ? []
      : [textAt(node, 'alias'), ...textsAt(node, 'column_name_alias'), ...textsAt(node, 'aliases')];
    for (const name of given) found.add(name.toLowerCase());
    waiting.push(...Object.values(node));
  }
  return found;
}
