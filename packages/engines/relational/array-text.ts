const special = /["\\]/;
const specials = /["\\]/g;

/**
 * An array as PostgreSQL writes it, for a parameter such as `$1::text[]`. The driver makes the same of a list, by adding to one text again and again, which
 * for thousands of values leaves more garbage than the statement is long.
 */
export function arrayText(values: readonly (string | number | null)[]): string {
  return `{${values.map(element).join(',')}}`;
}

function element(value: string | number | null): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return String(value);
  return special.test(value) ? `"${value.replace(specials, '\\$&')}"` : `"${value}"`;
}
