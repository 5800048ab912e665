import type { SqlCell, SqlRequest } from '../batch/sql-request.ts';
import type { JobContext } from '../job-context.ts';
import { type Cell, NoText, WrittenJson } from './cell-value.ts';
import type { ReadRow } from './read-row.ts';

/** As long as a line of a text may be: what is longer becomes no record, and goes through no process on its way to be refused. */
const largestRowBytes = 1024 * 1024;

/**
 * The rows of a Parquet file in their order, a page of them at a time, every reading the same. The batch engine reads them, row group by row group, and waits for whoever
 * takes them: neither it nor this process holds the file. A row that is too large stands in its place as a fault. @throws CodedError QUERY_INVALID for what is no Parquet
 */
export async function* parquetRows(
  { sql }: Pick<JobContext<unknown>, 'sql'>,
  file: string,
): AsyncGenerator<readonly ReadRow[]> {
  const { columns, pages } = await sql.rows({
    sql: 'SELECT * FROM dataset',
    tables: tablesOf(file),
    mostRowBytes: largestRowBytes,
  });
  const readers = columns.map((column) => ({ name: column.name, read: readerOf(column) }));
  const typed = columns.filter(({ type }) => type !== 'STRING' && type !== 'BINARY');
  yield [{ headings: columns.map(({ name }) => name), typed: new Set(typed.map(({ name }) => name)) }];
  for await (const page of pages)
    yield page.map((cells) =>
      cells.length === 0
        ? { fault: `it is longer than ${largestRowBytes} bytes` }
        : { row: Object.fromEntries(readers.map(({ name, read }, at) => [name, read(cells[at] ?? null)])) },
    );
}

/** Of what comes as a text and is none: numbers of more digits than a double has, and bytes. */
function readerOf({ type }: { readonly type: string }): (cell: SqlCell) => Cell {
  switch (type) {
    case 'DECIMAL':
    case 'BIGINT':
      return (cell) => (typeof cell === 'string' ? new WrittenJson(cell) : cell);
    case 'BINARY':
      return (cell) => (typeof cell === 'string' ? textOf(Buffer.from(cell, 'base64')) : cell);
    default:
      return (cell) => cell;
  }
}

/** Some writers leave texts without the mark that tells them from bytes (Parquet's logical type STRING). */
function textOf(bytes: Uint8Array): Cell {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new NoText();
  }
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
