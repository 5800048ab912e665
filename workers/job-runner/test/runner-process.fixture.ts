import { openBatchEngine } from '@tributary/engines/batch-engine/open';
import { openRelational } from '@tributary/engines/relational/open';
import { createJobQueue } from '@tributary/job-queue';
import { systemClock as clock, createLogger } from '@tributary/runtime';
import { startJobRunner } from '../src/runner.ts';
import { isolatedJobs } from './jobs.fixture.ts';
import { testRunnerSettings } from './runner-settings.fixture.ts';

/** A runner as a process of its own, for tests to kill. */
const [url = ''] = process.argv.slice(-1);
const log = createLogger({ name: 'fixture', level: 'silent' });
const relational = await openRelational(url, { dataDir: '', log });
const queue = createJobQueue({ relational, clock, log, random: () => 0 });
const graph = () => Promise.resolve({ data: null });
const describe = () => Promise.reject(new Error('no models'));
const engine = await openBatchEngine('embedded:', { clock });
const batch = {
  engine,
  gatewayUrl: 'http://127.0.0.1:9',
  doors: () => Promise.reject(new Error('no doors')),
};
const settings = testRunnerSettings('to be killed');
await startJobRunner({ queue, jobs: isolatedJobs, graph, describe, batch, clock, log, settings });
process.stdout.write('ready\n');
