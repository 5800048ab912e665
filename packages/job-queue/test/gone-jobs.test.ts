import { replayRun } from '@tributary/job-queue';
import { expect, onTestFinished, test } from 'vitest';
import { openQueue, principal } from './open-queue.fixture.ts';

/** A queue whose job `work` no runner has named for so long, while `other` was. */
async function silent(seconds: number) {
  const under = await openQueue();
  onTestFinished(() => under[Symbol.asyncDispose]());
  await under.relational.query(
    `INSERT INTO jobs.definition (name, description, queue, input_schema, max_attempts, backoff_ms, backoff_max_ms, time_limit_ms, registered_at)
     VALUES ('work', '', 'default', '{}', 1, 1, 1, 1, now() - $1::integer * interval '1 second'), ('other', '', 'default', '{}', 1, 1, 1, 1, now())`,
    [seconds],
  );
  return under;
}

test('a run of a job that is gone is not made again, and its runner brings it back by naming it', async () => {
  const { queue, relational, enqueue, workspaceId, clock } = await silent(200);
  const id = await enqueue();
  const again = () =>
    relational.transaction((tx) => replayRun(tx, { workspaceId, id }, { clock, principal }));
  await expect(again()).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: 'There is no job work here any more.',
  });
  await queue.tellJobs(['work']);
  expect(await again()).toMatchObject({ job: 'work' });
});

test('a schedule of a job that is gone starts nothing, and says so', async () => {
  const { queue, relational, workspaceId } = await silent(200);
  const request = {
    queue: 'default',
    input: {},
    timeLimitMs: 1_000,
    priority: 0,
    retry: { maxAttempts: 1, backoffMs: 1, backoffMaxMs: 1 },
  };
  await relational.query(
    `INSERT INTO jobs.schedule (workspace_id, id, name, job, cron, time_zone, missed, enabled, request, principal, next_at, created_at)
     VALUES ($1, gen_random_uuid(), 'nightly', 'work', '* * * * *', 'UTC', 'ONCE', true, $2, $3, date_trunc('minute', now()), now())`,
    [workspaceId, JSON.stringify(request), JSON.stringify(principal)],
  );
  await queue.maintain();
  const { rows } = await relational.query(
    'SELECT last_error_code AS code, next_at > now() AS "goesOn", (SELECT count(*)::integer FROM jobs.run) AS runs FROM jobs.schedule',
  );
  expect(rows).toEqual([{ code: 'NOT_FOUND', goesOn: true, runs: 0 }]);
});

test.each([
  [90_000, 'FAILED', 'NOT_FOUND'],
  [7_200, 'QUEUED', null],
])('what waits for a job that no runner has named for %i seconds is %s', async (seconds, state, code) => {
  const { queue, relational, enqueue } = await silent(seconds);
  const ids = [await enqueue(), await enqueue({ job: 'other' })];
  await queue.forget();
  const { rows } = await relational.query(
    'SELECT state, error_code AS code FROM jobs.run WHERE id = ANY($1) ORDER BY job DESC',
    [ids],
  );
  expect(rows).toEqual([
    { state, code },
    { state: 'QUEUED', code: null },
  ]);
});

test('no job is gone while no runner is at work', async () => {
  const { relational, enqueue, workspaceId, clock } = await silent(0);
  await relational.query("UPDATE jobs.definition SET registered_at = now() - interval '30 days'");
  const id = await enqueue();
  expect(
    await relational.transaction((tx) => replayRun(tx, { workspaceId, id }, { clock, principal })),
  ).toMatchObject({ job: 'work' });
});
