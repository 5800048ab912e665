import { newId } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { admin, editor, member, openJobs, stranger, viewer } from './open-jobs.ts';

const enqueue = `mutation ($input: EnqueueJobInput!) { enqueueJob(input: $input) { isNew run {
  id jobName state priority input attempt origin queue startedBy { kind id user { id } } job { description } } } }`;

test('an editor enqueues a job, and everybody of the workspace sees whose it is and how it is', async () => {
  await using jobs = await openJobs();
  const { data } = await jobs.ask(editor, enqueue, {
    input: { job: 'greet', input: { name: 'Ada' }, priority: 3 },
  });
  expect(data.enqueueJob).toMatchObject({
    isNew: true,
    run: {
      jobName: 'greet',
      state: 'QUEUED',
      priority: 3,
      input: { name: 'Ada' },
      origin: 'api',
      startedBy: { kind: 'user', id: editor.id, user: { id: editor.id } },
      job: { description: 'A job of the tests.' },
    },
  });
  const seen = await jobs.ask(viewer, 'query ($id: ID!) { run(id: $id) { state } }', {
    id: data.enqueueJob.run.id,
  });
  expect(seen.data.run).toEqual({ state: 'QUEUED' });
});

test.each([
  [{ job: 'nothing' }, 'NOT_FOUND'],
  [{ job: 'greet', input: { name: 7 } }, 'BAD_USER_INPUT'],
  [{ job: 'greet', input: { name: 'x', other: 1 } }, 'BAD_USER_INPUT'],
  [{ job: 'anything', input: 'x'.repeat(300_000) }, 'PAYLOAD_TOO_LARGE'],
  [{ job: 'anything', input: { text: '\u0000' } }, 'BAD_USER_INPUT'],
  [{ job: 'anything', priority: 101 }, 'BAD_USER_INPUT'],
  [{ job: 'anything', delayMs: -1 }, 'BAD_USER_INPUT'],
  [{ job: 'anything', runAt: 'tomorrow' }, 'BAD_USER_INPUT'],
  [{ job: 'anything', delayMs: 1, runAt: '2030-01-01T00:00:00Z' }, 'BAD_USER_INPUT'],
  [{ job: 'anything', timeLimitMs: 14_400_001 }, 'BAD_USER_INPUT'],
  [{ job: 'anything', timeLimitMs: 999 }, 'BAD_USER_INPUT'],
  [{ job: 'anything', uniqueForMs: 5 }, 'BAD_USER_INPUT'],
  [{ job: 'anything', uniqueKey: 'x', uniqueForMs: 2 ** 31 }, 'BAD_USER_INPUT'],
  [{ job: 'anything', delayMs: 2 ** 31 }, 'BAD_USER_INPUT'],
  [{ job: 'anything', queue: '' }, 'BAD_USER_INPUT'],
  [{ job: 'anything', queue: 'my queue' }, 'BAD_USER_INPUT'],
  [{ job: 'anything', runAt: '0001-01-01T00:00:00Z' }, 'BAD_USER_INPUT'],
  [{ job: 'anything', runAt: '9999-01-01T00:00:00Z' }, 'BAD_USER_INPUT'],
  [{ job: 'anything', uniqueKey: 'x'.repeat(201) }, 'BAD_USER_INPUT'],
  [{ job: 'anything', uniqueKey: 'schedule:1:2030-01-01T00:00:00.000Z' }, 'BAD_USER_INPUT'],
  [{ job: 'anything', uniqueKey: 'hook:1:call' }, 'BAD_USER_INPUT'],
  [{ job: 'anything', uniqueKey: 'graph:1' }, 'BAD_USER_INPUT'],
  [{ job: 'anything', dependsOn: [{ runId: newId() }] }, 'NOT_FOUND'],
  [{ job: 'anything', dependsOn: [{ runId: "' OR 1=1" }] }, 'NOT_FOUND'],
])('asking for %j is refused as %s, and enqueues nothing', async (input, code) => {
  await using jobs = await openJobs();
  expect((await jobs.ask(editor, enqueue, { input })).codes).toEqual([code]);
  expect(await jobs.takeEvents()).toEqual([]);
});

test('a moment that has just passed is now, and puts a run before no other', async () => {
  await using jobs = await openJobs();
  const askedAtMs = Date.now();
  const id = await jobs.enqueue({ runAt: new Date(askedAtMs - 3_600_000).toISOString() });
  const { data } = await jobs.ask(viewer, 'query ($id: ID!) { run(id: $id) { state runAt } }', { id });
  expect(data.run.state).toBe('QUEUED');
  expect(Date.parse(data.run.runAt)).toBeGreaterThanOrEqual(askedAtMs);
});

test('a condition on runs that says nothing is refused rather than dropped', async () => {
  await using jobs = await openJobs();
  await jobs.enqueue();
  const query = 'query ($where: RunWhere) { runs(where: $where) { nodes { id } } }';
  for (const where of [{ job: null }, { job: {} }, { job: { eq: null } }, { job: { eq: 'x', in: null } }])
    expect((await jobs.ask(editor, query, { where })).codes).toEqual(['BAD_USER_INPUT']);
  for (const where of [null, {}, { job: { in: ['anything'] } }])
    expect((await jobs.ask(editor, query, { where })).data.runs.nodes).toHaveLength(1);
});

test('viewers enqueue and cancel nothing, editors leave queues and schedules alone, keys need the scope', async () => {
  await using jobs = await openJobs();
  const id = await jobs.enqueue();
  const cancel = `mutation { cancelRun(id: "${id}") { id } }`;
  expect((await jobs.ask(viewer, cancel)).codes).toEqual(['FORBIDDEN']);
  expect((await jobs.ask(editor, 'mutation { pauseQueue(name: "default") { name } }')).codes).toEqual([
    'FORBIDDEN',
  ]);
  const reader = member('ADMIN', { kind: 'apiKey', scopes: ['jobs:read'] });
  expect((await jobs.ask(reader, cancel)).codes).toEqual(['FORBIDDEN']);
  expect((await jobs.ask(reader, `{ run(id: "${id}") { id } }`)).data.run).toEqual({ id });
  expect((await jobs.ask(member(null), `{ run(id: "${id}") { id } }`)).codes).toEqual(['FORBIDDEN']);
});

test('runs of another workspace are neither seen, cancelled, driven again, replayed nor depended on', async () => {
  await using jobs = await openJobs();
  const id = await jobs.enqueue();
  expect(
    (await jobs.ask(stranger, `{ run(id: "${id}") { id } runs { nodes { id } } queues { nodes { name } } }`))
      .data,
  ).toEqual({
    run: null,
    runs: { nodes: [] },
    queues: { nodes: [] },
  });
  const entities = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Run { id } } }`;
  const r = [
    { __typename: 'Run', id },
    { __typename: 'Run', id: { x: 1 } },
  ];
  expect((await jobs.ask(stranger, entities, { r })).data._entities).toEqual([null, null]);
  for (const field of ['cancelRun', 'retryRun', 'replayRun'])
    expect((await jobs.ask(stranger, `mutation { ${field}(id: "${id}") { id } }`)).codes).toEqual([
      'NOT_FOUND',
    ]);
  const dependent = { job: 'anything', dependsOn: [{ runId: id }] };
  expect((await jobs.ask(stranger, enqueue, { input: dependent })).codes).toEqual(['NOT_FOUND']);
  expect((await jobs.claim()).map((run) => run.id)).toEqual([id]);
});

test('lists page through all runs once, in either order, and filter by what a run is', async () => {
  await using jobs = await openJobs();
  const ids: string[] = [];
  for (let n = 0; n < 5; n += 1) ids.push(await jobs.enqueue({ queue: n % 2 === 0 ? 'even' : 'odd' }));
  const list = `query ($after: Cursor, $where: RunWhere, $d: SortDirection!) { runs(first: 2, after: $after, where: $where,
    orderBy: { createdAt: $d }) { nodes { id } pageInfo { hasNextPage endCursor } } }`;
  for (const d of ['ASC', 'DESC']) {
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const { runs } = (await jobs.ask(viewer, list, { after, d })).data as {
        runs: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      };
      seen.push(...runs.nodes.map(({ id }) => id));
      if (!runs.pageInfo.hasNextPage) break;
      after = runs.pageInfo.endCursor;
      const turned = { after, d: d === 'ASC' ? 'DESC' : 'ASC' };
      expect((await jobs.ask(viewer, list, turned)).codes).toEqual(['CURSOR_INVALID']);
    }
    expect(seen).toEqual(d === 'ASC' ? ids : [...ids].reverse());
  }
  const only = async (where: object) =>
    (
      await jobs.ask(
        viewer,
        '($where: RunWhere) { runs(where: $where) { nodes { id } } }'.replace('(', 'query ('),
        { where },
      )
    ).data.runs.nodes.length;
  expect(await only({ queue: { eq: 'odd' } })).toBe(2);
  expect(await only({ queue: { in: ['odd', 'even'] }, state: { eq: 'QUEUED' } })).toBe(5);
  expect(await only({ state: { in: ['FAILED'] } })).toBe(0);
  expect(await only({ id: { eq: ids[0] } })).toBe(1);
  expect(await only({ id: { eq: "x' OR true --" } })).toBe(0);
  expect(await only({ startedBy: { eq: editor.id } })).toBe(5);
  expect((await jobs.ask(viewer, list, { after: 'forged', d: 'ASC' })).codes).toEqual(['CURSOR_INVALID']);
});

test('a failed run shows why, is a dead letter, and is driven again, with its log and its attempts counted on', async () => {
  await using jobs = await openJobs();
  const id = await jobs.enqueue();
  const [run] = await jobs.claim();
  if (run === undefined) throw new Error('the run is claimed');
  await jobs.queue.log(run.lease, [{ level: 'WARN', message: 'odd row', fields: { row: 7 }, atMs: 0 }]);
  await jobs.queue.fail([{ run, failure: { code: 'NOT_FOUND', message: 'No file.', retryable: false } }]);
  const dead = `{ deadLetters(job: "anything") { nodes { id error { code message } finishedAt
    logs { nodes { seq level message fields at } } } } }`;
  expect((await jobs.ask(viewer, dead)).data.deadLetters.nodes).toMatchObject([
    {
      id,
      error: { code: 'NOT_FOUND', message: 'No file.' },
      logs: {
        nodes: [
          { seq: 1, level: 'WARN', message: 'odd row', fields: { row: 7 }, at: '1970-01-01T00:00:00.000Z' },
        ],
      },
    },
  ]);
  const retry = `mutation { retryRun(id: "${id}") { state attempt maxAttempts } }`;
  expect((await jobs.ask(editor, retry)).data.retryRun).toEqual({
    state: 'QUEUED',
    attempt: 1,
    maxAttempts: 2,
  });
  expect((await jobs.ask(editor, retry)).codes).toEqual(['STATE_CONFLICT']);
});

test('a replay is another run with the same input, which says what it repeats', async () => {
  await using jobs = await openJobs();
  const id = await jobs.enqueue({ input: { rows: 3 } });
  const { data } = await jobs.ask(editor, `mutation { replayRun(id: "${id}") { id input replayOf { id } } }`);
  expect(data.replayRun).toMatchObject({ input: { rows: 3 }, replayOf: { id } });
  expect(data.replayRun.id).not.toBe(id);
});

test('a graph of steps is enqueued whole, and shows what waits for what', async () => {
  await using jobs = await openJobs();
  const dag = `mutation ($steps: [DagStepInput!]!) { enqueueDag(steps: $steps) { id state dependencies { condition run { id } } } }`;
  const step = (name: string, ...needs: (string | [string, string])[]) => ({
    name,
    job: { job: 'anything' },
    dependsOn: needs.map((need) =>
      typeof need === 'string' ? { step: need } : { step: need[0], condition: need[1] },
    ),
  });
  const steps = [step('load', 'fetch'), step('fetch'), step('repair', ['load', 'FAILURE'])];
  const [load, fetch, repair] = (await jobs.ask(editor, dag, { steps })).data.enqueueDag;
  expect([load.state, fetch.state, repair.state]).toEqual(['WAITING', 'QUEUED', 'WAITING']);
  expect(repair.dependencies).toEqual([{ condition: 'FAILURE', run: { id: load.id } }]);
  const wrong = [
    [step('a', 'b'), step('b', 'a')],
    [step('a'), step('a')],
    [step('a', 'nobody')],
    [],
    Array.from({ length: 101 }, (_, n) => step(`s${n}`)),
  ];
  for (const broken of wrong)
    expect((await jobs.ask(editor, dag, { steps: broken })).codes).toEqual(['BAD_USER_INPUT']);
  expect((await jobs.ask(viewer, '{ runs { nodes { id } } }')).data.runs.nodes).toHaveLength(3);
});

test('the steps of a graph are counted before any of them is read', async () => {
  await using jobs = await openJobs();
  const refused = async (count: number) => {
    const steps = Array.from({ length: count }, (_, at) => ({ name: `s${at}\0`, job: { job: 'nobody' } }));
    const asked = `mutation ($steps: [DagStepInput!]!) { enqueueDag(steps: $steps) { id } }`;
    return (await jobs.ask(editor, asked, { steps })).details[0];
  };
  expect(await refused(3_000)).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'steps' });
  expect(await refused(1)).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'steps.0.name' });
});

test('what a run enqueues through the graph is below it: bounded in number, and cancelled with it', async () => {
  await using jobs = await openJobs();
  const id = await jobs.enqueue();
  await jobs.claim();
  const acting = { ...editor, runId: id };
  const child = await jobs.enqueue({}, acting);
  const shown = `{ run(id: "${child}") { origin parent { id } } }`;
  expect((await jobs.ask(viewer, shown)).data.run).toEqual({ origin: 'run', parent: { id } });
  await jobs.relational.query('UPDATE jobs.run SET children = 1000 WHERE id = $1', [id]);
  expect((await jobs.ask(acting, enqueue, { input: { job: 'anything' } })).codes).toEqual(['RUN_LIMIT']);
  await jobs.ask(editor, `mutation { cancelRun(id: "${id}") { state cancelRequested } }`);
  expect((await jobs.ask(viewer, `{ run(id: "${child}") { state } }`)).data.run.state).toBe('CANCELLED');
  expect((await jobs.ask(acting, enqueue, { input: { job: 'anything' } })).codes).toEqual(['STATE_CONFLICT']);
});

test('admins pause, resume, drain and limit queues', async () => {
  await using jobs = await openJobs();
  const id = await jobs.enqueue();
  const queue = (field: string) =>
    jobs.ask(admin, `mutation { ${field} { name state concurrency depth { state runs } } }`);
  expect((await queue('pauseQueue(name: "default")')).data.pauseQueue).toMatchObject({ state: 'PAUSED' });
  expect(await jobs.claim()).toEqual([]);
  expect((await queue('resumeQueue(name: "default")')).data.resumeQueue).toMatchObject({ state: 'RUNNING' });
  expect((await jobs.claim()).map((run) => run.id)).toEqual([id]);
  await queue('drainQueue(name: "default")');
  expect((await jobs.ask(editor, enqueue, { input: { job: 'anything' } })).codes).toEqual(['QUEUE_DRAINING']);
  const limited = await queue('limitQueue(name: "default", limits: { concurrency: 2 })');
  expect(limited.data.limitQueue).toMatchObject({
    concurrency: 2,
    state: 'DRAINING',
    depth: [{ state: 'RUNNING', runs: 1 }],
  });
  for (const wrong of ['limitQueue(name: "default", limits: { concurrency: -1 })', 'pauseQueue(name: "a b")'])
    expect((await queue(wrong)).codes).toEqual(['BAD_USER_INPUT']);
});

test('who cancelled, drove again, replayed, paused and drained is told for the audit log', async () => {
  await using jobs = await openJobs();
  const id = await jobs.enqueue();
  await jobs.ask(editor, `mutation { cancelRun(id: "${id}") { id } }`);
  await jobs.ask(editor, `mutation { retryRun(id: "${id}") { id } }`);
  const replay = await jobs.ask(editor, `mutation { replayRun(id: "${id}") { id } }`);
  await jobs.queue.succeed((await jobs.claim()).map(({ lease }) => ({ lease, output: null })));
  // It has finished: nothing is done to it.
  await jobs.ask(editor, `mutation { cancelRun(id: "${id}") { id } }`);
  await jobs.ask(admin, 'mutation { pauseQueue(name: "default") { name } }');
  await jobs.ask(admin, 'mutation { drainQueue(name: "default") { name } }');
  const told = (await jobs.takeEvents())
    .filter(({ type }) => /^jobs\.(steering|queue)\./.test(type))
    .map(({ type, subject, actorid, data }) => ({ type, subject, actorid, data }));
  const of = { id, job: 'anything', queue: 'default' };
  const steering = { subject: `Run/${id}`, actorid: editor.id };
  const queue = { type: 'jobs.queue.changed', subject: 'Queue/default', actorid: admin.id };
  expect(told).toEqual([
    { ...steering, type: 'jobs.steering.run_cancelled', data: of },
    { ...steering, type: 'jobs.steering.run_driven_again', data: of },
    { ...steering, type: 'jobs.steering.run_replayed', data: { ...of, newRunId: replay.data.replayRun.id } },
    { ...queue, data: expect.objectContaining({ state: 'PAUSED' }) },
    { ...queue, data: expect.objectContaining({ state: 'DRAINING' }) },
  ]);
});
