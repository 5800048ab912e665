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
  const { columns, pages } = await sql.rows({
    sql: 'SELECT * FROM dataset',
    tables: [{ name: 'dataset', file, format: 'PARQUET' }],
  });
  const names = columns.map(({ name }) => name);
  yield { headings: names };
  for await (const page of pages)
    for (const cells of page)
      yield { row: Object.fromEntries(names.map((name, at) => [name, cells[at] ?? null])) };
}
