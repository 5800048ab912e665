import { once } from 'node:events';
import { eventually, processesNaming } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { isolatedJobs } from './jobs.fixture.ts';
import { openJobs } from './open-runner.ts';
import { isAlive, toldProcesses } from './told-processes.ts';

test.each([
  [true, 'SUCCEEDED'],
  [false, 'CANCELLED'],
] as const)(
  'a run ends though what it left behind prints on, faster than the log takes it (it answers: %s)',
  async (answers, state) => {
    await using jobs = await openJobs();
    await jobs.start();
    const id = await jobs.enqueue('leave-printer', { answers });
    const [printer = 0] = await toldProcesses(jobs, id, 1);
    await using _ = { [Symbol.asyncDispose]: async () => void (isAlive(printer) && process.kill(printer)) };
    if (!answers) await jobs.cancel(id);
    await jobs.ended(id, state);
    expect(await jobs.logOf(id)).toContain('tick');
    // Nobody reads what it prints any more.
    await eventually(() => expect(isAlive(printer)).toBe(false));
  },
);

test('lines that a job says in one go are in its log, all of them', async () => {
  await using jobs = await openJobs();
  await jobs.start();
  const id = await jobs.enqueue('say-much', { lines: 4_000, printed: false });
  await jobs.ended(id, 'SUCCEEDED', 60_000);
  expect(await jobs.logOf(id)).toEqual(Array.from({ length: 4_000 }, (_, at) => `line ${at + 1}`));
}, 90_000);

test('of lines that a job prints in one go the last is in its log, and how many are not', async () => {
  await using jobs = await openJobs();
  await jobs.start();
  const id = await jobs.enqueue('say-much', { lines: 9_000, printed: true });
  await jobs.ended(id, 'SUCCEEDED', 60_000);
  const log = await jobs.logOf(id);
  const [leftOut, kept] = [
    log.filter((line) => / left out here/.test(line)),
    log.filter((line) => /^line \d+$/.test(line)),
  ];
  const missing = leftOut.reduce((sum, line) => sum + Number.parseInt(line, 10), 0);
  expect([kept[0], kept.at(-1), kept.length + missing]).toEqual(['line 1', 'line 9000', 9_000]);
}, 90_000);

test('work that is done stays done when its runner stops before the log has taken what it printed', async () => {
  await using jobs = await openJobs();
  const began = new AbortController();
  const taking = new AbortController();
  const slow: typeof jobs.queue = {
    ...jobs.queue,
    log: async (lease, lines) => {
      began.abort();
      if (!taking.signal.aborted) await once(taking.signal, 'abort');
      return await jobs.queue.log(lease, lines);
    },
  };
  await using _ = { [Symbol.asyncDispose]: async () => taking.abort() };
  const isTaking = once(began.signal, 'abort');
  const runner = await jobs.start(isolatedJobs, { leaseMs: 60_000 }, { queue: slow });
  const id = await jobs.enqueue('print-on', { chars: 10 });
  await isTaking;
  await eventually(() => expect(processesNaming(id)).toEqual([]), { timeoutMs: 15_000 });
  // Its last word has come when the answer to a later question has.
  expect(await jobs.run(id)).toMatchObject({ state: 'RUNNING' });
  const stopped = runner[Symbol.asyncDispose]();
  expect(await jobs.ended(id, 'SUCCEEDED')).toMatchObject({ output: 'xxxxxxxxxx' });
  await stopped;
});
