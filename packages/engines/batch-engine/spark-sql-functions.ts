import { nodeAt, nodesAt, type TreeNode, textAt } from './parse-tree.ts';
import { literal, quoted } from './spark-sql-text.ts';

export interface FunctionParts {
  readonly write: (node: TreeNode) => string;
  /** Writes a value for what takes a text. */
  readonly telling: (node: TreeNode) => string;
  readonly refuse: (what: string, node: TreeNode) => never;
}

type Write = (node: TreeNode) => string;
type Written = (args: readonly string[], node: TreeNode, write: Write) => string;

/** A text that is made longer than this in one step is refused: an executor has no memory of its own for each query. */
const longestText = 64_000_000;

const named =
  (name: string): Written =>
  (args) =>
    `${name}(${args.join(', ')})`;
/** INT in Spark, BIGINT in DuckDB. */
const whole =
  (name: string): Written =>
  (args) =>
    `CAST(${name}(${args.join(', ')}) AS BIGINT)`;
const infix =
  (operator: string): Written =>
  (args) =>
    args.length === 1 ? `(${operator}${args[0]})` : `(${args[0]} ${operator} ${args[1]})`;
/** In DuckDB a backslash in a pattern is a backslash. */
const like =
  (words: string): Written =>
  ([text, pattern], node) => {
    const known = nodesAt(node, 'children').map(textLiteral)[1];
    const escaped =
      known === undefined
        ? `replace(${pattern}, '\\u005c', '\\u005c\\u005c')`
        : literal(known.replaceAll('\\', '\\\\'));
    return `(${text} ${words} ${escaped})`;
  };
const trimmed =
  (where: string, name: string): Written =>
  ([text, characters]) =>
    characters === undefined ? `${name}(${text})` : `TRIM(${where} ${characters} FROM ${text})`;
/** Arguments under names, so that none is written twice: what is nested would double with each level. */
const bound =
  (make: (names: readonly string[]) => string): Written =>
  (args) => {
    const names = args.map((_, at) => `v.a${at}`);
    const fields = args.map((arg, at) => `'a${at}', ${arg}`).join(', ');
    return `element_at(transform(array(named_struct(${fields})), v -> ${make(names)}), 1)`;
  };
const notLongerThan = (size: string, text: string): string =>
  `if(${size} > ${longestText}, CAST(raise_error('${textTooLong}') AS STRING), ${text})`;
const repeated = bound(([text, count]) =>
  notLongerThan(`octet_length(${text}) * CAST(${count} AS BIGINT)`, `repeat(${text}, CAST(${count} AS INT))`),
);
const replaced = bound(([text, from, to]) =>
  notLongerThan(
    `CAST(octet_length(${text}) AS BIGINT) * octet_length(${to})`,
    `replace(${text}, ${from}, ${to})`,
  ),
);
const padded = (name: string): Written =>
  bound(([text, length, pad]) =>
    notLongerThan(`CAST(${length} AS BIGINT)`, `${name}(${text}, CAST(${length} AS INT), ${pad})`),
  );
type Interval = (node: TreeNode, write: Write) => string;
const spelledInterval =
  (type: string, unit: string, make: (count: string) => string): Interval =>
  (node, write) => {
    const count = countOf(node);
    const digits = unit === '' ? undefined : wholeLiteral(count);
    if (digits === undefined) return make(`CAST(${write(count)} AS ${type})`);
    // Days alone would leave a DATE what it is, and DuckDB makes a TIMESTAMP of it.
    const text = unit === 'DAY TO SECOND' ? `${digits} 00:00:00` : digits;
    return `INTERVAL '${text}' ${unit}`;
  };

/** What `raise_error` says, for us to know it by. */
export const textTooLong = 'tributary: a text is too long';

/** Where a name or a meaning differs; all others are called as they are. */
const functions: Readonly<Record<string, Written>> = {
  '+': infix('+'),
  '-': infix('-'),
  '*': infix('*'),
  '||': infix('||'),
  // DuckDB divides as floating point whatever it is given.
  '/': ([a, b]) => `try_divide(CAST(${a} AS DOUBLE), CAST(${b} AS DOUBLE))`,
  '%': ([a, b]) => `(${a} % nullif(${b}, 0))`,
  mod: ([a, b]) => `(${a} % nullif(${b}, 0))`,
  '~~': like('LIKE'),
  '!~~': like('NOT LIKE'),
  '~~*': like('ILIKE'),
  '!~~*': like('NOT ILIKE'),
  if: ([condition, yes, no]) => `if(${condition}, ${yes}, ${no})`,
  // To Spark NaN equals itself.
  isnan: ([x]) => `(${x} = CAST('NaN' AS DOUBLE))`,
  trunc: ([x]) => `CAST(CAST(${x} AS BIGINT) AS DOUBLE)`,
  ceil: ([x]) => `CAST(ceil(${x}) AS DOUBLE)`,
  ceiling: ([x]) => `CAST(ceil(${x}) AS DOUBLE)`,
  floor: ([x]) => `CAST(floor(${x}) AS DOUBLE)`,
  sign: ([x]) => `CAST(sign(${x}) AS INT)`,
  length: whole('length'),
  char_length: whole('length'),
  character_length: whole('length'),
  bit_length: whole('bit_length'),
  instr: whole('instr'),
  position: whole('instr'),
  levenshtein: whole('levenshtein'),
  trim: trimmed('BOTH', 'trim'),
  ltrim: trimmed('LEADING', 'ltrim'),
  rtrim: trimmed('TRAILING', 'rtrim'),
  starts_with: named('startswith'),
  ends_with: named('endswith'),
  repeat: repeated,
  // One that makes nothing longer needs no bound.
  replace: (args, node, write) => {
    const [, from, to] = nodesAt(node, 'children').map(textLiteral);
    const isShort = from !== undefined && to !== undefined && to.length <= from.length;
    return isShort ? `replace(${args.join(', ')})` : replaced(args, node, write);
  },
  lpad: padded('lpad'),
  rpad: padded('rpad'),
  year: whole('year'),
  quarter: whole('quarter'),
  month: whole('month'),
  day: whole('day'),
  dayofmonth: whole('day'),
  dayofyear: whole('dayofyear'),
  weekofyear: whole('weekofyear'),
  hour: whole('hour'),
  minute: whole('minute'),
  second: whole('second'),
};

/** Their argument is not what is written of them: writing it as well would take twice as long with each level of nesting. */
const intervals: Readonly<Record<string, Interval>> = {
  to_years: spelledInterval('INT', 'YEAR', (n) => `make_ym_interval(${n}, 0)`),
  to_months: spelledInterval('INT', 'MONTH', (n) => `make_ym_interval(0, ${n})`),
  to_weeks: spelledInterval('INT', '', (n) => `make_dt_interval(7 * ${n}, 0, 0, 0)`),
  to_days: spelledInterval('INT', 'DAY TO SECOND', (n) => `make_dt_interval(${n}, 0, 0, 0)`),
  to_hours: spelledInterval('INT', 'HOUR', (n) => `make_dt_interval(0, ${n}, 0, 0)`),
  to_minutes: spelledInterval('INT', 'MINUTE', (n) => `make_dt_interval(0, 0, ${n}, 0)`),
  to_seconds: spelledInterval('DECIMAL(18,6)', 'SECOND', (n) => `make_dt_interval(0, 0, 0, ${n})`),
};

const dateParts: Readonly<Record<string, (time: string) => string>> = {
  year: (t) => `year(${t})`,
  quarter: (t) => `quarter(${t})`,
  month: (t) => `month(${t})`,
  week: (t) => `weekofyear(${t})`,
  day: (t) => `day(${t})`,
  hour: (t) => `hour(${t})`,
  minute: (t) => `minute(${t})`,
  second: (t) => `second(${t})`,
  // Sunday is 0 there, and 1 in Spark; Monday is 1 there by ISO, and 0 in Spark's `weekday`.
  dow: (t) => `dayofweek(${t}) - 1`,
  isodow: (t) => `weekday(${t}) + 1`,
  doy: (t) => `dayofyear(${t})`,
};

/** Functions that make a text of what they are given. */
const ofTexts = new Set(['get_json_object', 'concat_ws']);

/** A call of a function or an operator, as Spark has it. */
export function sparkFunction(node: TreeNode, parts: FunctionParts): string {
  const name = textAt(node, 'function_name').toLowerCase();
  if (name === 'quantile_cont' || name === 'quantile_disc') return percentileText(name, node, parts);
  if (name === 'date_part') return datePartText(node, parts);
  const interval = Object.hasOwn(intervals, name) ? intervals[name] : undefined;
  const special = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if ((interval ?? special) !== undefined && isAggregated(node))
    parts.refuse(`DISTINCT, FILTER or ORDER BY in ${name}`, node);
  if (interval !== undefined) return interval(node, parts.write);
  if (ofTexts.has(name)) return `${name}(${nodesAt(node, 'children').map(parts.telling).join(', ')})`;
  if (special === undefined) return aggregateCall(name, node, parts);
  return special(nodesAt(node, 'children').map(parts.write), node, parts.write);
}

/** A call by its name, with DISTINCT and FILTER. */
export function aggregateCall(name: string, node: TreeNode, { write, refuse }: FunctionParts): string {
  if (ordersOf(node).length > 0) refuse(`ORDER BY in ${name}`, node);
  const args = nodesAt(node, 'children').map(write);
  const distinct = node['distinct'] === true ? 'DISTINCT ' : '';
  const isCountOfRows = name === 'count_star' || (name === 'count' && args.length === 0);
  // Nulls do not count as any value in DuckDB.
  const inside = isCountOfRows ? ['*'] : name === 'any_value' ? [...args, 'TRUE'] : args;
  const call = `${quoted(isCountOfRows ? 'count' : name)}(${distinct}${inside.join(', ')})`;
  const [filter] = [...nodesAt(node, 'filter'), ...nodesAt(node, 'filter_expr')];
  const conditions = [
    ...(filter === undefined ? [] : [write(filter)]),
    // A null is no row's value there.
    ...(/^(min|max)_by$/.test(name) && node['class'] === 'FUNCTION' ? [`${args[0]} IS NOT NULL`] : []),
  ];
  return `${call}${conditions.length === 0 ? '' : ` FILTER (WHERE ${conditions.join(' AND ')})`}`;
}

/** One key of an ORDER BY. Nulls come last in either direction, as in DuckDB; Spark would put them first where it ascends. */
export function orderText(order: TreeNode, write: (node: TreeNode) => string): string {
  const direction = order['type'] === 'DESCENDING' ? 'DESC' : 'ASC';
  const nulls = order['null_order'] === 'NULLS FIRST' ? 'NULLS FIRST' : 'NULLS LAST';
  return `${write(nodeAt(order, 'expression') ?? {})} ${direction} ${nulls}`;
}

/** `quantile_cont(x, p)`, which is also what `percentile_cont(p) WITHIN GROUP (ORDER BY x)` is parsed into. */
function percentileText(name: string, node: TreeNode, { write, refuse }: FunctionParts): string {
  const [first, second] = nodesAt(node, 'children');
  const [order] = ordersOf(node);
  const [value, share] = order === undefined ? [first, second] : [nodeAt(order, 'expression'), first];
  if (value === undefined || share?.['class'] !== 'CONSTANT')
    return refuse('A percentile that is no literal', node);
  if (node['distinct'] === true) refuse('DISTINCT in a percentile', node);
  const direction = order?.['type'] === 'DESCENDING' ? ' DESC' : '';
  const [filter] = nodesAt(node, 'filter');
  const spark = name === 'quantile_cont' ? 'percentile_cont' : 'percentile_disc';
  const call = `${spark}(${write(share)}) WITHIN GROUP (ORDER BY ${write(value)}${direction})`;
  return `${call}${filter === undefined ? '' : ` FILTER (WHERE ${write(filter)})`}`;
}

function datePartText(node: TreeNode, { write, refuse }: FunctionParts): string {
  const [part, time] = nodesAt(node, 'children');
  const unit = textAt(nodeAt(part ?? {}, 'value') ?? {}, 'value').toLowerCase();
  const make = Object.hasOwn(dateParts, unit) ? dateParts[unit] : undefined;
  if (make === undefined || time === undefined)
    return refuse(`The part "${unit.slice(0, 20)}" of a time`, node);
  return `CAST(${make(write(time))} AS BIGINT)`;
}

/** Of `to_days(CAST(trunc(CAST(n AS DOUBLE)) AS INTEGER))`, which is how `INTERVAL n DAY` is parsed, the `n`. */
export function countOf(node: TreeNode): TreeNode {
  const [given = {}] = nodesAt(node, 'children');
  const cut = given['class'] === 'CAST' ? nodeAt(given, 'child') : undefined;
  if (cut?.['function_name'] !== 'trunc') return given;
  return nodeAt(nodesAt(cut, 'children')[0] ?? {}, 'child') ?? given;
}

/** The digits of a literal that is a whole number, also one in quotes. */
export function wholeLiteral(node: TreeNode): string | undefined {
  const value = node['class'] === 'CONSTANT' ? textAt(nodeAt(node, 'value') ?? {}, 'value') : '';
  return /^-?\d{1,9}$/.test(value) ? value : undefined;
}

/** Of a literal that is a text, what it says. */
export function textLiteral(node: TreeNode): string | undefined {
  const value = node['class'] === 'CONSTANT' ? nodeAt(node, 'value') : undefined;
  return value !== undefined && nodeAt(value, 'type')?.['id'] === 'VARCHAR'
    ? textAt(value, 'value')
    : undefined;
}

const ordersOf = (node: TreeNode): readonly TreeNode[] => nodesAt(nodeAt(node, 'order_bys') ?? {}, 'orders');

function isAggregated(node: TreeNode): boolean {
  return node['distinct'] === true || nodesAt(node, 'filter').length > 0 || ordersOf(node).length > 0;
}
