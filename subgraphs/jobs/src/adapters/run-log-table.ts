import type { Sql } from '@tributary/engines/relational';
import type { LogLevel } from '@tributary/job-queue';
import { utc } from './run-table.ts';

export interface RunLogRecord {
  readonly seq: number;
  readonly at: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: unknown;
}

export interface RunLogPage {
  readonly workspaceId: string;
  readonly runId: string;
  /** The line before the page in its order; undefined for the first page. */
  readonly afterSeq: number | undefined;
  readonly newestFirst: boolean;
  readonly size: number;
}

/** Lines in the order asked for, and one more when there are more. */
export async function runLogPage(
  sql: Sql,
  { workspaceId, runId, afterSeq, newestFirst, size }: RunLogPage,
): Promise<readonly RunLogRecord[]> {
  const [beyond, direction] = newestFirst ? ['<', 'DESC'] : ['>', 'ASC'];
  const { rows } = await sql.query<RunLogRecord>(
    `SELECT seq, ${utc('at')} AS at, level, message, fields FROM jobs.run_log
     WHERE workspace_id = $1 AND run_id = $2 AND ($3::int IS NULL OR seq ${beyond} $3) ORDER BY seq ${direction} LIMIT $4`,
    [workspaceId, runId, afterSeq ?? null, size + 1],
    `jobs_run_log_${direction.toLowerCase()}`,
  );
  return rows;
}
