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
  readonly afterSeq: number;
  readonly size: number;
}

/** Lines in their order, and one more when there are more. */
export async function runLogPage(
  sql: Sql,
  { workspaceId, runId, afterSeq, size }: RunLogPage,
): Promise<readonly RunLogRecord[]> {
  const { rows } = await sql.query<RunLogRecord>(
    `SELECT seq, ${utc('at')} AS at, level, message, fields FROM jobs.run_log
     WHERE workspace_id = $1 AND run_id = $2 AND seq > $3 ORDER BY seq LIMIT $4`,
    [workspaceId, runId, afterSeq, size + 1],
    'jobs_run_log',
  );
  return rows;
}
