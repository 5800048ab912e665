import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Job } from '../define-job.ts';
import { sqlJob } from './sql-job.ts';
import { parseSqlJob } from './sql-job-file.ts';

/** `workers/batch/`, as far from these sources as from what is built of them. */
const root = new URL('../../../batch/', import.meta.url);

/** The jobs declared in `workers/batch/<folder>/*.sql`, in the order of their paths. @throws TypeError naming the first file with faults */
export function readSqlJobs(): readonly Job[] {
  const paths = readdirSync(fileURLToPath(root), { recursive: true, encoding: 'utf8' });
  return paths
    .filter((path) => path.endsWith('.sql'))
    .sort()
    .map((path) => sqlJob(parseSqlJob(path, readFileSync(new URL(path, root), 'utf8'))));
}
