import { expect, test } from 'vitest';
import { editor, type OpenJobs, openJobs, viewer } from './open-jobs.ts';

/** Two runs, of which the second waits for the first; answers their ids. */
async function twoSteps(jobs: OpenJobs): Promise<readonly [string, string]> {
  const steps = [
    { name: 'first', job: { job: 'anything' } },
    { name: 'second', job: { job: 'anything' }, dependsOn: [{ step: 'first', condition: 'SUCCESS' }] },
  ];
  const dag = 'mutation ($steps: [DagStepInput!]!) { enqueueDag(steps: $steps) { id } }';
  const { data } = await jobs.ask(editor, dag, { steps });
  return data.enqueueDag.map(({ id }: { id: string }) => id);
}

test('a cancel of a finished run that ends what hangs on it is told for the audit log, and one that ends nothing is not', async () => {
  await using jobs = await openJobs();
  const [first, second] = await twoSteps(jobs);
  await jobs.queue.succeed((await jobs.claim()).map(({ lease }) => ({ lease, output: null })));
  const [running] = await jobs.claim();
  expect(running?.id).toBe(second);
  await jobs.takeEvents();
  const cancel = `mutation { cancelRun(id: "${first}") { state cancelRequested } }`;
  const steering = async () =>
    (await jobs.takeEvents()).filter(({ type }) => type === 'jobs.steering.run_cancelled');
  expect((await jobs.ask(editor, cancel)).data.cancelRun).toEqual({
    state: 'SUCCEEDED',
    cancelRequested: false,
  });
  const { data } = await jobs.ask(viewer, `{ run(id: "${second}") { cancelRequested } }`);
  expect(data.run).toEqual({ cancelRequested: true });
  expect(await steering()).toMatchObject([{ subject: `Run/${first}`, actorid: editor.id }]);
  await jobs.queue.endCancelled(running === undefined ? [] : [running.lease]);
  await jobs.ask(editor, cancel);
  expect(await steering()).toEqual([]);
});

test('a cancelled step is not driven again without what it waits for, which is named', async () => {
  await using jobs = await openJobs();
  const [first, second] = await twoSteps(jobs);
  await jobs.ask(editor, `mutation { cancelRun(id: "${first}") { id } }`);
  const retry = (id: string) => jobs.ask(editor, `mutation { retryRun(id: "${id}") { state } }`);
  const refused = await retry(second);
  expect(refused.codes).toEqual(['STATE_CONFLICT']);
  expect((await retry(first)).data.retryRun).toEqual({ state: 'QUEUED' });
  const { data } = await jobs.ask(viewer, `{ run(id: "${second}") { state } }`);
  expect(data.run).toEqual({ state: 'WAITING' });
});

test('a cancel of more runs than one part takes is passed on before it is answered, and told once for the audit log', async () => {
  await using jobs = await openJobs();
  const [first] = await twoSteps(jobs);
  await jobs.relational.query(
    `INSERT INTO jobs.run (workspace_id, id, job, queue, state, run_at, input, max_attempts, backoff_ms, backoff_max_ms, time_limit_ms, parent_id, origin, principal, created_at)
     SELECT workspace_id, gen_random_uuid(), job, queue, state, run_at, input, max_attempts, backoff_ms, backoff_max_ms, time_limit_ms, id, origin, principal, created_at
     FROM jobs.run, generate_series(1, 1100) WHERE id = $1`,
    [first],
  );
  await jobs.relational.query('UPDATE jobs.run SET children = 1100 WHERE id = $1', [first]);
  await jobs.takeEvents();
  await jobs.ask(editor, `mutation { cancelRun(id: "${first}") { state } }`);
  const { rows } = await jobs.relational.query(
    'SELECT state, count(*)::int AS n FROM jobs.run GROUP BY state',
  );
  expect(rows).toEqual([{ state: 'CANCELLED', n: 1_102 }]);
  const told = (await jobs.takeEvents()).map(({ type }) => type);
  expect(told.filter((type) => type === 'jobs.steering.run_cancelled')).toHaveLength(1);
  expect(told.filter((type) => type === 'jobs.run.cancelled')).toHaveLength(1_102);
});
