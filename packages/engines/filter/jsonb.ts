import { checkField, checkFilter } from './checked-filter.ts';
import type { Filter } from './port.ts';
import {
  columnPredicate,
  combineSql,
  comparisonOperators,
  type FilterLeaf,
  nullComparison,
  type SqlParameter,
  textPredicate,
} from './sql.ts';

/** A field kept in a column of its own: text that sorts by code point, or a double. */
export interface TypedColumn {
  readonly expression: string;
  readonly type: 'string' | 'number';
}

/** Where the fields are. */
export interface JsonbFields {
  /** The JSONB expression that holds the fields. */
  readonly json: string;
  /** Fields that are columns beside it: `{ id: … }`. They go before what the JSON has under that name. */
  readonly columns: Readonly<Record<string, TypedColumn>>;
}

export interface FilterJsonbOptions extends JsonbFields {
  readonly param: SqlParameter;
}

/**
 * The same promise as `filterToSql`, over the top level of a JSONB object. A value compares with values of its own JSON type only.
 * Equality runs on `jsonbField`, which is what indexes hold.
 * @throws CodedError BAD_USER_INPUT when the filter is beyond the limits of `checkFilter`.
 */
export function filterToJsonbSql(filter: Filter, options: FilterJsonbOptions): string {
  checkFilter(filter);
  return combineSql(filter, (leaf) => {
    const column = columnOf(options, leaf.field);
    if (column !== undefined) return typedColumnPredicate(leaf, column, options.param);
    return jsonbPredicate(leaf, jsonbField(options, leaf.field), options.param);
  });
}

/** A field as JSONB, where a missing field and a JSON null are both SQL NULL. */
export function jsonbField({ json, columns }: JsonbFields, field: string): string {
  checkField(field);
  const column = columnOf({ columns }, field);
  if (column !== undefined) return `to_jsonb(${column.expression})`;
  return `NULLIF(${json} -> ${literal(field)}, 'null'::jsonb)`;
}

/** What `jsonbField` answers, as text that sorts by code point: strings without quotes, everything else as JSON. */
export function jsonbText(value: string): string {
  return `((${value} #>> '{}') COLLATE "C")`;
}

function columnOf({ columns }: Pick<JsonbFields, 'columns'>, field: string): TypedColumn | undefined {
  return Object.hasOwn(columns, field) ? columns[field] : undefined;
}

/** Values of another type than the column's are equal to nothing in it, and never reach the server, which would try to convert them. */
function typedColumnPredicate(
  leaf: FilterLeaf,
  { expression, type }: TypedColumn,
  param: SqlParameter,
): string {
  const options = { column: () => expression, param };
  const fits = (value: unknown): boolean => value === null || typeof value === type;
  switch (leaf.kind) {
    case 'compare':
      if (fits(leaf.value)) return columnPredicate(leaf, options);
      return leaf.op === 'ne' ? 'TRUE' : 'FALSE';
    case 'in':
      return columnPredicate({ ...leaf, values: leaf.values.filter(fits) }, options);
    case 'text':
      return type === 'string' ? columnPredicate(leaf, options) : 'FALSE';
  }
}

function jsonbPredicate(leaf: FilterLeaf, operand: string, param: SqlParameter): string {
  const isType = (type: 'string' | 'number' | 'boolean'): string => `jsonb_typeof(${operand}) = '${type}'`;
  switch (leaf.kind) {
    case 'compare': {
      const { op, value } = leaf;
      if (value === null) return nullComparison(operand, op);
      if (op === 'eq') return `(${operand} = ${param(JSON.stringify(value))}::jsonb)`;
      if (op === 'ne') return `(${operand} IS DISTINCT FROM ${param(JSON.stringify(value))}::jsonb)`;
      const operator = comparisonOperators[op];
      // JSONB orders strings by the database's own locale, so text is compared as text.
      if (typeof value === 'string') {
        return `(${isType('string')} AND ${jsonbText(operand)} ${operator} ${param(value)}::text)`;
      }
      const type = typeof value === 'number' ? 'number' : 'boolean';
      return `(${isType(type)} AND ${operand} ${operator} ${param(JSON.stringify(value))}::jsonb)`;
    }
    case 'in': {
      const values = leaf.values.filter((value) => value !== null).map((value) => JSON.stringify(value));
      const among = values.length === 0 ? 'FALSE' : `${operand} = ANY(${param(values)}::jsonb[])`;
      return values.length === leaf.values.length ? `(${among})` : `(${among} OR ${operand} IS NULL)`;
    }
    case 'text':
      return `(${isType('string')} AND ${textPredicate(jsonbText(operand), leaf, param)})`;
  }
}

function literal(field: string): string {
  return `'${field.replaceAll("'", "''")}'`;
}
