import type { Job } from './define-job.ts';
import { importDataset } from './import-dataset/import-dataset.ts';

/** The jobs every installation has. */
export const builtInJobs: readonly Job[] = [importDataset];
