import { checkFilter } from './checked-filter.ts';
import { foldCase } from './code-point-order.ts';
import type { Comparison, Filter } from './port.ts';

/** Keeps a value for the statement and answers its placeholder: `$3`. */
export type SqlParameter = (value: unknown) => string;

export interface FilterSqlOptions {
  /**
   * The SQL expression of a field. Text must carry `COLLATE "C"` where the database's locale is not C.
   * Throw CodedError BAD_USER_INPUT for a field that does not exist; the values' types must fit the column.
   */
  readonly column: (field: string) => string;
  readonly param: SqlParameter;
}

export const comparisonOperators: Readonly<Record<Exclude<Comparison, 'eq' | 'ne'>, string>> = {
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
};

/**
 * A boolean SQL expression that is TRUE exactly for the rows the filter holds for; elsewhere it is FALSE or NULL, so that
 * indexes stay usable. It is a term for WHERE, AND and OR; under a NOT of your own write `(…) IS NOT TRUE`.
 * @throws CodedError BAD_USER_INPUT when the filter is beyond the limits of `checkFilter`.
 */
export function filterToSql(filter: Filter, options: FilterSqlOptions): string {
  checkFilter(filter);
  return combineSql(filter, (leaf) => columnPredicate(leaf, options));
}

export type FilterLeaf = Extract<Filter, { kind: 'compare' | 'in' | 'text' }>;

/** AND, OR and NOT over whatever makes the leaves. AND and OR keep "TRUE exactly when"; NOT needs NULL turned into TRUE. */
export function combineSql(filter: Filter, predicate: (leaf: FilterLeaf) => string): string {
  switch (filter.kind) {
    case 'and':
      if (filter.filters.length === 0) return 'TRUE';
      return `(${filter.filters.map((inner) => combineSql(inner, predicate)).join(' AND ')})`;
    case 'or':
      if (filter.filters.length === 0) return 'FALSE';
      return `(${filter.filters.map((inner) => combineSql(inner, predicate)).join(' OR ')})`;
    case 'not':
      return `(${combineSql(filter.filter, predicate)} IS NOT TRUE)`;
    default:
      return predicate(filter);
  }
}

export function columnPredicate(leaf: FilterLeaf, { column, param }: FilterSqlOptions): string {
  const expression = column(leaf.field);
  switch (leaf.kind) {
    case 'compare': {
      const { op, value } = leaf;
      if (value === null) return nullComparison(expression, op);
      if (op === 'eq') return `(${expression} = ${param(value)})`;
      if (op === 'ne') return `(${expression} IS DISTINCT FROM ${param(value)})`;
      return `(${expression} ${comparisonOperators[op]} ${param(value)})`;
    }
    case 'in': {
      const values = leaf.values.filter((value) => value !== null);
      const among = values.length === 0 ? 'FALSE' : `${expression} = ANY(${param(values)})`;
      return values.length === leaf.values.length ? `(${among})` : `(${among} OR ${expression} IS NULL)`;
    }
    case 'text':
      return textPredicate(expression, leaf, param);
  }
}

export function nullComparison(expression: string, op: Comparison): string {
  if (op === 'eq') return `(${expression} IS NULL)`;
  return op === 'ne' ? `(${expression} IS NOT NULL)` : 'FALSE';
}

/** LIKE with its wildcards escaped. Under `COLLATE "C"`, `lower()` folds A–Z alone, as `foldCase` does. */
export function textPredicate(
  expression: string,
  leaf: Extract<Filter, { kind: 'text' }>,
  param: SqlParameter,
): string {
  const sought = (leaf.ignoreCase ? foldCase(leaf.value) : leaf.value).replace(
    /[\\%_]/g,
    (wildcard) => `\\${wildcard}`,
  );
  const pattern = param(leaf.op === 'contains' ? `%${sought}%` : `${sought}%`);
  const text = leaf.ignoreCase ? `lower((${expression}) COLLATE "C")` : expression;
  return `(${text} LIKE ${pattern})`;
}
