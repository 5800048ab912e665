import { cancelRun, type DependencyCondition, redriveRun } from '@tributary/job-queue';
import { newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { type OpenQueue, openQueue, principal } from './open-queue.fixture.ts';

const after = (runId: string, condition: DependencyCondition = 'SUCCESS') => ({ runId, condition });
const failure = { code: 'X', message: 'x', retryable: false };

const cancel = (jobs: OpenQueue, id: string) =>
  jobs.relational.transaction((tx) =>
    cancelRun(tx, { workspaceId: jobs.workspaceId, id }, { clock: jobs.clock, actor: principal }),
  );

const redrive = (jobs: OpenQueue, id: string) =>
  jobs.relational.transaction((tx) =>
    redriveRun(tx, { workspaceId: jobs.workspaceId, id }, { clock: jobs.clock, principal }),
  );

/** Three runs in a row. */
async function chain(jobs: OpenQueue) {
  const [first, second, third] = [newId(), newId(), newId()];
  await jobs.queue.enqueueNow([
    jobs.request({ id: first }),
    jobs.request({ id: second, dependsOn: [after(first)] }),
    jobs.request({ id: third, dependsOn: [after(second, 'FINISH')] }),
  ]);
  return { first, second, third };
}

async function succeedNext(jobs: OpenQueue): Promise<readonly string[]> {
  const runs = await jobs.claim();
  await jobs.queue.succeed(runs.map(({ lease }) => ({ lease, output: null })));
  return runs.map(({ id }) => id);
}

test('a step that was cancelled with what it waits for is refused, names that, and follows it', async () => {
  await using jobs = await openQueue();
  const { first, second, third } = await chain(jobs);
  await cancel(jobs, first);
  for (const id of [second, third])
    await expect(redrive(jobs, id)).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
      message: expect.stringContaining(`run ${first}, which is CANCELLED: retry that one`),
      details: { state: 'CANCELLED', runId: first },
    });
  await redrive(jobs, first);
  const order = [await succeedNext(jobs), await succeedNext(jobs), await succeedNext(jobs)];
  expect(order).toEqual([[first], [second], [third]]);
});

test('a step that was cancelled alone runs when what it waits for has come to its end', async () => {
  await using jobs = await openQueue();
  const { first, second } = await chain(jobs);
  await cancel(jobs, second);
  expect(await redrive(jobs, second)).toMatchObject({ state: 'WAITING' });
  await cancel(jobs, second);
  expect(await succeedNext(jobs)).toEqual([first]);
  expect(await redrive(jobs, second)).toMatchObject({ state: 'QUEUED' });
});

test('a step whose turn can no longer come is refused, and what it waits for in vain is named', async () => {
  await using jobs = await openQueue();
  const [first, repair] = [newId(), newId()];
  await jobs.queue.enqueueNow([
    jobs.request({ id: first }),
    jobs.request({ id: repair, dependsOn: [after(first, 'FAILURE')] }),
  ]);
  await cancel(jobs, repair);
  await succeedNext(jobs);
  await expect(redrive(jobs, repair)).rejects.toMatchObject({
    code: 'STATE_CONFLICT',
    message: expect.stringContaining(`run ${first}, which is SUCCEEDED: it can no longer come to its turn`),
  });
});

test('a step that failed after it had begun is driven again, and waits for what is at work again', async () => {
  await using jobs = await openQueue();
  const [first, cleanUp] = [newId(), newId()];
  await jobs.queue.enqueueNow([
    jobs.request({ id: first }),
    jobs.request({ id: cleanUp, dependsOn: [after(first, 'FINISH')] }),
  ]);
  for (const id of [first, cleanUp]) {
    const runs = await jobs.claim();
    expect(runs.map((run) => run.id)).toEqual([id]);
    await jobs.queue.fail(runs.map((run) => ({ run, failure })));
  }
  await redrive(jobs, first);
  expect(await redrive(jobs, cleanUp)).toMatchObject({ state: 'WAITING' });
  expect([await succeedNext(jobs), await succeedNext(jobs)]).toEqual([[first], [cleanUp]]);
});

test('a step that is driven again beside what it waits for runs after it', async () => {
  await using jobs = await openQueue();
  for (let round = 0; round < 10; round += 1) {
    const { first, second, third } = await chain(jobs);
    await cancel(jobs, second);
    const [run] = await jobs.claim();
    if (run === undefined) throw new Error('the first is claimed');
    // What is driven again has it locked for a moment; then its end is written again, as runners do.
    const ended = eventually(async () => {
      expect(await jobs.queue.succeed([{ lease: run.lease, output: null }])).toHaveLength(1);
    });
    await Promise.all([ended, redrive(jobs, second)]);
    expect([run.id, await jobs.state(second)]).toEqual([first, 'QUEUED']);
    expect([await succeedNext(jobs), await succeedNext(jobs)]).toEqual([[second], [third]]);
  }
});
