import { randomUUID } from 'node:crypto';
import { defaultRetry } from '@tributary/job-queue';
import { expect, test } from 'vitest';
import { changed, type OpenQueue, openQueue } from './open-queue.fixture.ts';

const enqueueMany = (jobs: OpenQueue, count: number, changed: Parameters<OpenQueue['request']>[0]) =>
  jobs.queue.enqueueNow(Array.from({ length: count }, () => jobs.request(changed)));

test('a priority counts within its workspace and passes nobody in another', async () => {
  await using jobs = await openQueue();
  const [loud, quiet] = [randomUUID(), randomUUID()];
  await enqueueMany(jobs, 20, { workspaceId: loud, priority: 100 });
  const low = await jobs.enqueue({ workspaceId: quiet, priority: -100 });
  const high = await jobs.enqueue({ workspaceId: quiet, priority: 5 });
  const runs = await jobs.claim(4);
  expect(runs.filter(({ workspaceId }) => workspaceId === loud)).toHaveLength(2);
  expect(runs.filter(({ workspaceId }) => workspaceId === quiet).map(({ id }) => id)).toEqual([high, low]);
});

test('the next place goes to the workspace with the fewest runs at work', async () => {
  await using jobs = await openQueue();
  const [first, second] = [randomUUID(), randomUUID()];
  await enqueueMany(jobs, 6, { workspaceId: first });
  await jobs.claim(3);
  await enqueueMany(jobs, 4, { workspaceId: second });
  const next = [await jobs.claim(1), await jobs.claim(1), await jobs.claim(1)].flat();
  expect(next.map(({ workspaceId }) => workspaceId)).toEqual([second, second, second]);
});

test('what one workspace leaves of its share goes to the others, and no run is taken twice', async () => {
  await using jobs = await openQueue();
  const [few, many] = [randomUUID(), randomUUID()];
  await enqueueMany(jobs, 1, { workspaceId: few });
  await enqueueMany(jobs, 30, { workspaceId: many });
  const runs = await jobs.claim(20);
  expect(new Set(runs.map(({ id }) => id)).size).toBe(20);
  expect(runs.filter(({ workspaceId }) => workspaceId === few)).toHaveLength(1);
});

test('claimers at the same moment take different runs', async () => {
  await using jobs = await openQueue();
  for (const workspaceId of [randomUUID(), randomUUID(), randomUUID()])
    await enqueueMany(jobs, 20, { workspaceId });
  const claims = (await Promise.all([jobs.claim(20), jobs.claim(20), jobs.claim(20)])).flat();
  const rest = await jobs.claim(60);
  const ids = [...claims, ...rest].map(({ id }) => id);
  expect(ids).toHaveLength(60);
  expect(new Set(ids).size).toBe(60);
});

test('runs of a queue with limits take no more than the turn of their workspace', async () => {
  const lots = [0.9, 0.1];
  await using jobs = await openQueue({ random: () => lots.shift() ?? 0 });
  const [limited, plain] = [randomUUID(), randomUUID()];
  await changed(jobs, { name: 'default', concurrency: 1_000 }, limited);
  await enqueueMany(jobs, 20, { workspaceId: limited, priority: 100 });
  // The first claim learns of the queue.
  await jobs.claim(1);
  await enqueueMany(jobs, 20, { workspaceId: plain });
  const runs = await jobs.claim(8);
  expect(runs.filter(({ workspaceId }) => workspaceId === limited)).toHaveLength(4);
  expect(runs.filter(({ workspaceId }) => workspaceId === plain)).toHaveLength(4);
});

test('a run that finds no place for longer than it may work, and an hour at the least, fails and says since when', async () => {
  await using jobs = await openQueue();
  const short = await jobs.enqueue({ retry: { ...defaultRetry, maxAttempts: 3 } });
  const long = await jobs.enqueue({ timeLimitMs: 2 * 3_600_000 });
  const reason = { code: 'OVERLOADED', message: 'Too many queries are waiting.' };
  const putBack = async (laterMs: number) => {
    const held = await jobs.claim();
    const ended = await jobs.queue.postpone(held.map(({ lease }) => ({ lease, reason })));
    await jobs.relational.query(
      `UPDATE jobs.run SET overloaded_since = overloaded_since - $1 * interval '1 ms', state = CASE state WHEN 'DELAYED' THEN 'QUEUED' ELSE state END,
         run_at = now()`,
      [laterMs],
    );
    return new Map(ended.map((run) => [run.id, run]));
  };
  expect((await putBack(59 * 60_000)).get(short)?.state).toBe('DELAYED');
  expect((await putBack(2 * 60_000)).get(short)?.state).toBe('DELAYED');
  const third = await putBack(0);
  expect(third.get(short)).toMatchObject({ state: 'FAILED', errorCode: 'OVERLOADED' });
  const { rows } = await jobs.relational.query<{ message: string }>(
    'SELECT error_message AS message FROM jobs.run WHERE id = $1',
    [short],
  );
  expect(rows[0]?.message).toMatch(/^It found no place since .* UTC: Too many queries are waiting\.$/);
  expect(third.get(long)).toMatchObject({ state: 'DELAYED', attempt: 0 });
});

test('the hours a run waited behind others do not count as hours in which it found no place', async () => {
  await using jobs = await openQueue();
  const id = await jobs.enqueue({});
  const reason = { code: 'OVERLOADED', message: 'Too many queries are waiting.' };
  for (const _ of ['first', 'after five hours']) {
    const held = await jobs.claim();
    const [ended] = await jobs.queue.postpone(held.map(({ lease }) => ({ lease, reason })));
    expect(ended).toMatchObject({ id, state: 'DELAYED', attempt: 0 });
    await jobs.relational.query(
      `UPDATE jobs.run SET state = 'QUEUED', run_at = run_at - interval '5 hours', overloaded_since = overloaded_since - interval '5 hours'`,
    );
  }
});

test('runs that found no place keep their attempts, and come back the later the more of them there are', async () => {
  await using jobs = await openQueue();
  await enqueueMany(jobs, 40, {});
  const reason = { code: 'OVERLOADED', message: 'Too many queries are waiting.' };
  const delayOf = async () => {
    const postponed = (await jobs.claim(20)).map(({ lease }) => ({ lease, reason }));
    const [first] = await jobs.queue.postpone(postponed);
    expect(first).toMatchObject({ state: 'DELAYED', attempt: 0, errorCode: 'OVERLOADED' });
    const { rows } = await jobs.relational.query<{ atMostMs: number; atLeastMs: number }>(
      `SELECT extract(epoch FROM run_at - now())::float8 * 1000 AS "atMostMs",
         extract(epoch FROM run_at - started_at)::float8 * 1000 AS "atLeastMs" FROM jobs.run WHERE id = $1`,
      [first?.id],
    );
    return rows[0];
  };
  // A draw of 0 is one second; twenty that were put back before make it three.
  expect((await delayOf())?.atMostMs).toBeLessThanOrEqual(1_001);
  expect((await delayOf())?.atLeastMs).toBeGreaterThanOrEqual(2_999);
});
