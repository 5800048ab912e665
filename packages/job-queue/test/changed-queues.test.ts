import type { QueueChange } from '@tributary/job-queue';
import { expect, test } from 'vitest';
import { changed, type OpenQueue, openQueue } from './open-queue.fixture.ts';

const change = (jobs: OpenQueue, settings: Omit<QueueChange, 'name'>) =>
  changed(jobs, { name: 'default', ...settings });

/** As if this long had gone by since the queue was changed, and nobody had looked at it. */
const letGoBy = (jobs: OpenQueue, minutes: number) =>
  jobs.relational.query(`UPDATE jobs.queue SET sweep_until = sweep_until - $1 * interval '1 minute'`, [
    minutes,
  ]);

async function claimOne(jobs: OpenQueue) {
  const [run] = await jobs.claim();
  if (run === undefined) throw new Error('the run is claimed');
  return run;
}

/** The claim that sees a queue with limits for the first time takes from it last; two claims are enough in any order. */
const claimed = async (jobs: OpenQueue) =>
  [...(await jobs.claim()), ...(await jobs.claim())].map(({ id }) => id);

const waysBack: readonly [string, (jobs: OpenQueue, run: Awaited<ReturnType<typeof claimOne>>) => unknown][] =
  [
    ['given back', (jobs, run) => jobs.queue.release([run.lease])],
    ['taken from a runner that is gone', (jobs, run) => jobs.letPass(run.id, 31_000)],
    [
      'tried again after a failure',
      (jobs, run) =>
        jobs.queue.fail([
          {
            run: { ...run, retry: { maxAttempts: 3, backoffMs: 0, backoffMaxMs: 0 } },
            failure: { code: 'X', message: 'x', retryable: true },
          },
        ]),
    ],
    [
      'put back because it found no place',
      async (jobs, run) => {
        await jobs.queue.postpone([{ lease: run.lease, reason: { code: 'OVERLOADED', message: 'x' } }]);
        // Not now(): the processors of one machine may disagree by a millisecond on when that is.
        await jobs.relational.query(`UPDATE jobs.run SET run_at = now() - interval '1 second'`);
      },
    ],
  ];

test.each(waysBack)(
  'a run that worked while its queue was given a limit, and is %s long after, is claimed',
  async (_, putBack) => {
    await using jobs = await openQueue();
    const id = await jobs.enqueue();
    const run = await claimOne(jobs);
    await change(jobs, { concurrency: 1 });
    await letGoBy(jobs, 2);
    await jobs.queue.maintain();
    await putBack(jobs, run);
    await jobs.queue.maintain();
    expect(await claimed(jobs)).toEqual([id]);
  },
);

test.each(waysBack.slice(0, 2))(
  'a run that worked while its queue was paused, and is %s long after, is held until it is resumed',
  async (_, putBack) => {
    await using jobs = await openQueue();
    const id = await jobs.enqueue();
    const run = await claimOne(jobs);
    await change(jobs, { state: 'PAUSED' });
    await letGoBy(jobs, 2);
    await jobs.queue.maintain();
    await putBack(jobs, run);
    await jobs.queue.maintain();
    expect([await jobs.state(id), await claimed(jobs)]).toEqual(['HELD', []]);
    await change(jobs, { state: 'RUNNING' });
    await jobs.queue.maintain();
    expect(await claimed(jobs)).toEqual([id]);
  },
);

test('runs that wait go on after a change of their queue, however long nobody looked after it', async () => {
  await using jobs = await openQueue();
  await change(jobs, { state: 'PAUSED' });
  const held = await jobs.enqueue();
  await change(jobs, { state: 'RUNNING' });
  await letGoBy(jobs, 60);
  await jobs.queue.maintain();
  expect(await claimed(jobs)).toEqual([held]);
  const queued = await jobs.enqueue();
  await change(jobs, { concurrency: 10 });
  await letGoBy(jobs, 60);
  await jobs.queue.maintain();
  expect(await claimed(jobs)).toEqual([queued]);
});

test('a queue whose runs all fit is looked at no more once a minute has gone by, and again after the next change', async () => {
  await using jobs = await openQueue();
  const isSwept = async () => {
    await jobs.queue.maintain();
    const { rows } = await jobs.relational.query<{ swept: boolean }>(
      `SELECT sweep_until = '-infinity' AS swept FROM jobs.queue`,
    );
    return rows[0]?.swept;
  };
  await change(jobs, { concurrency: 1 });
  expect(await isSwept()).toBe(false);
  await letGoBy(jobs, 2);
  expect(await isSwept()).toBe(true);
  await change(jobs, { concurrency: 2 });
  expect(await isSwept()).toBe(false);
});

test('what waits for others is let go into a queue that was given a limit meanwhile', async () => {
  await using jobs = await openQueue();
  const first = await jobs.enqueue();
  const second = await jobs.enqueue({ dependsOn: [{ runId: first, condition: 'SUCCESS' }] });
  const run = await claimOne(jobs);
  await change(jobs, { concurrency: 1 });
  await jobs.queue.succeed([{ lease: run.lease, output: null }]);
  expect(await claimed(jobs)).toEqual([second]);
});
