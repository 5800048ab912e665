import type { Sql } from '@tributary/engines/relational';
import { isGone } from '@tributary/job-queue';

/** A job as its runner told of it. */
export interface JobRecord {
  readonly name: string;
  readonly description: string;
  readonly queue: string;
  readonly inputSchema: unknown;
  readonly maxAttempts: number;
  readonly backoffMs: number;
  readonly backoffMaxMs: number;
  readonly timeLimitMs: number;
  /** Null where its runs have no process of their own. */
  readonly memoryMb: number | null;
}

const columns = `name, description, queue, input_schema AS "inputSchema", max_attempts AS "maxAttempts", backoff_ms AS "backoffMs",
  backoff_max_ms AS "backoffMaxMs", time_limit_ms AS "timeLimitMs", memory_mb AS "memoryMb"`;

/** What no runner names any more is no job. */
const known = `NOT (${isGone})`;

export async function allJobs(sql: Sql): Promise<readonly JobRecord[]> {
  const { rows } = await sql.query<JobRecord>(
    `SELECT ${columns} FROM jobs.definition d WHERE ${known} ORDER BY name LIMIT 1000`,
    [],
    'jobs_definitions',
  );
  return rows;
}

export async function jobsByNames(
  sql: Sql,
  names: readonly string[],
): Promise<ReadonlyMap<string, JobRecord>> {
  const { rows } = await sql.query<JobRecord>(
    `SELECT ${columns} FROM jobs.definition d WHERE name = ANY($1::text[]) AND ${known}`,
    [names],
    'jobs_definitions_by_name',
  );
  return new Map(rows.map((job) => [job.name, job]));
}
