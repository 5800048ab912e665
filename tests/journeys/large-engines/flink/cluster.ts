import { parseFlinkUrl } from '@tributary/engines/stream-engine/flink-address';
import { FlinkGateway, type FlinkJob } from '@tributary/engines/stream-engine/flink-gateway';
import { inject } from 'vitest';

const address = () =>
  parseFlinkUrl(inject('engines')['FLINK_URL'] ?? 'missing: run npm run test:engines -- flink', 'FLINK_URL');

/** Jobs that have not ended, of whichever product. */
export async function runningJobs(): Promise<readonly FlinkJob[]> {
  return (await FlinkGateway.open(address())).jobs();
}

/** Ends all jobs: they belong to Flink, and outlive the product that started them. */
export async function endJobs(): Promise<void> {
  const gateway = await FlinkGateway.open(address());
  for (const { id } of await gateway.jobs()) await gateway.cancel(id);
}

/** The job that computes a pipeline. @throws Error when there is not exactly one */
export async function jobOf(pipeline: string): Promise<string> {
  const [job, ...more] = (await runningJobs()).filter(({ name }) => name.endsWith(` ${pipeline}`));
  if (job === undefined || more.length > 0)
    throw new Error(`${more.length + 1} jobs, or none, of ${pipeline}`);
  return job.id;
}

interface States {
  /** Where the job left its state when it was stopped. */
  readonly savepoint: string | undefined;
  /** Where the state lay that it began with. */
  readonly restored: string | undefined;
}

/** As Flink itself says it, which looks every few seconds. */
export async function statesOf(jobId: string): Promise<States> {
  const answer = await fetch(`${address().jobManagerUrl}/jobs/${jobId}/checkpoints`);
  const { latest } = (await answer.json()) as {
    readonly latest?: Record<
      'savepoint' | 'restored',
      { readonly external_path?: string } | null | undefined
    >;
  };
  return { savepoint: latest?.savepoint?.external_path, restored: latest?.restored?.external_path };
}
