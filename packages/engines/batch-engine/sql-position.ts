export type SqlPosition = {
  /** From 1. */
  readonly line?: number;
  /** From 1, in characters. */
  readonly column?: number;
};

/** Line and column of a byte offset into the UTF-8 of `sql`, as DuckDB counts; empty when there is none. */
export function positionIn(sql: string, offset: unknown): SqlPosition {
  const bytes = Buffer.from(sql);
  const at = typeof offset === 'string' ? Number(offset) : offset;
  if (typeof at !== 'number' || !(at >= 0 && at <= bytes.length)) return {};
  const before = bytes.subarray(0, at).toString('utf8').split('\n');
  return { line: before.length, column: [...(before.at(-1) ?? '')].length + 1 };
}
