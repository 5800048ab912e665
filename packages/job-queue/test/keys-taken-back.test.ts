import { cancelRun, redriveRun } from '@tributary/job-queue';
import { newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { type OpenQueue, openQueue, principal } from './open-queue.fixture.ts';

const unique = { key: 'report' };
const after = (runId: string) => ({ runId, condition: 'SUCCESS' as const });

const redrive = (jobs: OpenQueue, id: string) =>
  jobs.relational.transaction((tx) =>
    redriveRun(tx, { workspaceId: jobs.workspaceId, id }, { clock: jobs.clock, principal }),
  );

/** Ends all that can start with a failure that is not tried again. */
const fail = async (jobs: OpenQueue): Promise<void> => {
  const runs = await jobs.claim();
  await jobs.queue.fail(runs.map((run) => ({ run, failure: { code: 'X', message: 'x', retryable: false } })));
};

const states = (jobs: OpenQueue, ids: readonly string[]) => Promise.all(ids.map(jobs.state));

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
  const behind = await jobs.enqueue({ unique, dependsOn: [after(first)] });
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

test('of a graph whose keys held for a time that is over none is taken back: the same graph is made anew as a whole', async () => {
  await using jobs = await openQueue();
  const graph = async (): Promise<readonly string[]> => {
    const ids = [newId(), newId(), newId()];
    const requests = ids.map((id, at) =>
      jobs.request({
        id,
        unique: { key: `graph:${at}`, periodMs: 86_400_000 },
        dependsOn: ids.slice(0, at).slice(-1).map(after),
      }),
    );
    return (await jobs.queue.enqueueNow(requests)).map((run) => run.id);
  };
  const old = await graph();
  await jobs.queue.succeed((await jobs.claim()).map(({ lease }) => ({ lease, output: null })));
  await fail(jobs);
  expect(await states(jobs, old)).toEqual(['SUCCEEDED', 'FAILED', 'SKIPPED']);
  expect(await graph()).toEqual(old);
  await jobs.relational.query(`UPDATE jobs.unique_key SET until = until - interval '2 days'`);
  await redrive(jobs, old[1] ?? '');
  const fresh = await graph();
  expect(fresh.filter((id) => old.includes(id))).toEqual([]);
  expect(await states(jobs, fresh)).toEqual(['QUEUED', 'WAITING', 'WAITING']);
});

test('of several runs with one key that were skipped because of a run the one that has it waits for it again, with what hangs on that', async () => {
  await using jobs = await openQueue();
  const start = await jobs.enqueue();
  const before = await jobs.enqueue({ unique, dependsOn: [after(start)] });
  const behindBefore = await jobs.enqueue({ dependsOn: [after(before)] });
  await fail(jobs);
  const later = await jobs.enqueue({ unique, dependsOn: [after(start)] });
  const behindLater = await jobs.enqueue({ dependsOn: [after(later)] });
  const all = [before, behindBefore, later, behindLater];
  expect(await states(jobs, all)).toEqual(['SKIPPED', 'SKIPPED', 'SKIPPED', 'SKIPPED']);
  await redrive(jobs, start);
  expect(await states(jobs, all)).toEqual(['SKIPPED', 'SKIPPED', 'WAITING', 'WAITING']);
  expect(await jobs.enqueue({ unique })).toBe(later);
});

test('the run that is driven again has its key, also when what was skipped because of it took that meanwhile', async () => {
  await using jobs = await openQueue();
  const start = await jobs.enqueue({ unique });
  await fail(jobs);
  const later = await jobs.enqueue({ unique, dependsOn: [after(start)] });
  expect([later === start, await jobs.state(later)]).toEqual([false, 'SKIPPED']);
  await redrive(jobs, start);
  expect(await states(jobs, [start, later])).toEqual(['QUEUED', 'SKIPPED']);
  expect(await jobs.enqueue({ unique })).toBe(start);
});
