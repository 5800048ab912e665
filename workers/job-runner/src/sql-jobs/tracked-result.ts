import { CodedError } from '@tributary/runtime';
import type { SqlCell } from '../batch/sql-request.ts';
import { csvTable } from '../csv-table.ts';
import type { SqlRows } from '../job-context.ts';

/** A result that is told row by row is one for people; what has more rows is exported and not told. */
const mostRows = 20_000;
/** Of all its cells. It is held whole, as rows, as lines and as bytes, in the process of the runner, which other runs share. */
export const mostTrackedBytes = 32_000_000;
/** What a cell costs that has nothing in it. */
const cellBytes = 8;

/** A result as CSV. @throws CodedError QUERY_TOO_LARGE */
export async function trackedResult({ columns, pages }: SqlRows): Promise<string> {
  const rows: (readonly SqlCell[])[] = [];
  let bytes = 0;
  for await (const page of pages) {
    rows.push(...page);
    if (rows.length > mostRows) throw tooLarge(`${mostRows} rows`, { mostRows });
    bytes += page.flat().reduce<number>((sum, cell) => sum + sizeOf(cell), 0);
    if (bytes > mostTrackedBytes)
      throw tooLarge(`${mostTrackedBytes} bytes`, { mostBytes: mostTrackedBytes });
  }
  return csvTable(
    columns.map(({ name, type }) => ({ name, isText: type === 'STRING' || type === 'JSON' })),
    rows,
  );
}

function sizeOf(cell: SqlCell): number {
  return cellBytes + (typeof cell === 'string' ? Buffer.byteLength(cell) : 0);
}

function tooLarge(most: string, details: Readonly<Record<string, number>>): CodedError {
  return new CodedError('QUERY_TOO_LARGE', `A result that becomes a metric has ${most} at most.`, {
    details,
  });
}
