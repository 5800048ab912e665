import { nodeAt, nodesAt, type TreeNode, textAt, textsAt } from './parse-tree.ts';
import type { Expression } from './spark-sql-expression.ts';
import { marked, quoted } from './spark-sql-text.ts';

export interface FromParts {
  readonly write: Expression;
  readonly select: (node: TreeNode) => string;
  /** What Spark calls a table or a WITH that is known here; undefined for others. */
  readonly tableName: (name: string) => string | undefined;
  readonly refuse: (what: string, node: TreeNode) => never;
  readonly missing: (name: string, node: TreeNode) => never;
}

const joinWords: Readonly<Record<string, string>> = {
  INNER: 'INNER JOIN',
  LEFT: 'LEFT JOIN',
  RIGHT: 'RIGHT JOIN',
  FULL: 'FULL JOIN',
  OUTER: 'FULL JOIN',
  SEMI: 'LEFT SEMI JOIN',
  ANTI: 'LEFT ANTI JOIN',
};

/** Writes what stands in FROM. Each table gets the name it has for the caller as an alias of the one that only we and Spark know. */
export function fromText(node: TreeNode, parts: FromParts): string {
  const { write, select, refuse } = parts;
  if ((node['sample'] ?? null) !== null) refuse('TABLESAMPLE', node);
  switch (node['type']) {
    case 'BASE_TABLE': {
      const name = textAt(node, 'table_name');
      const known = parts.tableName(name) ?? parts.missing(name, node);
      return marked(node, `${quoted(known)} AS ${aliasText(node, name)}`);
    }
    case 'SUBQUERY': {
      const inner = select(nodeAt(nodeAt(node, 'subquery') ?? {}, 'node') ?? {});
      return `(${inner}) AS ${aliasText(node, 'unnamed_subquery')}`;
    }
    case 'TABLE_FUNCTION': {
      if (node['with_ordinality'] !== 'WITHOUT_ORDINALITY') refuse('WITH ORDINALITY', node);
      const call = nodeAt(node, 'function') ?? {};
      const name = textAt(call, 'function_name');
      const args = nodesAt(call, 'children').map(write).join(', ');
      return marked(node, `${quoted(name)}(${args}) AS ${aliasText(node, name, [name])}`);
    }
    case 'EXPRESSION_LIST': {
      const rows = (node['values'] ?? []) as readonly (readonly TreeNode[])[];
      const texts = rows.map((row) => `(${row.map(write).join(', ')})`);
      const names = (rows[0] ?? []).map((_, at) => `col${at}`);
      return `VALUES ${texts.join(', ')} AS ${aliasText(node, 'valueslist', names)}`;
    }
    case 'JOIN':
      return joinText(node, parts);
    default:
      return refuse('That in FROM', node);
  }
}

function joinText(node: TreeNode, parts: FromParts): string {
  const { write, refuse } = parts;
  const [left, right] = [nodeAt(node, 'left'), nodeAt(node, 'right')];
  const type = textAt(node, 'join_type');
  const words = joinWords[type];
  if (left === undefined || right === undefined || words === undefined) return refuse(`${type} JOIN`, node);
  const using = textsAt(node, 'using_columns');
  const isNatural = node['ref_type'] === 'NATURAL';
  // The tree does not say which subqueries look at their neighbours; one that does not is a plain join to Spark all the same.
  const mayBeLateral =
    right['type'] === 'SUBQUERY' && /^(INNER|LEFT)$/.test(type) && using.length === 0 && !isNatural;
  const rightText = fromText(right, parts);
  const far = right['type'] === 'JOIN' ? `(${rightText})` : `${mayBeLateral ? 'LATERAL ' : ''}${rightText}`;
  const condition = nodeAt(node, 'condition');
  if (isNatural) return `${fromText(left, parts)} NATURAL ${words} ${far}`;
  const on =
    using.length > 0 ? `USING (${using.map(quoted).join(', ')})` : condition && `ON ${write(condition)}`;
  if (on === undefined || node['ref_type'] === 'CROSS') return `${fromText(left, parts)} CROSS JOIN ${far}`;
  return `${fromText(left, parts)} ${words} ${far} ${on}`;
}

function aliasText(node: TreeNode, absent: string, columns: readonly string[] = []): string {
  const alias = textAt(node, 'alias') || absent;
  const given = textsAt(node, 'column_name_alias');
  const names = [...given, ...columns.slice(given.length)];
  return `${quoted(alias)}${names.length === 0 ? '' : `(${names.map(quoted).join(', ')})`}`;
}
