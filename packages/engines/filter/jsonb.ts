import { checkField, checkFilter } from './checked-filter.ts';
import type { Filter } from './port.ts';
import {
  combineSql,
  comparisonOperators,
  type FilterLeaf,
  nullComparison,
  type SqlParameter,
  textPredicate,
} from './sql.ts';

export interface FilterJsonbOptions {
  /** The JSONB expression that holds the fields. */
  readonly json: string;
  /** Fields that are text columns beside it: `{ id: 'id' }`. */
  readonly columns: Readonly<Record<string, string>>;
  readonly param: SqlParameter;
}

/**
 * The same promise as `filterToSql`, over the top level of a JSONB object. A value compares with values of its own JSON type only.
 * Equality runs on `jsonbField`, which is what indexes hold.
 * @throws CodedError BAD_USER_INPUT when the filter is beyond the limits of `checkFilter`.
 */
export function filterToJsonbSql(filter: Filter, options: FilterJsonbOptions): string {
  checkFilter(filter);
  return combineSql(filter, (leaf) => jsonbPredicate(leaf, operandOf(leaf.field, options), options.param));
}

/** A field as JSONB, where a missing field and a JSON null are both SQL NULL. */
export function jsonbField(json: string, field: string): string {
  checkField(field);
  return `NULLIF(${json} -> ${literal(field)}, 'null'::jsonb)`;
}

/** A field as text; only meaningful where the type is string or boolean. */
export function jsonbText(json: string, field: string): string {
  checkField(field);
  return `((${json} ->> ${literal(field)}) COLLATE "C")`;
}

interface Operand {
  readonly value: string;
  readonly text: string;
  /** True for the rows whose value has the JSON type. */
  readonly isType: (type: 'string' | 'number' | 'boolean') => string;
}

function operandOf(field: string, { json, columns }: FilterJsonbOptions): Operand {
  if (Object.hasOwn(columns, field)) {
    const column = columns[field] ?? '';
    return {
      value: `to_jsonb(${column})`,
      text: `(${column} COLLATE "C")`,
      isType: (type) => (type === 'string' ? 'TRUE' : 'FALSE'),
    };
  }
  const value = jsonbField(json, field);
  return { value, text: jsonbText(json, field), isType: (type) => `jsonb_typeof(${value}) = '${type}'` };
}

function jsonbPredicate(leaf: FilterLeaf, operand: Operand, param: SqlParameter): string {
  switch (leaf.kind) {
    case 'compare': {
      const { op, value } = leaf;
      if (value === null) return nullComparison(operand.value, op);
      if (op === 'eq') return `(${operand.value} = ${param(JSON.stringify(value))}::jsonb)`;
      if (op === 'ne') return `(${operand.value} IS DISTINCT FROM ${param(JSON.stringify(value))}::jsonb)`;
      const operator = comparisonOperators[op];
      // JSONB orders strings by the database's own locale, so text is compared as text.
      if (typeof value === 'string') {
        return `(${operand.isType('string')} AND ${operand.text} ${operator} ${param(value)}::text)`;
      }
      const type = typeof value === 'number' ? 'number' : 'boolean';
      return `(${operand.isType(type)} AND ${operand.value} ${operator} ${param(JSON.stringify(value))}::jsonb)`;
    }
    case 'in': {
      const values = leaf.values.filter((value) => value !== null).map((value) => JSON.stringify(value));
      const among = values.length === 0 ? 'FALSE' : `${operand.value} = ANY(${param(values)}::jsonb[])`;
      return values.length === leaf.values.length ? `(${among})` : `(${among} OR ${operand.value} IS NULL)`;
    }
    case 'text':
      return `(${operand.isType('string')} AND ${textPredicate(operand.text, leaf, param)})`;
  }
}

function literal(field: string): string {
  return `'${field.replaceAll("'", "''")}'`;
}
