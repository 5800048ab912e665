import type { Sql } from './port.ts';

/**
 * Repeats a DELETE of at most `$2` rows from before `$1` until none is left, so that no lock is held for long. Each batch commits by
 * itself: give the pool, no transaction. Answers how many rows went.
 */
export async function deleteInBatches(
  sql: Sql,
  statement: string,
  { before, batch }: { readonly before: Date; readonly batch: number },
): Promise<number> {
  for (let removed = 0; ; ) {
    const { rowCount } = await sql.query(statement, [before, batch]);
    removed += rowCount;
    if (rowCount < batch) return removed;
  }
}
