import { CodedError } from '@tributary/runtime/errors';
import { nodeAt, type TreeNode, textAt } from './parse-tree.ts';
import { positionIn, type SqlPosition } from './sql-position.ts';

/** Between these two stands the place that what follows came from; no text we write has them otherwise. */
const [markStart, markEnd] = ['\u0001', '\u0002'];

/** SQL that Spark gets, and where in the SQL of the caller each part of it came from. */
export interface SparkSql {
  readonly query: string;
  /** Line and column in the caller's SQL of what stands at an index of `query`; empty where nobody knows. */
  readonly positionOf: (index: number | undefined) => SqlPosition;
}

/**
 * Characters of what Spark gets, marks included. SQL of the greatest length comes to less; but a CUBE repeats what it is of for each of its sets, and `min_by`
 * its argument, so that what is nested doubles with each level.
 */
const longestSql = 1_000_000;

/** Asked of each part as soon as its length is known, before it becomes part of another. @throws CodedError QUERY_TOO_LARGE */
export function checkLength(chars: number): void {
  if (chars <= longestSql) return;
  throw new CodedError(
    'QUERY_TOO_LARGE',
    'The query is too complex: written out it is too long to be read.',
    {
      details: { limitChars: longestSql },
    },
  );
}

/** Notes for what follows from which place of the caller's SQL it came. @throws CodedError QUERY_TOO_LARGE */
export function marked(node: TreeNode, text: string): string {
  checkLength(text.length);
  const at = node['query_location'];
  return typeof at === 'number' ? `${markStart}${at}${markEnd}${text}` : text;
}

export function withoutMarks(sql: string, text: string): SparkSql {
  const places: (readonly [index: number, location: number])[] = [];
  const [first = '', ...parts] = text.split(markStart);
  let query = first;
  for (const part of parts) {
    const [location, rest = ''] = part.split(markEnd);
    places.push([query.length, Number(location)]);
    query += rest;
  }
  return {
    query,
    positionOf: (index) => positionIn(sql, places.findLast(([at]) => at <= (index ?? -1))?.[1]),
  };
}

/** A name in back quotes. One with control characters, or `${`, which Spark would replace, is refused. */
export function quoted(name: string): string {
  if (/\p{Cc}|\$\{/u.test(name))
    throw new CodedError('QUERY_NOT_ALLOWED', 'A name holds characters that cannot be used here.');
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A text literal. What Spark reads in one otherwise than as itself is written by its number. */
export function literal(value: string): string {
  const escaped = value.replaceAll(
    /[\\'"$\p{Cc}]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `'${escaped}'`;
}

const types: Readonly<Record<string, string>> = {
  BOOLEAN: 'BOOLEAN',
  TINYINT: 'TINYINT',
  SMALLINT: 'SMALLINT',
  INTEGER: 'INT',
  BIGINT: 'BIGINT',
  HUGEINT: 'DECIMAL(38,0)',
  FLOAT: 'FLOAT',
  DOUBLE: 'DOUBLE',
  VARCHAR: 'STRING',
  BLOB: 'BINARY',
  DATE: 'DATE',
  TIMESTAMP: 'TIMESTAMP',
  'TIMESTAMP WITH TIME ZONE': 'TIMESTAMP',
};

/** A type of a CAST; undefined when it is not of the subset. */
export function typeText(type: TreeNode | undefined): string | undefined {
  if (type === undefined) return undefined;
  const id = textAt(type, 'id');
  if (id !== 'DECIMAL') return types[id];
  const info = nodeAt(type, 'type_info');
  return info === undefined ? 'DECIMAL(18,3)' : `DECIMAL(${Number(info['width'])},${Number(info['scale'])})`;
}

/** A literal of the tree; undefined for a type that literals of the subset do not have. */
export function constantText(value: TreeNode): string | undefined {
  if (value['is_null'] === true) return 'NULL';
  const type = nodeAt(value, 'type');
  const id = type === undefined ? '' : textAt(type, 'id');
  const content = textAt(value, 'value');
  switch (id) {
    case 'VARCHAR':
      return literal(content);
    case 'BOOLEAN':
      return content === 'true' ? 'TRUE' : 'FALSE';
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
      return String(Number(content));
    case 'BIGINT':
      return `${BigInt(content)}L`;
    case 'HUGEINT': {
      const half = (key: string): bigint => BigInt(textAt(nodeAt(value, 'value') ?? {}, key));
      return `CAST(${literal(String((half('upper') << 64n) + half('lower')))} AS DECIMAL(38,0))`;
    }
    case 'DOUBLE':
      return `${String(Number(content)).toUpperCase()}D`;
    case 'DECIMAL': {
      const scale = Number(nodeAt(type ?? {}, 'type_info')?.['scale'] ?? 0);
      return `${shifted(BigInt(content), scale)}BD`;
    }
    default:
      return undefined;
  }
}

/**
 * A CAST of a text literal as the literal of its type; undefined where it is none. Constants are not computed beforehand (`spark-run.ts`), and only a
 * literal lets Spark skip what a file says it does not hold.
 */
export function castLiteral(value: TreeNode, type: TreeNode | undefined): string | undefined {
  const text = textAt(value, 'value');
  switch (type === undefined ? '' : textAt(type, 'id')) {
    case 'BOOLEAN':
      return /^(t|true)$/.test(text) ? 'TRUE' : /^(f|false)$/.test(text) ? 'FALSE' : undefined;
    case 'DATE':
      return isDay(text) ? `DATE '${text}'` : undefined;
    case 'TIMESTAMP': {
      const [, day = '', time] = /^(\S+)[ T](([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?)$/.exec(text) ?? [];
      return time !== undefined && isDay(day) ? `TIMESTAMP '${day} ${time}'` : undefined;
    }
    default:
      return undefined;
  }
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** `15` with scale 1 is `1.5`. */
function shifted(digits: bigint, scale: number): string {
  const sign = digits < 0n ? '-' : '';
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  return scale === 0 ? sign + text : `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}
