import type { ClaimedRun } from '@tributary/job-queue';
import { expect, test } from 'vitest';
import { type OpenQueue, openQueue } from './open-queue.fixture.ts';

/** Does something while somebody has the row of a run, as a cancel of a large family has for long. */
async function whileLocked<Result>(
  jobs: OpenQueue,
  id: string,
  work: () => Promise<Result>,
): Promise<Result> {
  return jobs.relational.transaction(async (tx) => {
    await tx.query('SELECT FROM jobs.run WHERE id = $1 FOR UPDATE', [id]);
    return work();
  });
}

async function twoAtWork(jobs: OpenQueue): Promise<readonly [ClaimedRun, ClaimedRun]> {
  await jobs.enqueue();
  await jobs.enqueue();
  const [locked, other] = await jobs.claim();
  if (locked === undefined || other === undefined) throw new Error('both are claimed');
  return [locked, other];
}

test('a run that somebody has locked costs no other its lease, and is held itself', async () => {
  await using jobs = await openQueue();
  const [locked, other] = await twoAtWork(jobs);
  const leases = [locked.lease, other.lease];
  const answers = await whileLocked(jobs, locked.id, () => jobs.queue.heartbeat(leases, 60_000));
  expect(new Map(answers.map(({ id, ...told }) => [id, told]))).toEqual(
    new Map([
      [locked.id, { cancelRequested: false, isRenewed: false }],
      [other.id, { cancelRequested: false, isRenewed: true }],
    ]),
  );
  const { rows } = await jobs.relational.query(
    `SELECT id, lease_until > now() + interval '40 seconds' AS renewed FROM jobs.run ORDER BY id`,
  );
  expect(rows).toEqual([
    { id: locked.id, renewed: false },
    { id: other.id, renewed: true },
  ]);
});

const failure = { code: 'X', message: 'x', retryable: false };
const waits = { code: 'OVERLOADED', message: 'no place' };

test.each([
  [
    'SUCCEEDED',
    (jobs: OpenQueue, runs: readonly ClaimedRun[]) =>
      jobs.queue.succeed(runs.map(({ lease }) => ({ lease, output: null }))),
  ],
  [
    'FAILED',
    (jobs: OpenQueue, runs: readonly ClaimedRun[]) => jobs.queue.fail(runs.map((run) => ({ run, failure }))),
  ],
  [
    'DELAYED',
    (jobs: OpenQueue, runs: readonly ClaimedRun[]) =>
      jobs.queue.postpone(runs.map(({ lease }) => ({ lease, reason: waits }))),
  ],
  [
    'CANCELLED',
    (jobs: OpenQueue, runs: readonly ClaimedRun[]) => jobs.queue.endCancelled(runs.map(({ lease }) => lease)),
  ],
  [
    'QUEUED',
    (jobs: OpenQueue, runs: readonly ClaimedRun[]) => jobs.queue.release(runs.map(({ lease }) => lease)),
  ],
] as const)(
  'a run that somebody has locked keeps no other from becoming %s, and becomes so when it is free',
  async (state, end) => {
    await using jobs = await openQueue();
    const runs = await twoAtWork(jobs);
    const [locked, other] = runs;
    const ended = await whileLocked(jobs, locked.id, () => end(jobs, runs));
    expect(ended.map(({ id }) => id)).toEqual([other.id]);
    expect(await jobs.state(other.id)).toBe(state);
    expect(await jobs.queue.held(runs.map(({ lease }) => lease))).toEqual(new Set([locked.id]));
    expect((await end(jobs, [locked])).map(({ id }) => id)).toEqual([locked.id]);
    expect(await jobs.state(locked.id)).toBe(state);
    expect(await jobs.queue.held([locked.lease])).toEqual(new Set());
  },
);

test('a run that somebody begins to depend on at this moment ends once that is written, and lets it go', async () => {
  await using jobs = await openQueue();
  const [run, other] = await twoAtWork(jobs);
  const completions = [run, other].map(({ lease }) => ({ lease, output: null }));
  const waiting = jobs.request({ dependsOn: [{ runId: run.id, condition: 'SUCCESS' }] });
  await jobs.relational.transaction(async (tx) => {
    await jobs.queue.enqueue(tx, [waiting]);
    expect((await jobs.queue.succeed(completions)).map(({ id }) => id)).toEqual([other.id]);
  });
  await jobs.queue.succeed([{ lease: run.lease, output: null }]);
  expect(await jobs.state(waiting.id ?? '')).toBe('QUEUED');
});

test.each(['OVERLOADED', 'BACKLOG_FULL', 'ENGINE_UNAVAILABLE', 'FILE_NOT_SERVED'])(
  'runs that are put back as %s come back at the same pace however many they are',
  async (code) => {
    await using jobs = await openQueue();
    await jobs.queue.enqueueNow(Array.from({ length: 101 }, () => jobs.request()));
    const runs = await jobs.claim(101);
    const reason = { code, message: 'not now' };
    await jobs.queue.postpone(runs.slice(1).map(({ lease }) => ({ lease, reason })));
    const [last] = runs;
    if (last === undefined) throw new Error('it was claimed');
    await jobs.queue.postpone([{ lease: last.lease, reason }]);
    const { rows } = await jobs.relational.query<{ seconds: number }>(
      'SELECT extract(epoch FROM run_at - now())::float8 AS seconds FROM jobs.run WHERE id = $1',
      [last.id],
    );
    // The first waited a second, and a hundred wait before it.
    expect(rows[0]?.seconds).toBeGreaterThan(9);
  },
);
