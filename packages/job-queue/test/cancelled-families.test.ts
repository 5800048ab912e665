import { cancelRun, enqueueBelow, redriveRun } from '@tributary/job-queue';
import { newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { type OpenQueue, openQueue, principal } from './open-queue.fixture.ts';

const cancel = (jobs: OpenQueue, id: string) =>
  jobs.relational.transaction((tx) =>
    cancelRun(tx, { workspaceId: jobs.workspaceId, id }, { clock: jobs.clock, actor: principal }),
  );

const redrive = (jobs: OpenQueue, id: string) =>
  jobs.relational.transaction((tx) =>
    redriveRun(tx, { workspaceId: jobs.workspaceId, id }, { clock: jobs.clock, principal }),
  );

async function isWaited(jobs: OpenQueue): Promise<void> {
  const { rowCount } = await jobs.relational.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  expect(rowCount).toBe(1);
}

test('a child that is written while its parent is being cancelled is cancelled with it', async () => {
  await using jobs = await openQueue();
  const { workspaceId, clock, relational } = jobs;
  const id = await jobs.enqueue();
  await jobs.claim();
  const [child, below] = [newId(), newId()];
  let cancelling: Promise<unknown> = Promise.resolve();
  await relational.transaction(async (tx) => {
    await enqueueBelow(tx, { workspaceId, id }, { requests: [jobs.request({ id: child })], clock });
    const dependsOn = [{ runId: child, condition: 'FINISH' as const }];
    await jobs.queue.enqueue(tx, [jobs.request({ id: below, dependsOn })]);
    cancelling = cancel(jobs, id);
    await eventually(() => isWaited(jobs));
  });
  await cancelling;
  expect(await Promise.all([child, below].map(jobs.state))).toEqual(['CANCELLED', 'CANCELLED']);
});

test('a parent that was cancelled and is driven again enqueues anew what was cancelled with it, and not what had ended', async () => {
  await using jobs = await openQueue();
  const id = await jobs.enqueue();
  const claimed = async (wanted: string) => {
    const run = (await jobs.claim(1)).find((each) => each.id === wanted);
    if (run === undefined) throw new Error('the run is claimed');
    return run;
  };
  const ask = () =>
    ['done', 'cancelled'].map((key) => ({ ...jobs.request({ job: 'other' }), unique: { key } }));
  const parent = await claimed(id);
  const [done, cancelled] = await jobs.queue.enqueueChildren(parent.lease, ask());
  await jobs.queue.succeed([{ lease: (await claimed(done?.id ?? '')).lease, output: null }]);
  await cancel(jobs, id);
  await jobs.queue.endCancelled([parent.lease]);
  await redrive(jobs, id);
  const again = await jobs.queue.enqueueChildren((await claimed(id)).lease, ask());
  expect(again.map(({ isNew }) => isNew)).toEqual([false, true]);
  expect(again[0]?.id).toBe(done?.id);
  expect(await jobs.state(cancelled?.id ?? '')).not.toBe(again[1]?.state);
});
