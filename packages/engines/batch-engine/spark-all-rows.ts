import type { BatchColumn, BatchRow } from './port.ts';
import { rowsOf } from './spark-cells.ts';
import type { SparkSession } from './spark-session.ts';

/** All rows of a query about a table. Read to its end: one that is left before is taken for one at work, and the release of its session waits for it to settle. */
export async function allRowsOf(
  session: SparkSession,
  query: string,
  columns: readonly BatchColumn[],
): Promise<readonly BatchRow[]> {
  const rows: BatchRow[] = [];
  for await (const piece of session.execute({ root: { sql: { query } } }))
    rows.push(...rowsOf(piece, columns));
  return rows;
}
