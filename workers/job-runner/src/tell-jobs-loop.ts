import { setTimeout as delay } from 'node:timers/promises';
import type { JobQueue } from '@tributary/job-queue';
import { type Clock, type Logger, tellTrouble } from '@tributary/runtime';
import type { Job } from './define-job.ts';

export interface TellJobsParts {
  readonly queue: Pick<JobQueue, 'tellJobs'>;
  readonly jobs: readonly Job[];
  readonly clock: Clock;
  readonly log: Logger;
}

const tellEveryMs = 45_000;

/** Names this runner's jobs every 45 seconds, until stopped, the first time at once: what no runner names any more is gone from the code. */
export async function tellJobsLoop(parts: TellJobsParts, signal: AbortSignal): Promise<void> {
  const { queue, jobs, clock, log } = parts;
  const names = jobs.map(({ name }) => name);
  const message = 'the jobs of this runner could not be told; trying again';
  const tell = tellTrouble({ log, clock, message, over: 'the jobs of this runner are told again' });
  while (!signal.aborted) {
    await queue.tellJobs(names).catch(tell);
    await delay(tellEveryMs, undefined, { signal }).catch(() => undefined);
  }
}
