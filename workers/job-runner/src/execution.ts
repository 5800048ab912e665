import type { ClaimedRun } from '@tributary/job-queue';
import { type Clock, CodedError } from '@tributary/runtime';
import type { Job } from './define-job.ts';
import type { StopReason } from './held-runs.ts';
import { openJobContext } from './job-context.ts';
import type { RunPort } from './run-port.ts';

export interface Assignment {
  readonly run: ClaimedRun;
  readonly job: Job;
  readonly port: RunPort;
  readonly signal: AbortSignal;
  /** Why the signal has aborted. */
  readonly stopReason: () => StopReason | undefined;
  /** To be called as soon as it is known how the work ended, before what is left to write is written: from then on nothing stops it. */
  readonly workEnded: () => void;
}

/** Does the work of a run and answers its output. When the signal aborts it ends within the grace, whatever the job does; at once where it can when the lease is lost. */
export type Execution = (assignment: Assignment) => Promise<unknown>;

/** Runs jobs in this process. A job that does not heed its signal is left behind after the grace: what it writes then no longer counts. */
export function inlineExecution(settings: {
  readonly clock: Clock;
  readonly graceMs: number;
  readonly gatewayUrl: string;
}): Execution {
  const { clock, graceMs, gatewayUrl } = settings;
  return async ({ run, job, port, signal, workEnded }) => {
    const facts = { ...run, isFirst: run.lease.token === 1, gatewayUrl };
    await using open = openJobContext(facts, { port, signal, now: () => clock.now() });
    let overdue: NodeJS.Timeout | undefined;
    let onAbort = (): void => undefined;
    const left = new Promise<never>((_resolve, reject) => {
      onAbort = () => {
        overdue = setTimeout(
          () => reject(new CodedError('DEADLINE_EXCEEDED', 'The job did not stop when it was asked to.')),
          graceMs,
        );
      };
      signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([job.run(open.context), left]).finally(workEnded);
    } finally {
      signal.removeEventListener('abort', onAbort);
      clearTimeout(overdue);
    }
  };
}
