import type { Job } from './define-job.ts';
import { importDataset } from './import-dataset/import-dataset.ts';
import { exportQuery } from './sql-jobs/export-query.ts';
import { readSqlJobs } from './sql-jobs/read-sql-jobs.ts';

/** The jobs every installation has: those in code, and those in SQL. */
export function builtInJobs(): readonly Job[] {
  return [importDataset, exportQuery, ...readSqlJobs()];
}
