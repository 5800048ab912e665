import type { Filter } from './port.ts';

/** The fields a filter looks at. */
export function filterFields(filter: Filter): readonly string[] {
  if (filter.kind === 'and' || filter.kind === 'or') return filter.filters.flatMap(filterFields);
  return filter.kind === 'not' ? filterFields(filter.filter) : [filter.field];
}
