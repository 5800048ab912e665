/** An identifier of SQL, in quotes. */
export const name = (value: string): string => `"${value.replaceAll('"', '""')}"`;
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
export const list = (values: readonly string[]): string => `[${values.map(text).join(', ')}]`;

/** Whether all cells of a column pass a test, those aside that are null; null where all are. */
export const allFit = (cell: string, fits: (cell: string) => string): string =>
  `bool_and(CASE WHEN ${cell} IS NOT NULL THEN coalesce(${fits(cell)}, false) END)`;

/** The digits of a number without what stands before its first and after its last one that is not 0. */
const digits = (number: string): string =>
  `trim(regexp_replace(lower(${number}), 'e.*$|[^0-9]', '', 'g'), '0')`;

/**
 * Whether a text is a number that a double gives back: up to 15 digits any does (IEEE 754), beyond that where its shortest form, or the one of 17 digits
 * that older programs write, is what stands there. Of 12345678901234567890 another number would be made, and of two accounts one.
 */
export function isHeldByDouble(cell: string): string {
  const double = `TRY_CAST(${cell} AS DOUBLE)`;
  const isCode = `ltrim(${cell}, '-+ ') BETWEEN '00' AND '09~' OR contains(${cell}, '_') OR ${cell}[1] = '+'`;
  const isExact = `isfinite(${double}) AND (${digits(cell)} = ${digits(`CAST(${double} AS VARCHAR)`)} OR ${digits(cell)} = ${digits(`printf('%.17g', ${double})`)})`;
  return `${double} IS NOT NULL AND NOT (${isCode}) AND CASE WHEN length(${cell}) <= 15 THEN isfinite(${double}) OR NOT regexp_matches(${cell}, '[0-9]') ELSE ${isExact} END`;
}
