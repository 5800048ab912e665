import { cancelRun, type DependencyCondition, redriveRun, replayRun } from '@tributary/job-queue';
import { newId } from '@tributary/runtime';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { settleWaitingSql } from '../src/sql/dependents.ts';
import { type OpenQueue, openQueue, principal } from './open-queue.fixture.ts';

const after = (runId: string, condition: DependencyCondition = 'SUCCESS') => ({ runId, condition });
const end = async (jobs: OpenQueue, ends: 'well' | 'badly' = 'well'): Promise<readonly string[]> => {
  const runs = await jobs.claim(100);
  if (ends === 'well') await jobs.queue.succeed(runs.map(({ lease }) => ({ lease, output: null })));
  else
    await jobs.queue.fail(
      runs.map((run) => ({ run, failure: { code: 'X', message: 'x', retryable: false } })),
    );
  return runs.map(({ id }) => id);
};
const cancel = (jobs: OpenQueue, id: string) =>
  jobs.relational.transaction((tx) =>
    cancelRun(tx, { workspaceId: jobs.workspaceId, id }, { clock: jobs.clock, actor: principal }),
  );

test('fan-out and fan-in: the last one starts when all before it have succeeded', async () => {
  await using jobs = await openQueue();
  const [start, left, right, last] = [newId(), newId(), newId(), newId()];
  await jobs.queue.enqueueNow([
    jobs.request({ id: last, dependsOn: [after(left), after(right)] }),
    jobs.request({ id: left, dependsOn: [after(start)] }),
    jobs.request({ id: right, dependsOn: [after(start)] }),
    jobs.request({ id: start }),
  ]);
  expect(await end(jobs)).toEqual([start]);
  expect(new Set(await end(jobs))).toEqual(new Set([left, right]));
  expect(await end(jobs)).toEqual([last]);
});

test('after a failure its branch runs, what needed success is skipped all the way down, and a last step runs anyway', async () => {
  await using jobs = await openQueue();
  const [start, good, further, repair, last] = [newId(), newId(), newId(), newId(), newId()];
  await jobs.queue.enqueueNow([
    jobs.request({ id: start }),
    jobs.request({ id: good, dependsOn: [after(start)] }),
    jobs.request({ id: further, dependsOn: [after(good)] }),
    jobs.request({ id: repair, dependsOn: [after(start, 'FAILURE')] }),
    jobs.request({ id: last, dependsOn: [after(further, 'FINISH'), after(start, 'FINISH')] }),
  ]);
  await end(jobs, 'badly');
  expect(await Promise.all([start, good, further].map(jobs.state))).toEqual(['FAILED', 'SKIPPED', 'SKIPPED']);
  expect(new Set(await end(jobs))).toEqual(new Set([repair, last]));
});

test('a run that depends on one that has ended already starts, or is skipped, at once', async () => {
  await using jobs = await openQueue();
  const ended = await jobs.enqueue();
  await end(jobs);
  const next = await jobs.enqueue({ dependsOn: [after(ended)] });
  const never = await jobs.enqueue({ dependsOn: [after(ended, 'FAILURE')] });
  expect([await jobs.state(next), await jobs.state(never)]).toEqual(['QUEUED', 'SKIPPED']);
});

test('nobody depends on what is not theirs', async () => {
  await using jobs = await openQueue();
  const foreign = await jobs.enqueue({ workspaceId: newId() });
  await expect(jobs.enqueue({ dependsOn: [after(foreign)] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('of two runs that end at the same moment one lets their dependent go', async () => {
  await using jobs = await openQueue();
  for (let round = 0; round < 20; round += 1) {
    const [left, right, last] = [newId(), newId(), newId()];
    await jobs.queue.enqueueNow([
      jobs.request({ id: left }),
      jobs.request({ id: right }),
      jobs.request({ id: last, dependsOn: [after(left), after(right)] }),
    ]);
    const runs = await jobs.claim();
    await Promise.all(runs.map(({ lease }) => jobs.queue.succeed([{ lease, output: null }])));
    expect(await jobs.state(last)).toBe('QUEUED');
    await end(jobs);
  }
});

test('a cancel takes along what hangs on the run: its children, theirs, and all that depends on them', async () => {
  await using jobs = await openQueue();
  const top = await jobs.enqueue();
  const dependent = await jobs.enqueue({ dependsOn: [after(top, 'FINISH')] });
  const bystander = await jobs.enqueue({ delayMs: 60_000 });
  const [run] = await jobs.claim();
  if (run === undefined) throw new Error('the run is claimed');
  const [child] = await jobs.queue.enqueueChildren(run.lease, [jobs.request()]);
  const [childRun] = await jobs.claim();
  if (child === undefined || childRun === undefined) throw new Error('the child is claimed');
  const [grandchild] = await jobs.queue.enqueueChildren(childRun.lease, [jobs.request()]);
  const { toTell } = await cancel(jobs, top);
  expect(new Set(toTell)).toEqual(new Set([top, child.id]));
  expect(await Promise.all([grandchild?.id ?? '', dependent, bystander].map(jobs.state))).toEqual([
    'CANCELLED',
    'CANCELLED',
    'DELAYED',
  ]);
  const beats = await jobs.queue.heartbeat([run.lease, childRun.lease], 1_000);
  expect(beats.every(({ cancelRequested }) => cancelRequested)).toBe(true);
  await expect(jobs.queue.enqueueChildren(run.lease, [jobs.request()])).rejects.toMatchObject({
    code: 'STATE_CONFLICT',
  });
  await jobs.queue.endCancelled([run.lease, childRun.lease]);
  expect(await Promise.all([top, child.id].map(jobs.state))).toEqual(['CANCELLED', 'CANCELLED']);
});

test('runs below runs are bounded in number and depth', async () => {
  await using jobs = await openQueue();
  await jobs.enqueue();
  for (let depth = 0; depth < 5; depth += 1) {
    const [run] = await jobs.claim();
    if (run === undefined) throw new Error('the run is claimed');
    await jobs.queue.enqueueChildren(run.lease, [jobs.request()]);
  }
  const [deepest] = await jobs.claim();
  if (deepest === undefined) throw new Error('the run is claimed');
  await expect(jobs.queue.enqueueChildren(deepest.lease, [jobs.request()])).rejects.toMatchObject({
    code: 'RUN_LIMIT',
  });
  const wide = await jobs.enqueue();
  const [run] = await jobs.claim();
  if (run === undefined) throw new Error('the run is claimed');
  await jobs.relational.query('UPDATE jobs.run SET children = 1000 WHERE id = $1', [wide]);
  await expect(jobs.queue.enqueueChildren(run.lease, [jobs.request()])).rejects.toMatchObject({
    code: 'RUN_LIMIT',
  });
});

test('a parent that is begun again has the children it had, finished or not, and they count once', async () => {
  await using jobs = await openQueue();
  const id = await jobs.enqueue();
  const claimed = async () => {
    const run = (await jobs.claim()).find((each) => each.id === id);
    if (run === undefined) throw new Error('the parent is claimed');
    return run;
  };
  const asked = ['a', 'b'].map((key) => ({ ...jobs.request({ job: 'other' }), unique: { key } }));
  const again = () => asked.map((request) => ({ ...request, id: newId() }));
  const first = await jobs.queue.enqueueChildren((await claimed()).lease, asked);
  await jobs.queue.succeed((await jobs.claim(1)).map((run) => ({ lease: run.lease, output: null })));
  await jobs.relational.query('UPDATE jobs.run SET children = 1000 WHERE id = $1', [id]);
  await jobs.letPass(id, 60_000);
  await jobs.queue.maintain();
  const { lease } = await claimed();
  const second = await jobs.queue.enqueueChildren(lease, again());
  expect(second.map((run) => [run.id, run.isNew])).toEqual(first.map((run) => [run.id, false]));
  // Another parent's child of the same key is its own once that one has finished.
  const [other] = await jobs.queue.enqueueNow([jobs.request()]);
  const stranger = (await jobs.claim()).find((run) => run.id === other?.id);
  if (stranger === undefined) throw new Error('the other parent is claimed');
  const theirs = await jobs.queue.enqueueChildren(stranger.lease, again());
  expect(theirs.map((run) => run.isNew)).toEqual([true, false]);
});

test('a dead letter is driven again, and what was skipped because of it runs after it', async () => {
  await using jobs = await openQueue();
  const [start, next, further] = [newId(), newId(), newId()];
  await jobs.queue.enqueueNow([
    jobs.request({ id: start }),
    jobs.request({ id: next, dependsOn: [after(start)] }),
    jobs.request({ id: further, dependsOn: [after(next)] }),
  ]);
  await end(jobs, 'badly');
  const redrive = () =>
    jobs.relational.transaction((tx) =>
      redriveRun(tx, { workspaceId: jobs.workspaceId, id: start }, { clock: jobs.clock, principal }),
    );
  await redrive();
  await expect(redrive()).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  expect([await end(jobs), await end(jobs), await end(jobs)]).toEqual([[start], [next], [further]]);
});

test('a replay is a new run with the original input', async () => {
  await using jobs = await openQueue();
  const id = await jobs.enqueue({ input: { rows: [1, 2] }, priority: 3 });
  await end(jobs);
  const again = await jobs.relational.transaction((tx) =>
    replayRun(tx, { workspaceId: jobs.workspaceId, id }, { clock: jobs.clock, principal }),
  );
  expect(again.id).not.toBe(id);
  expect(await jobs.claim()).toMatchObject([{ id: again.id, input: { rows: [1, 2] }, priority: 3 }]);
});

test('property: in any graph no run starts before what it depends on has ended, and every run ends', async () => {
  await using jobs = await openQueue();
  const graphs = fc.array(
    fc.array(fc.tuple(fc.nat(), fc.constantFrom('SUCCESS', 'FAILURE', 'FINISH')), { maxLength: 3 }),
    {
      minLength: 1,
      maxLength: 10,
    },
  );
  await fc.assert(
    fc.asyncProperty(graphs, fc.infiniteStream(fc.boolean()), async (nodes, outcomes) => {
      const ids = nodes.map(() => newId());
      const requests = nodes.map((edges, n) => {
        const dependsOn =
          n === 0
            ? []
            : edges.map(([to, condition]) => after(ids[to % n] ?? '', condition as DependencyCondition));
        return jobs.request({
          id: ids[n] ?? '',
          dependsOn: [...new Map(dependsOn.map((edge) => [edge.runId, edge])).values()],
        });
      });
      await jobs.queue.enqueueNow(requests);
      const expected = new Map<string, 'SUCCEEDED' | 'FAILED' | 'SKIPPED'>();
      for (;;) {
        const [run] = await jobs.claim(1);
        if (run === undefined) break;
        const request = requests.find(({ id }) => id === run.id);
        for (const { runId, condition } of request?.dependsOn ?? []) {
          const state = await jobs.state(runId);
          if (condition === 'SUCCESS') expect(state).toBe('SUCCEEDED');
          if (condition === 'FAILURE') expect(state).toBe('FAILED');
          if (condition === 'FINISH') expect(['SUCCEEDED', 'FAILED', 'SKIPPED']).toContain(state);
        }
        const succeeds = outcomes.next().value === true;
        expected.set(run.id, succeeds ? 'SUCCEEDED' : 'FAILED');
        if (succeeds) await jobs.queue.succeed([{ lease: run.lease, output: null }]);
        else await jobs.queue.fail([{ run, failure: { code: 'X', message: 'x', retryable: false } }]);
      }
      for (const { id } of requests)
        expect(await jobs.state(id ?? '')).toBe(expected.get(id ?? '') ?? 'SKIPPED');
    }),
    { numRuns: 40 },
  );
});

interface PlanNode {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly PlanNode[];
}

/** Rows that all steps of a plan handed on. */
const handedOn = (node: PlanNode): number =>
  node['Actual Rows'] * node['Actual Loops'] +
  (node.Plans ?? []).reduce((sum, part) => sum + handedOn(part), 0);

test('what is read to let runs go is what they wait for, however much else waits, with figures for the planner and without', async () => {
  await using jobs = await openQueue();
  const ids = Array.from({ length: 60 }, () => newId());
  await jobs.queue.enqueueNow(
    ids.map((id, at) => jobs.request({ id, dependsOn: ids.slice(0, at).map((of) => after(of)) })),
  );
  const edges = (60 * 59) / 2;
  await jobs.relational.query(
    `INSERT INTO jobs.run (workspace_id, id, job, queue, state, run_at, input, max_attempts, backoff_ms, backoff_max_ms, time_limit_ms, origin, principal, created_at)
     SELECT $1, gen_random_uuid(), 'other', 'default', 'WAITING', now(), '{}', 1, 1, 1, 1, 'api', '{}', now() FROM generate_series(1, 2000)`,
    [jobs.workspaceId],
  );
  for (const prepare of ['SELECT 1', 'ANALYZE jobs.run, jobs.dependency']) {
    await jobs.relational.query(prepare, []);
    const { rows } = await jobs.relational.query<{ 'QUERY PLAN': readonly [{ readonly Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${settleWaitingSql}`,
      [jobs.workspaceId, ids],
    );
    const [explained] = rows[0]?.['QUERY PLAN'] ?? [];
    if (explained === undefined) throw new Error('It was not explained.');
    const read = handedOn(explained.Plan);
    expect(read).toBeGreaterThanOrEqual(2 * edges);
    expect(read).toBeLessThanOrEqual(6 * edges + 2_060);
  }
});
