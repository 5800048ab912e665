import { checkFilter } from './checked-filter.ts';
import { compareCodePoints, foldCase } from './code-point-order.ts';
import { foldedField } from './folded-fields.ts';
import type { Comparison, Filter, FilterValue } from './port.ts';

export type Row = Readonly<Record<string, unknown>>;
export type RowPredicate = (row: Row) => boolean;

/**
 * Turns a filter into a predicate over rows in memory, to be made once and called often.
 * Only own properties of a row count: a field named `constructor` is missing unless the row really has it.
 * @throws CodedError BAD_USER_INPUT when the filter is beyond the limits of `checkFilter`.
 */
export function compileFilter(filter: Filter): RowPredicate {
  checkFilter(filter);
  return compileNode(filter);
}

/** One answer for one row. @throws CodedError BAD_USER_INPUT as `compileFilter` does. */
export function matches(filter: Filter, row: Row): boolean {
  return compileFilter(filter)(row);
}

function compileNode(filter: Filter): RowPredicate {
  switch (filter.kind) {
    case 'and': {
      const inner = filter.filters.map(compileNode);
      return (row) => inner.every((holds) => holds(row));
    }
    case 'or': {
      const inner = filter.filters.map(compileNode);
      return (row) => inner.some((holds) => holds(row));
    }
    case 'not': {
      const inner = compileNode(filter.filter);
      return (row) => !inner(row);
    }
    case 'compare': {
      const { field, value } = filter;
      const holds = comparisons[filter.op];
      return (row) => holds(fieldValue(row, field), value);
    }
    case 'in': {
      const { field } = filter;
      const values = new Set<unknown>(filter.values);
      return (row) => values.has(fieldValue(row, field));
    }
    case 'text':
      return compileText(filter);
  }
}

function compileText(filter: Extract<Filter, { kind: 'text' }>): RowPredicate {
  const { field, ignoreCase } = filter;
  const sought = ignoreCase ? foldCase(filter.value) : filter.value;
  const found =
    filter.op === 'contains'
      ? (text: string) => text.includes(sought)
      : (text: string) => text.startsWith(sought);
  return (row) => {
    const value = fieldValue(row, field);
    return typeof value === 'string' && found(ignoreCase ? foldedField(row, field, value) : value);
  };
}

function fieldValue(row: Row, field: string): unknown {
  return Object.hasOwn(row, field) ? (row[field] ?? null) : null;
}

const comparisons: Readonly<Record<Comparison, (left: unknown, right: FilterValue) => boolean>> = {
  eq: (left, right) => left === right,
  ne: (left, right) => left !== right,
  lt: (left, right) => order(left, right) < 0,
  lte: (left, right) => order(left, right) <= 0,
  gt: (left, right) => order(left, right) > 0,
  gte: (left, right) => order(left, right) >= 0,
};

/** NaN, which is neither less, equal nor greater, where the two have no order: null, or values of different types. */
function order(left: unknown, right: FilterValue): number {
  if (typeof left === 'string' && typeof right === 'string') return compareCodePoints(left, right);
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  return Number.NaN;
}
