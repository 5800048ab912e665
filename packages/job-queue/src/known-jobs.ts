import type { Sql } from '@tributary/engines/relational';
import { CodedError } from '@tributary/runtime';
import { goneJobSql, tellJobsSql } from './sql/known-jobs.ts';

/** A runner at work names its jobs: one that none of them names for three minutes is gone. */
export async function tellJobs(sql: Sql, names: readonly string[]): Promise<void> {
  await sql.query(tellJobsSql, [names], 'jobs_tell_jobs');
}

/** Nothing is started that nobody would ever begin. @throws CodedError NOT_FOUND for a job that is gone from the code */
export async function requireKnownJob(sql: Sql, job: string): Promise<void> {
  const { rowCount } = await sql.query(goneJobSql, [job], 'jobs_gone_job');
  if (rowCount > 0)
    throw new CodedError('NOT_FOUND', `There is no job ${job} here any more.`, {
      details: { argument: 'job' },
    });
}
