import { CodedError } from '@tributary/runtime';
import { checkField, isStorable } from './checked-filter.ts';
import { type JsonbFields, jsonbField, jsonbText } from './jsonb.ts';
import type { SortOrder } from './port.ts';
import { type SortValue, typeRank, typeRanks } from './sort.ts';
import type { SqlParameter } from './sql.ts';

/** Where a page ended: the sort values of its last row, in the order of the SortOrder, and that row's id. */
export interface KeysetPosition {
  readonly values: readonly unknown[];
  readonly id: string;
}

/** Pages that stay right while rows come and go: each starts after a row's sort key, never at a count. */
export interface Keyset {
  /** The list for ORDER BY: total, because the id closes it. */
  readonly orderBy: string;
  /** A boolean expression, TRUE for rows after the position. @throws CodedError CURSOR_INVALID when it does not fit the order. */
  readonly after: (position: KeysetPosition, param: SqlParameter) => string;
}

export interface ColumnKeysetOptions {
  /** As for `filterToSql`; text must sort by code point. */
  readonly column: (field: string) => string;
  /** The id's expression; sorted ascending. */
  readonly id: string;
  /** False only for columns that are NOT NULL: their pages then start by an index. */
  readonly nullable: (field: string) => boolean;
}

/** Keyset pages over SQL columns: nulls last in either direction, ties by id. */
export function columnKeyset(order: SortOrder, { column, id, nullable }: ColumnKeysetOptions): Keyset {
  const columns = order.map(({ field, direction }) => {
    checkField(field);
    return { expression: column(field), direction, nullable: nullable(field) };
  });
  return keyset([...columns, { expression: id, direction: 'asc', nullable: false }], (position) => [
    ...positionValues(order, position),
    position.id,
  ]);
}

/**
 * Keyset pages over the fields of a JSONB object. A field becomes three keys that are never null: type rank (null last),
 * number, text; so values of mixed types still have one total order.
 */
export function jsonbKeyset(order: SortOrder, options: JsonbFields & { readonly id: string }): Keyset {
  const keys = order.flatMap(({ field, direction }) => {
    const value = jsonbField(options, field);
    const cases = Object.entries(typeRanks).map(([type, rank]) => `WHEN '${type}' THEN ${rank}`);
    const rank = `(CASE jsonb_typeof(${value}) ${cases.join(' ')} ELSE ${nullRank(direction)} END)`;
    const number = `(CASE jsonb_typeof(${value}) WHEN 'number' THEN (${value})::numeric ELSE 0 END)`;
    const text = `(CASE WHEN jsonb_typeof(${value}) IN ('string', 'boolean') THEN ${jsonbText(value)} ELSE '' END)`;
    const key = { direction, nullable: false };
    return [
      { ...key, expression: rank, cast: '::int' },
      { ...key, expression: number, cast: '::numeric' },
      { ...key, expression: text, cast: '::text' },
    ];
  });
  const id = {
    expression: `(${options.id} COLLATE "C")`,
    direction: 'asc',
    nullable: false,
    cast: '::text',
  } as const;
  return keyset([...keys, id], (position) => [
    ...positionValues(order, position).flatMap((value, index) =>
      jsonbKeyValues(value, order[index]?.direction ?? 'asc'),
    ),
    position.id,
  ]);
}

/** Above every type where the order ascends, below every type where it descends. */
function nullRank(direction: 'asc' | 'desc'): number {
  return direction === 'asc' ? 9 : 0;
}

function jsonbKeyValues(value: SortValue, direction: 'asc' | 'desc'): readonly (string | number)[] {
  if (value === null) return [nullRank(direction), 0, ''];
  return [
    typeRank(value),
    typeof value === 'number' ? value : 0,
    typeof value === 'number' ? '' : String(value),
  ];
}

interface KeysetKey {
  readonly expression: string;
  readonly direction: 'asc' | 'desc';
  readonly nullable: boolean;
  readonly cast?: string;
}

function keyset(
  keys: readonly KeysetKey[],
  valuesOf: (position: KeysetPosition) => readonly SortValue[],
): Keyset {
  return {
    orderBy: keys
      .map(
        ({ expression, direction, nullable }) =>
          `${expression} ${direction.toUpperCase()}${nullable ? ' NULLS LAST' : ''}`,
      )
      .join(', '),
    after: (position, param) => {
      const values = valuesOf(position);
      const keysWithValues = keys.map((key, index) => ({ key, value: values[index] ?? null }));
      return afterSql(keysWithValues, param);
    },
  };
}

/** Lexicographic "greater": beyond in the first key, or equal in it and after in the rest. */
function afterSql(keys: readonly { key: KeysetKey; value: SortValue }[], param: SqlParameter): string {
  const [first, ...rest] = keys;
  if (first === undefined) return 'FALSE';
  const { key, value } = first;
  if (value === null) {
    if (!key.nullable) throw invalidPosition();
    return rest.length === 0 ? 'FALSE' : `(${key.expression} IS NULL AND ${afterSql(rest, param)})`;
  }
  const placeholder = `${param(value)}${key.cast ?? ''}`;
  const operator = key.direction === 'asc' ? '>' : '<';
  const beyond = `${key.expression} ${operator} ${placeholder}`;
  if (rest.length === 0) return key.nullable ? `(${beyond} OR ${key.expression} IS NULL)` : `(${beyond})`;
  const tie = `${key.expression} = ${placeholder} AND ${afterSql(rest, param)}`;
  if (key.nullable) return `(${beyond} OR ${key.expression} IS NULL OR (${tie}))`;
  // Implied by the rest, and the only part an index range can start from.
  return `(${key.expression} ${operator}= ${placeholder} AND (${beyond} OR (${tie})))`;
}

/** @throws CodedError CURSOR_INVALID when the position does not fit the order */
export function positionValues(order: SortOrder, { values, id }: KeysetPosition): readonly SortValue[] {
  if (values.length !== order.length || typeof id !== 'string' || !isStorable(id)) throw invalidPosition();
  return values.map((value) => {
    if (value === null || typeof value === 'boolean') return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (typeof value === 'string' && isStorable(value)) return value;
    throw invalidPosition();
  });
}

function invalidPosition(): CodedError {
  return new CodedError('CURSOR_INVALID', 'The cursor does not belong to a list in this order.');
}
