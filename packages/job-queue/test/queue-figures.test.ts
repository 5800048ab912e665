import { addQueueFigures, createJobQueue, runsEndedCounter } from '@tributary/job-queue';
import { createLogger, createMetrics } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { openQueue } from './open-queue.fixture.ts';

test('the figures tell how many runs each queue has in each state, and how many ended how', async () => {
  await using jobs = await openQueue();
  const metrics = createMetrics();
  addQueueFigures(metrics, jobs.relational);
  await using runner = createJobQueue({
    relational: jobs.relational,
    clock: jobs.clock,
    log: createLogger({ name: 'test', level: 'silent' }),
    random: () => 0,
    ended: runsEndedCounter(metrics),
  });
  for (let n = 0; n < 3; n += 1) await jobs.enqueue();
  await jobs.enqueue({ queue: 'imports' });
  const [run] = await jobs.claim(1);
  if (run === undefined) throw new TypeError('no run was claimed');
  expect(await metrics.metrics()).toContain('tributary_job_runs{queue="default",state="RUNNING"} 1');
  await runner.succeed([{ lease: run.lease, output: null }]);
  // Twice is once: the lease is lost.
  await runner.succeed([{ lease: run.lease, output: null }]);
  const figures = await metrics.metrics();
  expect(figures).toContain('tributary_job_runs{queue="default",state="QUEUED"} 2');
  expect(figures).toContain('tributary_job_runs{queue="imports",state="QUEUED"} 1');
  expect(figures).not.toContain('state="RUNNING"');
  expect(figures).toContain('tributary_job_runs_ended_total{state="SUCCEEDED"} 1');
});
