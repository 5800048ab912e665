import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { queueLimits } from '@tributary/job-queue';
import { defineJob } from '@tributary/job-runner';
import { ManualClock, newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { isolatedJobs } from './jobs.fixture.ts';
import { openJobs } from './open-runner.ts';
import { sourceArguments } from './runner-settings.fixture.ts';
import { isAlive, toldProcesses } from './told-processes.ts';

const retry = { maxAttempts: 1, backoffMs: 1, backoffMaxMs: 1 };
const hourMs = 3_600_000;

const patient = defineJob({
  name: 'patient',
  description: 'Waits until it is told to stop.',
  input: z.object({}),
  run: async ({ signal }) => {
    if (!signal.aborted) await once(signal, 'abort');
  },
});

test('a job runs in a process of its own, tells how far it is, and what it prints is in its log', async () => {
  await using jobs = await openJobs();
  await jobs.start();
  const id = await jobs.enqueue('count-rows', { rows: 3 });
  const { output, progressDone } = await jobs.ended(id, 'SUCCEEDED');
  expect(output).toMatchObject({ counted: [1, 2, 3] });
  expect((output as { pid: number }).pid).not.toBe(process.pid);
  expect(progressDone).toBe(3);
  await eventually(async () =>
    expect(new Set(await jobs.logOf(id))).toEqual(new Set(['counted', 'printed by the job'])),
  );
});

test('a line that is longer than those of the log is in it in several', async () => {
  await using jobs = await openJobs();
  await jobs.start();
  const id = await jobs.enqueue('print-on', { chars: 5_000 });
  await jobs.ended(id, 'SUCCEEDED');
  await eventually(async () =>
    expect((await jobs.logOf(id)).map((line) => line.length)).toEqual([2_000, 2_000, 1_000]),
  );
});

test.each([
  ['an output that is too large is', 'print-on', { chars: 1_000_000 }, 'PAYLOAD_TOO_LARGE'],
  ['more children than a run may have are', 'bear', { children: 1_001 }, 'RUN_LIMIT'],
] as const)(
  '%s refused in the process of the run, and not sent to the runner',
  async (_, job, input, code) => {
    const module = new URL('jobs.fixture.ts', import.meta.url).href;
    const run = {
      id: newId(),
      workspaceId: newId(),
      attempt: 1,
      isFirst: true,
      checkpoint: null,
      gatewayUrl: '',
    };
    const child = spawn(process.execPath, [...sourceArguments('run-child.fixture.ts')], {
      cwd: import.meta.dirname,
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const said: unknown[] = [];
    child.on('message', (message: { readonly kind: string }) => {
      said.push(message);
      if (message.kind === 'ready') child.send({ kind: 'run', module, job, run: { ...run, input } });
      if (message.kind === 'ask') child.kill('SIGKILL');
    });
    await once(child, 'close');
    expect(said).toEqual([
      { kind: 'ready' },
      expect.objectContaining({ kind: 'failed', code, retryable: false }),
    ]);
  },
);

test('a cancel ends the work, its child and the child of that, though all of them ignore being asked', async () => {
  await using jobs = await openJobs();
  await jobs.start();
  const id = await jobs.enqueue('raise-family');
  const pids = await toldProcesses(jobs, id, 3);
  expect(pids.every(isAlive)).toBe(true);
  await jobs.cancel(id);
  await jobs.ended(id, 'CANCELLED');
  await eventually(() => expect(pids.filter(isAlive)).toEqual([]));
});

test('no run works for more than four hours by the clock, whatever was asked for and wherever it runs', async () => {
  await using jobs = await openJobs();
  const clock = new ManualClock(0);
  // A lease that lasts longer: only the limit is to end these runs.
  await jobs.start([...isolatedJobs, patient], { leaseMs: 6 * hourMs }, { clock });
  const long = { retry, timeLimitMs: 5 * hourMs };
  const runs = [await jobs.enqueue('patient', {}, long), await jobs.enqueue('spin', {}, long)] as const;
  const [, spinning] = runs;
  const short = await jobs.enqueue('patient', {}, { retry, timeLimitMs: hourMs });
  await jobs.ended(runs[0], 'RUNNING');
  await jobs.ended(short, 'RUNNING');
  const pids = await toldProcesses(jobs, spinning, 1, 30_000);
  clock.advance(queueLimits.timeLimitMs - 1);
  // One look at the clock judges all: this one is over, so the others were looked at too.
  expect(await jobs.ended(short, 'FAILED')).toMatchObject({ errorCode: 'TIME_LIMIT' });
  for (const id of runs) expect(await jobs.run(id)).toMatchObject({ state: 'RUNNING' });
  clock.advance(1);
  for (const id of runs) {
    const { errorCode, errorMessage } = await jobs.ended(id, 'FAILED', 30_000);
    expect([errorCode, errorMessage]).toEqual([
      'TIME_LIMIT',
      'It did not end within its time limit of 14400000 ms.',
    ]);
  }
  await eventually(() => expect(pids.filter(isAlive)).toEqual([]));
});

test.each([
  ['coded', 'NOT_FOUND', /^There is no such file\.$/],
  ['fault', 'INTERNAL', /^The job's code failed \(TypeError\)/],
  ['exit', 'INTERNAL', /ended without a word/],
])('a job that fails with %s is told by its code, and no text of its insides', async (how, code, message) => {
  await using jobs = await openJobs();
  await jobs.start();
  const failed = await jobs.ended(await jobs.enqueue('break', { how }), 'FAILED');
  expect(failed.errorCode).toBe(code);
  expect(failed.errorMessage).toMatch(message);
});

test('input that does not fit the job is refused, names its faults, and is not tried again', async () => {
  await using jobs = await openJobs();
  await jobs.start();
  const id = await jobs.enqueue('count-rows', { rows: 'many' });
  const { errorCode, errorMessage, attempt } = await jobs.ended(id, 'FAILED');
  expect([errorCode, attempt]).toEqual(['BAD_USER_INPUT', 1]);
  expect(errorMessage).toContain('rows:');
});

test('after kill -9 of a runner its work ends, and another goes on from the checkpoint when the lease is over', async () => {
  await using jobs = await openJobs();
  const killed = spawn(
    process.execPath,
    [...sourceArguments('runner-process.fixture.ts'), jobs.relational.url],
    {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await once(killed.stdout, 'data');
  const id = await jobs.enqueue('count-rows', { rows: 6, stopAt: 4 });
  await eventually(async () => expect((await jobs.run(id)).checkpoint).toBe(4), { timeoutMs: 15_000 });
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  await jobs.start();
  const { output, attempt } = await jobs.ended(id, 'SUCCEEDED', 20_000);
  expect(output).toMatchObject({ counted: [5, 6] });
  expect(attempt).toBe(2);
}, 60_000);
