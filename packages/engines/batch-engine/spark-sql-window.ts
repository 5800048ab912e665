import { nodeAt, nodesAt, type TreeNode, textAt } from './parse-tree.ts';
import {
  aggregateCall,
  countOf,
  type FunctionParts,
  orderText,
  wholeLiteral,
} from './spark-sql-functions.ts';
import { quoted } from './spark-sql-text.ts';

/** Their frame is their own matter: Spark refuses one that is written. */
const withoutFrame = new Set('row_number rank dense_rank percent_rank cume_dist ntile lag lead'.split(' '));
/** INT in Spark, BIGINT in DuckDB. */
const counting = new Set('row_number rank dense_rank ntile'.split(' '));

/** A function OVER a window. */
export function windowText(node: TreeNode, parts: FunctionParts): string {
  const { write, refuse } = parts;
  const name = textAt(node, 'function_name').toLowerCase();
  if (textAt(node, 'exclude_clause') !== 'NO_OTHER') refuse('EXCLUDE', node);
  if (nodesAt(node, 'arg_orders').length > 0) refuse('ORDER BY in the arguments', node);
  const orders = nodesAt(node, 'orders');
  const over = [
    list('PARTITION BY', nodesAt(node, 'partitions').map(write)),
    list(
      'ORDER BY',
      orders.map((order) => orderText(order, write)),
    ),
    withoutFrame.has(name) ? '' : frameText(node, parts),
  ].filter((part) => part !== '');
  const extra = ['offset_expr', 'default_expr'].flatMap((key) => nodesAt(node, key));
  const call =
    withoutFrame.has(name) || /_value$/.test(name)
      ? `${quoted(name)}(${[...nodesAt(node, 'children'), ...extra].map(write).join(', ')})`
      : aggregateCall(name, node, parts);
  const nulls = node['ignore_nulls'] === true ? ' IGNORE NULLS' : '';
  const text = `${call}${nulls} OVER (${over.join(' ')})`;
  return counting.has(name) ? `CAST(${text} AS BIGINT)` : `(${text})`;
}

function frameText(node: TreeNode, { refuse }: FunctionParts): string {
  const [start, end] = [textAt(node, 'start'), textAt(node, 'end')];
  if (start === 'UNBOUNDED_PRECEDING' && end === 'CURRENT_ROW_RANGE') return '';
  const unit = /_(ROWS|RANGE|GROUPS)$/.exec(`${start} ${end}`.replaceAll(/UNBOUNDED_\w+/g, '').trim())?.[1];
  if (unit === 'GROUPS') refuse('GROUPS', node);
  const bound = (text: string, key: string): string => {
    if (text.startsWith('UNBOUNDED')) return text.replace('_', ' ');
    if (text.startsWith('CURRENT_ROW')) return 'CURRENT ROW';
    const literal = boundText(nodeAt(node, key) ?? {}, text.includes('PRECEDING'));
    return literal ?? refuse('A frame that is no literal', node);
  };
  return `${unit ?? 'ROWS'} BETWEEN ${bound(start, 'start_expr')} AND ${bound(end, 'end_expr')}`;
}

/** Spark wants a literal, and one before the row as a negative one after it: the sign that it would set itself is computed, which we turned off. */
function boundText(node: TreeNode, isBefore: boolean): string | undefined {
  const name = textAt(node, 'function_name');
  const unit = Object.hasOwn(frameUnits, name) ? frameUnits[name] : undefined;
  const digits = wholeLiteral(unit === undefined ? node : countOf(node));
  if (digits === undefined) return undefined;
  const count = isBefore ? -Number(digits) : Number(digits);
  return `${unit === undefined ? count : `INTERVAL '${count}' ${unit}`} FOLLOWING`;
}

const frameUnits: Readonly<Record<string, string>> = {
  to_years: 'YEAR',
  to_months: 'MONTH',
  to_weeks: 'WEEK',
  to_days: 'DAY',
  to_hours: 'HOUR',
  to_minutes: 'MINUTE',
  to_seconds: 'SECOND',
};

function list(words: string, texts: readonly string[]): string {
  return texts.length === 0 ? '' : `${words} ${texts.join(', ')}`;
}
