import type { SqlRequest } from '../batch/sql-request.ts';
import type { JobContext } from '../job-context.ts';
import type { ReadRow } from './dataset-rows.ts';

/**
 * The rows of a Parquet file in their order, every reading the same. The batch engine reads them, row group by row group, and waits for whoever
 * takes them: neither it nor this process holds the file. @throws CodedError QUERY_INVALID for what is no Parquet
 */
export async function* parquetRows(
  { sql }: Pick<JobContext<unknown>, 'sql'>,
  file: string,
): AsyncGenerator<ReadRow> {
  const { columns, pages } = await sql.rows({ sql: 'SELECT * FROM dataset', tables: tablesOf(file) });
  const names = columns.map(({ name }) => name);
  yield { headings: names };
  for await (const page of pages)
    for (const cells of page)
      yield { row: Object.fromEntries(names.map((name, at) => [name, cells[at] ?? null])) };
}

/** How many rows a Parquet file has, which stands in its foot. @throws CodedError QUERY_INVALID for what is no Parquet */
export async function countParquetRows(
  { sql }: Pick<JobContext<unknown>, 'sql'>,
  file: string,
): Promise<number> {
  const { pages } = await sql.rows({ sql: 'SELECT count(*) AS total FROM dataset', tables: tablesOf(file) });
  let count = 0;
  for await (const page of pages) for (const [total] of page) count = Number(total);
  return count;
}

function tablesOf(file: string): SqlRequest['tables'] {
  return [{ name: 'dataset', file, format: 'PARQUET' }];
}
