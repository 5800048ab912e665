import { expect, test } from 'vitest';
import { admin, editor, type OpenJobs, openJobs, viewer } from './open-jobs.ts';

const enqueue = `mutation ($input: EnqueueJobInput!) { enqueueJob(input: $input) { isNew run { id state runAt } } }`;

interface Asked {
  readonly isNew: boolean;
  readonly run: { readonly id: string; readonly state: string; readonly runAt: string };
}

async function asked(jobs: OpenJobs, input: object): Promise<Asked> {
  const { data, messages } = await jobs.ask(editor, enqueue, { input: { job: 'anything', ...input } });
  if (data === null || data === undefined) throw new Error(messages.join());
  return data.enqueueJob;
}

/** What a runner with room for so many starts now, the first first. */
const started = async (jobs: OpenJobs, limit = 1): Promise<readonly string[]> => {
  const runs = await jobs.queue.claim({ jobs: ['anything'], limit, leaseMs: 30_000, runner: 'test' });
  await jobs.queue.succeed(runs.map(({ lease }) => ({ lease, output: null })));
  return runs.map(({ id }) => id);
};

const later = (jobs: OpenJobs, ms: number) =>
  jobs.relational.query(`UPDATE jobs.run SET run_at = run_at - $1 * interval '1 ms'`, [ms]);

test('a second request with a unique key answers the first run until it is finished, and the input of the first', async () => {
  await using jobs = await openJobs();
  const first = await asked(jobs, { uniqueKey: 'nightly', input: { n: 1 } });
  const second = await asked(jobs, { uniqueKey: 'nightly', input: { n: 2 } });
  const other = await asked(jobs, { uniqueKey: 'hourly' });
  expect([first.isNew, second.isNew, other.isNew]).toEqual([true, false, true]);
  expect(second.run.id).toBe(first.run.id);
  const { data } = await jobs.ask(viewer, 'query ($id: ID!) { run(id: $id) { input } }', {
    id: first.run.id,
  });
  expect(data.run.input).toEqual({ n: 1 });
  expect(await started(jobs, 10)).toHaveLength(2);
  const third = await asked(jobs, { uniqueKey: 'nightly' });
  expect(third.isNew).toBe(true);
  expect(third.run.id).not.toBe(first.run.id);
});

test('a key that is unique for a time answers the finished run too, until that time is over', async () => {
  await using jobs = await openJobs();
  const unique = { uniqueKey: 'hourly', uniqueForMs: 3_600_000 };
  const first = await asked(jobs, unique);
  expect(await started(jobs)).toEqual([first.run.id]);
  const again = await asked(jobs, unique);
  expect(again).toMatchObject({ isNew: false, run: { id: first.run.id, state: 'SUCCEEDED' } });
  await jobs.relational.query(`UPDATE jobs.unique_key SET until = until - interval '1 hour'`);
  expect((await asked(jobs, unique)).isNew).toBe(true);
});

test.each([
  ['delayMs', () => ({ delayMs: 60_000 })],
  ['runAt', () => ({ runAt: new Date(Date.now() + 60_000).toISOString() })],
])('a run with a %s is delayed, starts not before that, and then like every other', async (_name, moment) => {
  await using jobs = await openJobs();
  const askedAtMs = Date.now();
  const { run } = await asked(jobs, moment());
  expect(run.state).toBe('DELAYED');
  expect(Date.parse(run.runAt)).toBeGreaterThanOrEqual(askedAtMs + 60_000);
  await jobs.queue.maintain();
  expect(await started(jobs)).toEqual([]);
  await later(jobs, 50_000);
  await jobs.queue.maintain();
  expect(await started(jobs)).toEqual([]);
  await later(jobs, 3_600_000);
  await jobs.queue.maintain();
  expect(await started(jobs)).toEqual([run.id]);
});

test('runs with a higher priority go first, those of one priority as they came', async () => {
  await using jobs = await openJobs();
  const ids: string[] = [];
  for (const priority of [0, -5, 100, 0, 7]) ids.push((await asked(jobs, { priority })).run.id);
  const order: string[] = [];
  for (let n = 0; n < ids.length; n += 1) order.push(...(await started(jobs)));
  expect(order.map((id) => ids.indexOf(id))).toEqual([2, 4, 0, 3, 1]);
});

test.each([
  ['at a time', { keyConcurrency: 1 }],
  ['in a time', { keyRateLimit: 1, ratePeriodMs: 60_000 }],
])(
  'limits per key %s, as an admin sets them, hold by the key that each run was enqueued with',
  async (_name, limits) => {
    await using jobs = await openJobs();
    const { codes } = await jobs.ask(
      admin,
      'mutation ($limits: QueueLimitsInput!) { limitQueue(name: "mail", limits: $limits) { name } }',
      { limits },
    );
    expect(codes).toEqual([]);
    const ids = new Map<string, string>();
    for (const name of ['a1', 'a2', 'b1'])
      ids.set((await asked(jobs, { queue: 'mail', key: name.slice(0, 1) })).run.id, name);
    const first = await jobs.claim();
    expect(first.map(({ id }) => ids.get(id)).sort()).toEqual(['a1', 'b1']);
    expect(await jobs.claim()).toEqual([]);
    await jobs.queue.succeed(first.map(({ lease }) => ({ lease, output: null })));
    await jobs.relational.query(`UPDATE jobs.start SET at = at - interval '61 seconds'`);
    expect((await jobs.claim()).map(({ id }) => ids.get(id))).toEqual(['a2']);
  },
);
