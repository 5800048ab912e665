import { CodedError } from '@tributary/runtime';
import type { SqlCell } from '../batch/sql-request.ts';
import { csvTable } from '../csv-table.ts';
import type { SqlRows } from '../job-context.ts';

/** A result that is told row by row is one for people; what has more rows is exported and not told. */
const mostRows = 20_000;

/** A result as CSV. @throws CodedError QUERY_TOO_LARGE */
export async function trackedResult({ columns, pages }: SqlRows): Promise<string> {
  const rows: (readonly SqlCell[])[] = [];
  for await (const page of pages) {
    rows.push(...page);
    if (rows.length > mostRows)
      throw new CodedError(
        'QUERY_TOO_LARGE',
        `A result that becomes a metric has ${mostRows} rows at most.`,
        {
          details: { mostRows },
        },
      );
  }
  return csvTable(
    columns.map(({ name, type }) => ({ name, isText: type === 'STRING' || type === 'JSON' })),
    rows,
  );
}
