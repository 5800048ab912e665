import { CodedError } from '@tributary/runtime';
import type { SqlCell, SqlRequest } from '../batch/sql-request.ts';
import type { JobContext } from '../job-context.ts';
import { type Cell, NoText, UntoldMoment, UntoldNumber, WrittenJson } from './cell-value.ts';
import type { ImportInput } from './import-input.ts';
import type { ReadRow } from './read-row.ts';

/** As long as a line of a text may be: what is longer becomes no record, and goes through no process on its way to be refused. */
const largestRowBytes = 1024 * 1024;
/** Of names, in a query that may have 20,000 with what stands around them. */
const mostSqlCharacters = 19_000;

type Sql = Pick<JobContext<unknown>, 'sql'>['sql'];

/**
 * The rows of a Parquet file in their order, a page of them at a time, every reading the same, with the columns that the mapping names, or all without one. The
 * batch engine reads them, row group by row group, and waits for whoever takes them: neither it nor this process holds the file. A row that is too large stands in
 * its place as a fault. @throws CodedError QUERY_INVALID for what is no Parquet
 */
export async function* parquetRows(
  { sql }: Pick<JobContext<unknown>, 'sql'>,
  file: string,
  mapping?: ImportInput['mapping'],
): AsyncGenerator<readonly ReadRow[]> {
  const { columns, pages } = await mappedColumns(sql, file, mapping);
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

/** What nobody maps is not read: it may be what nobody can read. Of a mapping that does not fit all columns are named. */
async function mappedColumns(sql: Sql, file: string, mapping: ImportInput['mapping'] = {}) {
  const read = (columns: string) =>
    sql.rows({
      sql: `SELECT ${columns} FROM dataset`,
      tables: tablesOf(file),
      mostRowBytes: largestRowBytes,
      handsOverMoments: true,
    });
  const choices = Object.values(mapping).map((choice) =>
    typeof choice === 'string' ? choice : choice.column,
  );
  const picked = [...new Set(choices)].map((column) => `"${column.replaceAll('"', '""')}"`).join(', ');
  if (picked === '' || picked.length > mostSqlCharacters) return read('*');
  return read(picked).catch((error: unknown) => {
    if (error instanceof CodedError && error.code === 'QUERY_INVALID') return read('*');
    throw error;
  });
}

/** Of what comes as a text and is none: numbers of more digits than a double has, and bytes. */
function readerOf({ type }: { readonly type: string }): (cell: SqlCell) => Cell {
  switch (type) {
    case 'DECIMAL':
    case 'BIGINT':
      return (cell) => (typeof cell === 'string' ? new WrittenJson(cell) : cell);
    case 'DATE':
    case 'TIMESTAMP':
      return (cell) => (typeof cell === 'string' && !isMoment.test(cell) ? new UntoldMoment(cell) : cell);
    case 'JSON':
      return (cell) => (typeof cell === 'string' && holdsUntoldNumber(cell) ? new UntoldNumber() : cell);
    case 'BINARY':
      return (cell) => (typeof cell === 'string' ? textOf(Buffer.from(cell, 'base64')) : cell);
    default:
      return (cell) => cell;
  }
}

/** What is nested comes as JSON, but for the numbers that JSON has no words for. */
function holdsUntoldNumber(text: string): boolean {
  if (!/NaN|Infinity/.test(text)) return false;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

const isMoment = /^\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?$/;

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
