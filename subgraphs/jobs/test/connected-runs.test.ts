import { afterAll, beforeAll, expect, test } from 'vitest';
import { admin, editor, type OpenJobs, openJobs, stranger, viewer } from './open-jobs.ts';

const graphOf = `query ($id: ID!) { run(id: $id) { graph { truncated runs { id jobName state } links { from to condition } } } }`;
const dag = 'mutation ($steps: [DagStepInput!]!) { enqueueDag(steps: $steps) { id } }';
const schedule = `mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { id nextTimes } }`;

let jobs: OpenJobs;
beforeAll(async () => {
  jobs = await openJobs();
});
afterAll(() => jobs?.[Symbol.asyncDispose]());

const step = (name: string, ...needs: readonly { readonly step: string; readonly condition: string }[]) => ({
  name,
  job: { job: 'anything' },
  dependsOn: needs,
});

async function graph(id: string) {
  return (await jobs.ask(viewer, graphOf, { id })).data.run?.graph;
}

test('from any of its runs the whole graph is seen: what is waited for, what waits, and who enqueued whom', async () => {
  const steps = [
    step('fetch'),
    step('load', { step: 'fetch', condition: 'SUCCESS' }),
    step('repair', { step: 'load', condition: 'FAILURE' }),
  ];
  const { enqueueDag } = (await jobs.ask(editor, dag, { steps })).data;
  const [fetch, load, repair] = enqueueDag.map(({ id }: { id: string }) => id);
  await jobs.claim();
  const child = await jobs.enqueue({}, { ...editor, runId: fetch });
  const alone = await jobs.enqueue();
  const links = [
    { from: fetch, to: child, condition: null },
    { from: fetch, to: load, condition: 'SUCCESS' },
    { from: load, to: repair, condition: 'FAILURE' },
  ];
  for (const id of [fetch, load, repair, child]) {
    const seen = await graph(id);
    expect(new Set(seen.runs.map((run: { id: string }) => run.id))).toEqual(
      new Set([fetch, load, repair, child]),
    );
    expect(seen.links).toHaveLength(links.length);
    expect(seen.links).toEqual(expect.arrayContaining(links));
    expect(seen.truncated).toBe(false);
  }
  expect(await graph(alone)).toEqual({
    truncated: false,
    links: [],
    runs: [{ id: alone, jobName: 'anything', state: 'QUEUED' }],
  });
});

test('a step, or a run, that would wait for two conditions of one other is refused; the same one twice is one', async () => {
  const both = ['FAILURE', 'SUCCESS'].map((condition) => ({ step: 'a', condition }));
  expect(await jobs.ask(editor, dag, { steps: [step('a'), step('b', ...both)] })).toMatchObject({
    codes: ['BAD_USER_INPUT'],
    messages: [expect.stringContaining('Step b waits for a twice, for FAILURE and SUCCESS')],
  });
  const runId = await jobs.enqueue();
  const enqueue = 'mutation ($input: EnqueueJobInput!) { enqueueJob(input: $input) { run { id } } }';
  const dependsOn = both.map(({ condition }) => ({ runId, condition }));
  expect((await jobs.ask(editor, enqueue, { input: { job: 'anything', dependsOn } })).codes).toEqual([
    'BAD_USER_INPUT',
  ]);
  const again = { step: 'a', condition: 'FINISH' };
  const { enqueueDag } = (await jobs.ask(editor, dag, { steps: [step('a'), step('b', again, again)] })).data;
  expect((await graph(enqueueDag[1].id)).links).toEqual([
    { from: enqueueDag[0].id, to: enqueueDag[1].id, condition: 'FINISH' },
  ]);
});

test('of a run with 600 children 500 runs are told, itself among them, and that there are more', async () => {
  const parent = await jobs.enqueue();
  await jobs.relational.query(
    `INSERT INTO jobs.run (workspace_id, id, job, queue, state, run_at, input, max_attempts, backoff_ms, backoff_max_ms, time_limit_ms,
       origin, principal, created_at, parent_id, finished_at)
     SELECT $1, gen_random_uuid(), 'anything', 'many', 'SUCCEEDED', now(), '{}', 1, 1, 1, 1, 'run', '{}', now(), $2, now() FROM generate_series(1, 600)`,
    [editor.workspaceId, parent],
  );
  const seen = await graph(parent);
  expect(seen.runs).toHaveLength(500);
  expect(seen.runs.map((run: { id: string }) => run.id)).toContain(parent);
  expect(seen.truncated).toBe(true);
});

const full = (count: number, first: object = { job: 'anything' }) =>
  Array.from({ length: count }, (_, at) => ({
    name: `s${at}`,
    job: at === 0 ? first : { job: 'anything' },
    dependsOn: Array.from({ length: at }, (_need, of) => ({ step: `s${of}`, condition: 'FINISH' })),
  }));

test('a graph is read once in a request, for however many of its runs and under however many names it is asked', async () => {
  const { enqueueDag } = (await jobs.ask(editor, dag, { steps: full(30) })).data;
  const alone = await jobs.enqueue();
  const shown = `query ($ids: [ID!]!) { runs(first: 100, where: { id: { in: $ids } }) { nodes {
    a: graph { runs { id } } b: graph { links { from to } } c: graph { runs { graph { truncated } } } } } }`;
  const ids = [alone, ...enqueueDag.map(({ id }: { id: string }) => id)];
  const statements = await jobs.statementsOf(async () => {
    const { data } = await jobs.ask(viewer, shown, { ids });
    const sizes = data.runs.nodes.map((run: { a: { runs: unknown[] } }) => run.a.runs.length);
    expect(sizes.toSorted((one: number, other: number) => one - other)).toEqual([1, ...Array(30).fill(30)]);
    expect(data.runs.nodes[0].b.links.length + data.runs.nodes[1].b.links.length).toBeGreaterThan(400);
  });
  // The page, and for each of the two graphs its ids, its runs and its links.
  expect(statements).toHaveLength(1 + 2 * 3);
});

test('a graph shows 5,000 links at most, and says that there are more', async () => {
  const steps = full(100);
  const first = (await jobs.ask(editor, dag, { steps })).data.enqueueDag.at(-1).id;
  const whole = await graph(first);
  expect([whole.links.length, whole.truncated]).toEqual([4_950, false]);
  const more = full(20, { job: 'anything', dependsOn: [{ runId: first, condition: 'FINISH' }] });
  await jobs.ask(editor, dag, { steps: more });
  const { runs, links, truncated } = await graph(first);
  expect([runs.length, links.length, truncated]).toEqual([120, 5_000, true]);
});

test('a graph that is enqueued again with its key is the one there is, with another key or other steps another', async () => {
  const keyed =
    'mutation ($steps: [DagStepInput!]!, $key: String) { enqueueDag(steps: $steps, uniqueKey: $key) { id } }';
  const made = async (count: number, key: string | null): Promise<readonly string[]> =>
    (await jobs.ask(editor, keyed, { steps: full(count), key })).data.enqueueDag.map(
      ({ id }: { id: string }) => id,
    );
  const [first, beside] = await Promise.all([made(5, 'nightly'), made(5, 'nightly')]);
  expect(beside).toEqual(first);
  await jobs.ask(editor, 'mutation ($id: ID!) { cancelRun(id: $id) { id } }', { id: first?.[0] });
  expect(await made(5, 'nightly')).toEqual(first);
  for (const other of [await made(5, 'weekly'), await made(4, 'nightly'), await made(5, null)])
    expect(other.filter((id) => first?.includes(id))).toEqual([]);
  for (const key of ['', 'x'.repeat(201), 'nul\u0000'])
    expect((await jobs.ask(editor, keyed, { steps: full(1), key })).codes).toEqual(['BAD_USER_INPUT']);
});

test('a hundred steps that all wait for each other are written without asking for any of their dependencies', async () => {
  const statements = await jobs.statementsOf(() => jobs.ask(editor, dag, { steps: full(100) }));
  expect(statements.filter((text) => /FROM jobs\.dependency/.test(text))).toEqual([]);
  // The job, the room, the runs, what they wait for, the events, and the runs again for the answer.
  expect(statements.filter((text) => !text.startsWith('SELECT pg_notify'))).toHaveLength(6);
});

test('a schedule tells its next ticks in order, none while it is off, and no more than ten', async () => {
  const input = { name: 'nightly', job: 'anything', cron: '0 3 * * *', timeZone: 'Europe/Berlin' };
  const made = (await jobs.ask(admin, schedule, { input })).data.createSchedule;
  const times = made.nextTimes.map((time: string) => Date.parse(time));
  expect(times).toHaveLength(3);
  for (const time of made.nextTimes)
    expect(
      new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', timeStyle: 'short' }).format(
        Date.parse(time),
      ),
    ).toBe('03:00');
  expect([...times].sort((a, b) => a - b)).toEqual(times);
  const off = { ...input, name: 'off', enabled: false };
  expect((await jobs.ask(admin, schedule, { input: off })).data.createSchedule.nextTimes).toEqual([]);
  for (const first of [0, 11])
    expect((await jobs.ask(viewer, `{ schedules { nodes { nextTimes(first: ${first}) } } }`)).codes[0]).toBe(
      'BAD_USER_INPUT',
    );
});

test('a schedule shows the run of its last tick, and to nobody else’s workspace', async () => {
  const input = { name: 'often', job: 'anything', cron: '* * * * *' };
  const { id } = (await jobs.ask(admin, schedule, { input })).data.createSchedule;
  const shown = '{ schedules(first: 100) { nodes { id lastAt lastRun { id origin state } } } }';
  const mine = async () =>
    (await jobs.ask(viewer, shown)).data.schedules.nodes.find((each: { id: string }) => each.id === id);
  expect(await mine()).toMatchObject({ lastAt: null, lastRun: null });
  await jobs.relational.query(
    `UPDATE jobs.schedule SET next_at = now() - interval '1 minute' WHERE id = $1`,
    [id],
  );
  await jobs.queue.maintain();
  expect(await mine()).toMatchObject({
    lastAt: expect.any(String),
    lastRun: { origin: `schedule:${id}`, state: 'QUEUED' },
  });
  expect((await jobs.ask(stranger, shown)).data.schedules.nodes).toEqual([]);
});
