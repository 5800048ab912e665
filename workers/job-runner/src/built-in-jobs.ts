import { type Job, jobsByName } from './define-job.ts';
import { importDataset } from './import-dataset/import-dataset.ts';
import { exportQuery } from './sql-jobs/export-query.ts';
import { readSqlJobs } from './sql-jobs/read-sql-jobs.ts';

/** The jobs every installation has: those in code, and those in SQL. @throws CodedError MODEL_INVALID for declarations that do not hold */
export function builtInJobs(): readonly Job[] {
  const jobs = [importDataset, exportQuery, ...readSqlJobs()];
  jobsByName(jobs);
  return jobs;
}
