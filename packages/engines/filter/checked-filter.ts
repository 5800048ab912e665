import { CodedError } from '@tributary/runtime';
import type { Filter, FilterValue } from './port.ts';

/** What a filter may be at most, whichever engine runs it. */
export const filterLimits = {
  depth: 16,
  nodes: 256,
  valuesPerIn: 1_000,
  textLength: 256,
  stringLength: 4_096,
  fieldLength: 128,
} as const;

/**
 * Holds a filter to the limits and to what every engine can store and compare.
 * @throws CodedError BAD_USER_INPUT naming the limit (details.limit) or the field (details.field).
 */
export function checkFilter(filter: Filter): void {
  const budget = { nodes: filterLimits.nodes };
  checkNode(filter, 1, budget);
}

function checkNode(filter: Filter, depth: number, budget: { nodes: number }): void {
  if (depth > filterLimits.depth) throw tooLarge('depth', filterLimits.depth);
  budget.nodes -= 1;
  if (budget.nodes < 0) throw tooLarge('nodes', filterLimits.nodes);
  switch (filter.kind) {
    case 'and':
    case 'or':
      for (const inner of filter.filters) checkNode(inner, depth + 1, budget);
      return;
    case 'not':
      checkNode(filter.filter, depth + 1, budget);
      return;
    case 'compare':
      checkField(filter.field);
      checkValue(filter.field, filter.value);
      return;
    case 'in':
      checkField(filter.field);
      if (filter.values.length > filterLimits.valuesPerIn)
        throw tooLarge('valuesPerIn', filterLimits.valuesPerIn);
      for (const value of filter.values) checkValue(filter.field, value);
      return;
    case 'text':
      checkField(filter.field);
      if (filter.value.length > filterLimits.textLength)
        throw tooLarge('textLength', filterLimits.textLength);
      checkValue(filter.field, filter.value);
      return;
    default:
      throw new CodedError('BAD_USER_INPUT', 'The filter has a part of an unknown kind.');
  }
}

/** @throws CodedError BAD_USER_INPUT for a name no engine may be given: empty, long, `$operator`, dotted path, unstorable text. */
export function checkField(field: string): void {
  const fits = field.length > 0 && field.length <= filterLimits.fieldLength;
  if (fits && !field.startsWith('$') && !field.includes('.') && isStorable(field)) return;
  throw new CodedError('BAD_USER_INPUT', 'The filter names a field that cannot exist.', {
    details: { field: field.slice(0, filterLimits.fieldLength) },
  });
}

/** @throws CodedError BAD_USER_INPUT for what is no JSON scalar, or text no engine stores. */
export function checkValue(field: string, value: unknown): asserts value is FilterValue {
  if (value === null || typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (typeof value === 'string') {
    if (value.length > filterLimits.stringLength) throw tooLarge('stringLength', filterLimits.stringLength);
    if (isStorable(value)) return;
  }
  throw new CodedError('BAD_USER_INPUT', 'A filter compares a field with a value that cannot be stored.', {
    details: { field },
  });
}

/** False for text with U+0000 or a lone surrogate: PostgreSQL refuses the first, UTF-8 has no form for the second. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

/** The refusal of a filter that passes a limit. */
export function tooLarge(limit: keyof typeof filterLimits, most: number): CodedError {
  return new CodedError('BAD_USER_INPUT', `The filter is too large: ${limit} may be ${most} at most.`, {
    details: { limit, most },
  });
}
