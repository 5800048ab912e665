/** Where a field of the schema keeps its bounds. */
export const boundsExtension = 'tributaryBounds';

/** The bounds of a field in JSON Schema's words. */
export function boundsOf({
  extensions,
}: {
  readonly extensions: Readonly<Record<string, unknown>>;
}): Readonly<Record<string, unknown>> {
  return (extensions[boundsExtension] ?? {}) as Readonly<Record<string, unknown>>;
}

/** The first bound of a field that a value breaks, in words; undefined for none, and for a value of another type. */
export function brokenBound(
  field: { readonly extensions: Readonly<Record<string, unknown>> },
  value: unknown,
): string | undefined {
  const { minimum = -Infinity, maximum = Infinity, minLength = 0, maxLength = Infinity } = boundsOf(field);
  if (typeof value === 'number') {
    if (value < Number(minimum)) return `This is ${String(minimum)} at least.`;
    return value > Number(maximum) ? `This is ${String(maximum)} at most.` : undefined;
  }
  if (typeof value !== 'string') return undefined;
  // Code points, as JSON Schema and the graph count.
  let length = 0;
  for (const _point of value) length += 1;
  if (length < Number(minLength)) return `This has ${String(minLength)} characters at least.`;
  return length > Number(maxLength) ? `This has ${String(maxLength)} characters at most.` : undefined;
}
