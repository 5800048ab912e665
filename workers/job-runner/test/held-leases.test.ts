import type { ClaimedRun, JobQueue } from '@tributary/job-queue';
import { defineJob } from '@tributary/job-runner';
import { CodedError, systemClock as clock, createLogger } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { HeldRuns } from '../src/held-runs.ts';
import { openJobs } from './open-runner.ts';

const leaseMs = 60_000;
const retry = { maxAttempts: 1, backoffMs: 1, backoffMaxMs: 1 };
const log = createLogger({ name: 'test', level: 'silent' });

const echo = defineJob({
  name: 'echo',
  description: 'Answers its input.',
  input: z.object({ n: z.number() }),
  run: ({ input }) => Promise.resolve(input.n),
});

async function claimed(queue: JobQueue): Promise<ClaimedRun> {
  const [run] = await queue.claim({ jobs: ['echo'], limit: 1, leaseMs, runner: 'here' });
  if (run === undefined) throw new Error('nothing was claimed');
  return run;
}

test('a renewal that is answered late stops the attempt it asked for, and not the one that came after it', async () => {
  await using jobs = await openJobs();
  const { queue } = jobs;
  let ask = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const late: JobQueue = {
    ...queue,
    heartbeat: async (...leases) => {
      await asked;
      return queue.heartbeat(...leases);
    },
  };
  using held = new HeldRuns({ queue: late, clock, log, leaseMs });
  await jobs.enqueue('echo', { n: 1 });
  const first = held.hold(await claimed(queue), clock.monotonicMs());
  const beat = held.beat();
  await queue.release([first.run.lease]);
  const second = held.hold(await claimed(queue), clock.monotonicMs());
  ask();
  await beat;
  expect(first.stopReason()).toBe('LEASE_LOST');
  expect(second.stopReason()).toBeUndefined();
  expect([held.holds(first.run.lease), held.holds(second.run.lease)]).toEqual([false, true]);
});

/** A queue whose database takes no ends while `isAway`. */
function faulty(queue: JobQueue) {
  const faults = { isAway: true, refused: 0 };
  const succeed: JobQueue['succeed'] = async (completions) => {
    if (!faults.isAway) return queue.succeed(completions);
    faults.refused += 1;
    throw new CodedError('ENGINE_UNAVAILABLE', 'The database is away for a moment.');
  };
  return { faults, queue: { ...queue, succeed } };
}

test('an end that the database does not take is written when it does, and the work is not done again', async () => {
  await using jobs = await openJobs();
  const { faults, queue } = faulty(jobs.queue);
  await jobs.start([echo], {}, { queue });
  const ids = [
    await jobs.enqueue('echo', { n: 1 }, { retry }),
    await jobs.enqueue('echo', { n: 2 }, { retry }),
  ];
  await eventually(() => expect(faults.refused).toBeGreaterThan(2));
  faults.isAway = false;
  for (const [at, id] of ids.entries())
    expect(await jobs.ended(id, 'SUCCEEDED')).toMatchObject({ output: at + 1, attempt: 1 });
});

test('a runner that stops does not wait for a database that takes no ends', async () => {
  await using jobs = await openJobs();
  const { faults, queue } = faulty(jobs.queue);
  const runner = await jobs.start([echo], {}, { queue });
  const id = await jobs.enqueue('echo', { n: 1 });
  await eventually(() => expect(faults.refused).toBeGreaterThan(0));
  await runner[Symbol.asyncDispose]();
  expect(faults.isAway).toBe(true);
  expect(await jobs.run(id)).toMatchObject({ state: 'RUNNING', attempt: 1 });
});
