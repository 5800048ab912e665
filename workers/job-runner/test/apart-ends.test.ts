import { once } from 'node:events';
import type { JobQueue } from '@tributary/job-queue';
import { defineJob } from '@tributary/job-runner';
import { CodedError, ManualClock } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openJobs } from './open-runner.ts';

const retry = { maxAttempts: 1, backoffMs: 1, backoffMaxMs: 1 };

/** Runs that end in one turn of the event loop, when told to. */
function gated() {
  const gate = new AbortController();
  const job = defineJob({
    name: 'gated',
    description: 'Ends when it is told to, well or badly.',
    input: z.object({ endsWell: z.boolean() }),
    run: async ({ input }) => {
      if (!gate.signal.aborted) await once(gate.signal, 'abort');
      if (!input.endsWell) throw new CodedError('NOT_FOUND', 'There is no such thing.');
    },
  });
  return { job, open: () => gate.abort() };
}

test.each([
  [true, 'SUCCEEDED'],
  [false, 'FAILED'],
] as const)(
  'a run whose row somebody has keeps nobody waiting who ends with it (well: %s), and ends when it is free',
  async (endsWell, state) => {
    await using jobs = await openJobs();
    const { job, open } = gated();
    await jobs.start([job], { leaseMs: 60_000 });
    const locked = await jobs.enqueue('gated', { endsWell }, { retry });
    const other = await jobs.enqueue('gated', { endsWell }, { retry });
    for (const id of [locked, other]) await jobs.ended(id, 'RUNNING');
    await jobs.relational.transaction(async (tx) => {
      await tx.query('SELECT FROM jobs.run WHERE id = $1 FOR UPDATE', [locked]);
      open();
      await jobs.ended(other, state, 5_000);
    });
    await jobs.ended(locked, state, 5_000);
  },
);

/** A queue that does not take the end of one run. */
function refusing(queue: JobQueue, error: Error) {
  const refused = { id: '', times: 0 };
  const succeed: JobQueue['succeed'] = async (completions) => {
    if (!completions.some(({ lease }) => lease.id === refused.id)) return queue.succeed(completions);
    refused.times += 1;
    throw error;
  };
  return { refused, queue: { ...queue, succeed } };
}

test.each([
  ['again and again', new CodedError('DEADLINE_EXCEEDED', 'Waiting for a row took too long.')],
  ['for good', new TypeError('no such column')],
])(
  'an end that is not taken, %s, costs nobody else theirs, nor the place of a run that has ended',
  async (_, error) => {
    await using jobs = await openJobs();
    const { job, open } = gated();
    const { refused, queue } = refusing(jobs.queue, error);
    await jobs.start([job], { inline: 2, leaseMs: 60_000 }, { queue });
    const input = { endsWell: true };
    refused.id = await jobs.enqueue('gated', input, { retry });
    const other = await jobs.enqueue('gated', input, { retry });
    for (const id of [refused.id, other]) await jobs.ended(id, 'RUNNING');
    const next = await jobs.enqueue('gated', input, { retry });
    open();
    for (const id of [other, next])
      expect(await jobs.ended(id, 'SUCCEEDED', 5_000)).toMatchObject({ attempt: 1 });
    await eventually(() => expect(refused.times).toBeGreaterThan(1));
    expect(await jobs.run(refused.id)).toMatchObject({ state: 'RUNNING' });
  },
);

test('all that is older than its retention is forgotten every ten minutes, however much it is', async () => {
  await using jobs = await openJobs();
  const manual = new ManualClock(0);
  const { job } = gated();
  await jobs.relational.query(
    `INSERT INTO jobs.run (workspace_id, id, job, queue, state, run_at, input, max_attempts, backoff_ms, backoff_max_ms, time_limit_ms, origin, principal, created_at, finished_at)
     SELECT gen_random_uuid(), gen_random_uuid(), 'old', 'default', 'SUCCEEDED', at, '{}', 1, 1, 1, 1000, 'api', '{}', at, at
     FROM (SELECT now() - interval '31 days' AS at FROM generate_series(1, 2500)) n`,
  );
  await jobs.start([job], { leaseMs: 3_600_000 }, { clock: manual });
  const left = async () => {
    const { rows } = await jobs.relational.query<{ n: number }>('SELECT count(*)::int AS n FROM jobs.run');
    return rows[0]?.n;
  };
  expect(await left()).toBe(2_500);
  manual.advance(10 * 60_000 + 1);
  await eventually(async () => expect(await left()).toBe(0), { timeoutMs: 10_000 });
});
