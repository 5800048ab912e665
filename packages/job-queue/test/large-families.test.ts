import { cancelRun, passOnCancel, type RunState, redriveRun } from '@tributary/job-queue';
import { newId } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { type OpenQueue, openQueue, principal } from './open-queue.fixture.ts';

const addressOf = (jobs: OpenQueue, id: string) => ({ workspaceId: jobs.workspaceId, id });
const cancel = (jobs: OpenQueue, id: string) =>
  jobs.relational.transaction((tx) =>
    cancelRun(tx, addressOf(jobs, id), { clock: jobs.clock, actor: principal }),
  );

interface Planted {
  readonly id: string;
  readonly parentId?: string;
  readonly state?: RunState;
  readonly dependsOn?: readonly string[];
}

/** Writes runs as they would be after much work: the limits of one enqueue are far below a large family. */
async function plant(jobs: OpenQueue, runs: readonly Planted[]): Promise<void> {
  await jobs.relational.query(
    `WITH t AS (SELECT * FROM json_to_recordset($2::json) AS t(id uuid, "parentId" uuid, state text, "dependsOn" uuid[])),
     needs AS (INSERT INTO jobs.dependency (workspace_id, run_id, depends_on, condition)
       SELECT $1, t.id, d.id, 'SUCCESS' FROM t CROSS JOIN LATERAL unnest(t."dependsOn") d(id))
     INSERT INTO jobs.run (workspace_id, id, job, queue, state, run_at, input, max_attempts, backoff_ms, backoff_max_ms, time_limit_ms, parent_id,
       children, has_dependents, origin, principal, created_at, started_at, finished_at, lease_until)
     SELECT $1, t.id, 'work', 'default', t.state, now(), '{}', 1, 1, 1, 60000, t."parentId",
       (SELECT count(*) FROM t c WHERE c."parentId" = t.id), t.id IN (SELECT unnest(d."dependsOn") FROM t d), 'api', $3, now(),
       CASE WHEN t.state IN ('RUNNING', 'SUCCEEDED') THEN now() END, CASE WHEN t.state = 'SUCCEEDED' THEN now() END,
       CASE WHEN t.state = 'RUNNING' THEN now() + interval '1 hour' END
     FROM t`,
    [
      jobs.workspaceId,
      JSON.stringify(
        runs.map(({ state = 'QUEUED', dependsOn = [], ...run }) => ({ ...run, dependsOn, state })),
      ),
      JSON.stringify(principal),
    ],
  );
}

const below = (parentId: string, count: number): Planted[] =>
  Array.from({ length: count }, () => ({ id: newId(), parentId }));

/** A run at work with 1,500 below it: of one that has ended, of one that works, and in steps that wait for each other in two ways. */
async function family(jobs: OpenQueue) {
  const [top, ended, working] = [newId(), newId(), newId()];
  const [first, left, right, last] = [newId(), newId(), newId(), newId()];
  const bystander = newId();
  await plant(jobs, [
    { id: top, state: 'RUNNING' },
    { id: ended, parentId: top, state: 'SUCCEEDED' },
    { id: working, parentId: top, state: 'RUNNING' },
    ...below(top, 600),
    ...below(ended, 600),
    ...below(working, 300),
    { id: first, state: 'WAITING', dependsOn: [ended, working] },
    { id: left, state: 'WAITING', dependsOn: [first] },
    { id: right, state: 'WAITING', dependsOn: [first] },
    { id: last, state: 'WAITING', dependsOn: [left, right] },
    { id: bystander },
  ]);
  return { top, ended, working, bystander, steps: [first, left, right, last], cancelled: 1_504 };
}

async function countOf(jobs: OpenQueue, state: RunState): Promise<number> {
  const { rows } = await jobs.relational.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM jobs.run WHERE workspace_id = $1 AND state = $2',
    [jobs.workspaceId, state],
  );
  return rows[0]?.n ?? 0;
}

async function expectAllCancelled(
  jobs: OpenQueue,
  { ended, bystander, cancelled, top, working }: Awaited<ReturnType<typeof family>>,
): Promise<void> {
  expect(await countOf(jobs, 'CANCELLED')).toBe(cancelled);
  expect(await Promise.all([ended, bystander, top, working].map(jobs.state))).toEqual([
    'SUCCEEDED',
    'QUEUED',
    'RUNNING',
    'RUNNING',
  ]);
  const told = await jobs.takeEvents();
  const runs = (type: string): string[] =>
    told.flatMap(({ event }) => (event.type === `jobs.run.${type}` ? [event.subject] : []));
  expect(new Set(runs('cancelled')).size).toBe(cancelled);
  expect(runs('cancelled')).toHaveLength(cancelled);
  expect(new Set(runs('cancel_requested'))).toEqual(new Set([`Run/${top}`, `Run/${working}`]));
  expect(new Set(told.map(({ event }) => event.actorid))).toHaveLength(1);
  expect((await jobs.relational.query('SELECT FROM jobs.cancel_reach')).rowCount).toBe(0);
}

test('a large family is cancelled in parts of a thousand, each run once, and those that work are told', async () => {
  await using jobs = await openQueue();
  const made = await family(jobs);
  const first = await cancel(jobs, made.top);
  expect(first).toMatchObject({ goesOn: true, hasEffect: true, run: { cancelRequested: true } });
  expect(await countOf(jobs, 'CANCELLED')).toBeLessThanOrEqual(1_000);
  const toTell = [...first.toTell];
  for (let goesOn = first.goesOn; goesOn; ) {
    const part = await passOnCancel(jobs, addressOf(jobs, made.top));
    expect(part?.cancelled).toBeLessThanOrEqual(1_000);
    toTell.push(...(part?.toTell ?? []));
    goesOn = part?.goesOn ?? false;
  }
  expect(new Set(toTell)).toEqual(new Set([made.top, made.working]));
  await expectAllCancelled(jobs, made);
});

test('a cancel whose process died goes on where the queue is looked after', async () => {
  await using jobs = await openQueue();
  const made = await family(jobs);
  await cancel(jobs, made.top);
  await jobs.queue.maintain();
  await expectAllCancelled(jobs, made);
});

test('what its cancel has not gone beyond is not driven again before', async () => {
  await using jobs = await openQueue();
  const top = newId();
  const children = below(top, 1_100);
  await plant(jobs, [{ id: top }, ...children]);
  await cancel(jobs, top);
  const { rows } = await jobs.relational.query<{ id: string }>(
    `SELECT id FROM jobs.run WHERE parent_id = $1 AND state = 'CANCELLED' LIMIT 1`,
    [top],
  );
  const redrive = (id: string) =>
    jobs.relational.transaction((tx) =>
      redriveRun(tx, addressOf(jobs, id), { clock: jobs.clock, principal }),
    );
  for (const id of [top, rows[0]?.id ?? ''])
    await expect(redrive(id)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  await jobs.queue.maintain();
  expect((await redrive(top)).state).toBe('QUEUED');
});

test('a line of steps deeper than one part goes is cancelled to its end', async () => {
  await using jobs = await openQueue();
  const ids = Array.from({ length: 150 }, () => newId());
  await plant(jobs, [
    ...ids.map(
      (id, n): Planted => (n === 0 ? { id } : { id, state: 'WAITING', dependsOn: [ids[n - 1] ?? ''] }),
    ),
    ...below(ids[0] ?? '', 900),
  ]);
  await cancel(jobs, ids[0] ?? '');
  for (let part = await passOnCancel(jobs); part !== undefined; ) part = await passOnCancel(jobs);
  expect(await countOf(jobs, 'CANCELLED')).toBe(1_050);
});

test('what hangs on a cancel that is under way begins no more, however far the cancel has come, and nothing else is kept from it', async () => {
  await using jobs = await openQueue();
  const { top, bystander, cancelled } = await family(jobs);
  await cancel(jobs, top);
  const others = await jobs.enqueue();
  const left = await countOf(jobs, 'QUEUED');
  expect(left).toBeGreaterThan(400);
  const claimed: string[] = [];
  for (let n = 0; n < left; n += 100) claimed.push(...(await jobs.claim(100)).map(({ id }) => id));
  expect(new Set(claimed)).toEqual(new Set([bystander, others]));
  await jobs.queue.maintain();
  expect(await countOf(jobs, 'CANCELLED')).toBe(cancelled);
  const { rows } = await jobs.relational.query(
    `SELECT count(*)::int AS n FROM jobs.run WHERE state = 'CANCELLED' AND (started_at IS NOT NULL OR attempt > 0)`,
  );
  expect(rows).toEqual([{ n: 0 }]);
  const told = (await jobs.takeEvents()).filter(({ event }) => event.type === 'jobs.run.cancelled');
  expect(told).toHaveLength(cancelled);
  expect(new Set(told.map(({ event }) => event.actorid))).toHaveLength(1);
});
