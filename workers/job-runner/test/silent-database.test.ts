import { once } from 'node:events';
import type { ClaimedRun, JobQueue } from '@tributary/job-queue';
import { systemClock as clock, createLogger, ManualClock } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { HeldRuns } from '../src/held-runs.ts';
import { isolatedJobs } from './jobs.fixture.ts';
import { openJobs } from './open-runner.ts';
import { isAlive, toldProcesses } from './told-processes.ts';

const leaseMs = 60_000;
const log = createLogger({ name: 'test', level: 'silent' });

async function claimed(queue: JobQueue): Promise<ClaimedRun> {
  const [run] = await queue.claim({ jobs: ['echo', 'raise-family'], limit: 1, leaseMs, runner: 'here' });
  if (run === undefined) throw new Error('nothing was claimed');
  return run;
}

/** A queue whose database takes renewals and says nothing to them until it is disposed. */
function silentRenewals(queue: JobQueue) {
  const silence = new AbortController();
  const heartbeat: JobQueue['heartbeat'] = async (...asked) => {
    if (!silence.signal.aborted) await once(silence.signal, 'abort');
    return queue.heartbeat(...asked);
  };
  return { queue: { ...queue, heartbeat }, [Symbol.dispose]: () => silence.abort() };
}

test('a lease that is over as this process counts stops the work, though the database says nothing at all', async () => {
  await using jobs = await openJobs();
  using silent = silentRenewals(jobs.queue);
  const manual = new ManualClock(0);
  using held = new HeldRuns({ queue: silent.queue, clock: manual, log, leaseMs });
  await jobs.enqueue('echo');
  await jobs.enqueue('echo', {}, { timeLimitMs: leaseMs - 100 });
  const [run, shorter] = [held.hold(await claimed(jobs.queue), 0), held.hold(await claimed(jobs.queue), 0)];
  void held.beat();
  manual.advance(leaseMs - 100);
  // One look at the clock judges both.
  await eventually(() => expect(shorter.stopReason()).toBe('TIME_LIMIT'));
  expect(run.stopReason()).toBeUndefined();
  manual.advance(99);
  await eventually(() => expect(run.stopReason()).toBe('LEASE_LOST'), { timeoutMs: 2_000 });
});

test('what a run has started is gone when its lease is over, and gets no time to put anything in order', async () => {
  await using jobs = await openJobs();
  using silent = silentRenewals(jobs.queue);
  const manual = new ManualClock(0);
  const settings = { leaseMs, graceMs: 60_000 };
  await jobs.start(isolatedJobs, settings, { queue: silent.queue, clock: manual });
  const id = await jobs.enqueue('raise-family');
  const pids = await toldProcesses(jobs, id, 3);
  manual.advance(leaseMs);
  await eventually(() => expect(pids.filter(isAlive)).toEqual([]), { timeoutMs: 5_000 });
});

test('a run whose row somebody has at a renewal is not lost, and is renewed soon after', async () => {
  await using jobs = await openJobs();
  const { queue } = jobs;
  const asked: number[] = [];
  const heartbeat: JobQueue['heartbeat'] = (leases, ms) => {
    asked.push(leases.length);
    return queue.heartbeat(leases, ms);
  };
  using held = new HeldRuns({ queue: { ...queue, heartbeat }, clock, log, leaseMs });
  await jobs.enqueue('echo');
  await jobs.enqueue('echo');
  const locked = held.hold(await claimed(queue), clock.monotonicMs());
  const other = held.hold(await claimed(queue), clock.monotonicMs());
  await jobs.relational.transaction(async (tx) => {
    await tx.query('SELECT FROM jobs.run WHERE id = $1 FOR UPDATE', [locked.run.id]);
    await held.beat();
  });
  expect([locked.stopReason(), other.stopReason()]).toEqual([undefined, undefined]);
  await eventually(() => expect(asked).toEqual([2, 1]));
});
