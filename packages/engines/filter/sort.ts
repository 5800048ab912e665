import { compareCodePoints } from './code-point-order.ts';
import type { Row } from './evaluate.ts';
import type { SortOrder } from './port.ts';

/**
 * Orders rows in memory as `columnKeyset` and `jsonbKeyset` do in SQL: nulls last in either direction, ties by ascending `id`.
 * Values of different types rank number < string < boolean; objects and arrays have no order and count as null.
 */
export function compareRows(order: SortOrder, idOf: (row: Row) => string): (left: Row, right: Row) => number {
  return (left, right) => {
    for (const { field, direction } of order) {
      const difference = compareSortValues(sortValue(left, field), sortValue(right, field), direction);
      if (difference !== 0) return difference;
    }
    return compareCodePoints(idOf(left), idOf(right));
  };
}

export type SortValue = string | number | boolean | null;

/** What a row is sorted by, and what the cursor of a page must carry. */
export function sortValue(row: Row, field: string): SortValue {
  const value = Object.hasOwn(row, field) ? row[field] : null;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

export const typeRanks = { number: 1, string: 2, boolean: 3 } as const;

export function typeRank(value: string | number | boolean): number {
  if (typeof value === 'number') return typeRanks.number;
  return typeof value === 'string' ? typeRanks.string : typeRanks.boolean;
}

function compareSortValues(left: SortValue, right: SortValue, direction: 'asc' | 'desc'): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  const ascending = compareScalars(left, right);
  return direction === 'asc' ? ascending : -ascending;
}

function compareScalars(left: string | number | boolean, right: string | number | boolean): number {
  if (typeof left === 'string' && typeof right === 'string') return compareCodePoints(left, right);
  const ranks = typeRank(left) - typeRank(right);
  return ranks === 0 ? Number(left) - Number(right) : ranks;
}
