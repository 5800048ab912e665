/** A value as a shell takes it whole, and Node's own reader of such files: URLs hold `&` and `?`. */
export function quoted(value: string): string {
  return value.includes("'") ? `"${value}"` : `'${value}'`;
}
