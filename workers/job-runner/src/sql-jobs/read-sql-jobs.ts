import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CodedError } from '@tributary/runtime';
import type { Job } from '../define-job.ts';
import { sqlJob } from './sql-job.ts';
import { parseSqlJob } from './sql-job-file.ts';

/** `workers/batch/`, as far from these sources as from what is built of them. */
const root = new URL('../../../batch/', import.meta.url);

/** The jobs declared in `workers/batch/<folder>/*.sql`, in the order of their paths. @throws CodedError as `sqlJobs` */
export function readSqlJobs(): readonly Job[] {
  const paths = readdirSync(fileURLToPath(root), { recursive: true, encoding: 'utf8' });
  return sqlJobs(
    paths
      .filter((path) => path.endsWith('.sql'))
      .sort()
      .map((path) => ({ path, text: readFileSync(new URL(path, root), 'utf8') })),
  );
}

/** @throws CodedError MODEL_INVALID naming the first file with faults, or two that declare one job */
export function sqlJobs(files: readonly { readonly path: string; readonly text: string }[]): readonly Job[] {
  const pathOf = new Map<string, string>();
  return files.map(({ path, text }) => {
    const file = parseSqlJob(path, text);
    const other = pathOf.get(file.name);
    if (other !== undefined)
      throw new CodedError(
        'MODEL_INVALID',
        `workers/batch/${other} and workers/batch/${path} both declare the job ${file.name}: give one of them another name (@job).`,
      );
    pathOf.set(file.name, path);
    return sqlJob(file);
  });
}
