/** A value a filter can compare: what JSON has, without objects. Times are RFC 3339 strings in UTC, which sort as text. */
export type FilterValue = string | number | boolean | null;

export type Comparison = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte';

/**
 * One algebra for SQL predicates, JSONB, MongoDB filters and events in memory.
 * Two-valued: a comparison with a missing or null field is false, except `eq null` and `ne`; `not` is plain negation.
 */
export type Filter =
  | { readonly kind: 'and'; readonly filters: readonly Filter[] }
  | { readonly kind: 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'compare'; readonly field: string; readonly op: Comparison; readonly value: FilterValue }
  | { readonly kind: 'in'; readonly field: string; readonly values: readonly FilterValue[] }
  | {
      readonly kind: 'text';
      readonly field: string;
      readonly op: 'contains' | 'startsWith';
      readonly value: string;
      readonly ignoreCase: boolean;
    };

export type SortOrder = readonly { readonly field: string; readonly direction: 'asc' | 'desc' }[];
