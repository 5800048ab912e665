/**
 * A file of properties as Java reads it, whose bytes are ISO 8859-1 and whose backslashes begin escapes
 * (https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/Properties.html#load(java.io.Reader)).
 */
export function javaProperties(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${escaped(value)}\n`)
    .join('');
}

/** Spaces in front would be left out. */
function escaped(value: string): string {
  return value.replaceAll(/^\s|[^ -~]|\\/g, (unit) =>
    unit === '\\' ? '\\\\' : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
