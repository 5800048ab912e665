import { cancelRun, redriveRun } from '@tributary/job-queue';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { type OpenQueue, openQueue, principal } from './open-queue.fixture.ts';

const unique = { key: 'report' };

const redrive = (jobs: OpenQueue, id: string) =>
  jobs.relational.transaction((tx) =>
    redriveRun(tx, { workspaceId: jobs.workspaceId, id }, { clock: jobs.clock, principal }),
  );

const cancel = (jobs: OpenQueue, id: string) =>
  jobs.relational.transaction((tx) =>
    cancelRun(tx, { workspaceId: jobs.workspaceId, id }, { clock: jobs.clock, actor: principal }),
  );

test('a run whose unique key a later run has is not driven again while that one is not finished', async () => {
  await using jobs = await openQueue();
  const first = await jobs.enqueue({ unique });
  await cancel(jobs, first);
  const second = await jobs.enqueue({ unique });
  expect(second).not.toBe(first);
  await expect(redrive(jobs, first)).rejects.toMatchObject({
    code: 'STATE_CONFLICT',
    details: { state: 'QUEUED', runId: second },
  });
  expect(await jobs.state(first)).toBe('CANCELLED');
  await cancel(jobs, second);
  expect(await redrive(jobs, first)).toMatchObject({ id: first, state: 'QUEUED' });
  // It has its key again.
  expect(await jobs.enqueue({ unique })).toBe(first);
  await expect(redrive(jobs, second)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
});

test('what was skipped because of a run waits for it again with its own key, or keeps the run from being driven again', async () => {
  await using jobs = await openQueue();
  const first = await jobs.enqueue({ unique: { key: 'other' } });
  const behind = await jobs.enqueue({ unique, dependsOn: [{ runId: first, condition: 'SUCCESS' }] });
  await cancel(jobs, first);
  const later = await jobs.enqueue({ unique });
  await expect(redrive(jobs, first)).rejects.toMatchObject({ details: { runId: later } });
  expect([await jobs.state(first), await jobs.state(behind)]).toEqual(['CANCELLED', 'CANCELLED']);
  await cancel(jobs, later);
  await redrive(jobs, first);
  expect(await jobs.enqueue({ unique })).toBe(behind);
});

test('whoever enqueues while a run with the key is being driven again is answered that run', async () => {
  await using jobs = await openQueue();
  const first = await jobs.enqueue({ unique });
  await cancel(jobs, first);
  let enqueued: Promise<string> = Promise.resolve('');
  await jobs.relational.transaction(async (tx) => {
    await redriveRun(tx, { workspaceId: jobs.workspaceId, id: first }, { clock: jobs.clock, principal });
    enqueued = jobs.enqueue({ unique });
    await eventually(async () => {
      const { rowCount } = await jobs.relational.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(rowCount).toBe(1);
    });
  });
  expect(await enqueued).toBe(first);
});
