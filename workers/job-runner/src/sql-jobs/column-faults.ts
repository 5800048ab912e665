import type { SqlTable } from '../batch/sql-request.ts';
import type { JobContext } from '../job-context.ts';
import type { NeededColumn } from './sql-job-file.ts';

/** Types that stand in for each other: what computes with one does with the others. */
const alike: readonly (readonly string[])[] = [
  ['INT', 'BIGINT', 'DOUBLE', 'DECIMAL'],
  ['DATE', 'TIMESTAMP'],
];

export interface ColumnFault {
  readonly table: string;
  readonly column: string;
  /** Of the type that stands there; undefined where there is no such column. */
  readonly found: string | undefined;
  readonly needed: string;
}

/** What files that were given lack of what a job needs of them, by the columns that the engine reads out of them. */
export async function columnFaults(
  { sql }: Pick<JobContext<unknown>, 'sql'>,
  tables: readonly SqlTable[],
  needed: readonly NeededColumn[],
): Promise<readonly ColumnFault[]> {
  const faults: ColumnFault[] = [];
  for (const table of tables) {
    const wanted = needed.filter((column) => column.table === table.name);
    if (!('file' in table) || wanted.length === 0) continue;
    const { columns } = await sql.rows({ sql: `SELECT * FROM ${table.name} LIMIT 1`, tables: [table] });
    for (const { name, type } of wanted) {
      const found = columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
      if (found === undefined || !fits(found.type, type))
        faults.push({ table: table.name, column: name, found: found?.type, needed: type });
    }
  }
  return faults;
}

function fits(given: string, needed: string): boolean {
  return given === needed || alike.some((types) => types.includes(given) && types.includes(needed));
}
