import { once } from 'node:events';
import { defineJob, type RunGraph, registerJobs } from '@tributary/job-runner';
import { CodedError } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openJobs, principal } from './open-runner.ts';

const echo = defineJob({
  name: 'echo',
  description: 'Answers its input.',
  input: z.object({ n: z.number() }),
  run: ({ input }) => Promise.resolve(input.n),
});

const patient = defineJob({
  name: 'patient',
  description: 'Waits until it is told to stop.',
  input: z.object({}),
  run: async ({ signal }) => {
    if (!signal.aborted) await once(signal, 'abort');
  },
});

test('two jobs of one name are refused when the runner starts', async () => {
  await using jobs = await openJobs();
  await expect(jobs.start([echo, patient, { ...echo }])).rejects.toThrow('Two jobs are called echo');
});

test('two runners share the work, and every run is worked on once', async () => {
  await using jobs = await openJobs();
  const seen: number[] = [];
  const counting = defineJob({
    name: 'echo',
    description: 'Remembers what it saw.',
    input: z.object({ n: z.number() }),
    run: async ({ input }) => void seen.push(input.n),
  });
  await jobs.start([counting]);
  await jobs.start([counting]);
  const ids = await Promise.all(Array.from({ length: 300 }, (_, n) => jobs.enqueue('echo', { n })));
  await eventually(async () => {
    const { rows } = await jobs.relational.query(`SELECT FROM jobs.run WHERE state = 'SUCCEEDED'`);
    expect(rows).toHaveLength(ids.length);
  });
  expect(seen.sort((a, b) => a - b)).toEqual(ids.map((_, n) => n));
});

test('a stopping runner gives its runs back, the attempt does not count, and the next one takes them at once', async () => {
  await using jobs = await openJobs();
  const first = await jobs.start([patient]);
  const id = await jobs.enqueue('patient');
  await jobs.ended(id, 'RUNNING');
  await first[Symbol.asyncDispose]();
  expect(await jobs.run(id)).toMatchObject({ state: 'QUEUED', attempt: 0 });
  await jobs.start([patient]);
  expect(await jobs.ended(id, 'RUNNING')).toMatchObject({ attempt: 1 });
});

test('a cancelled run stops, and a job that does not heed its signal is left behind', async () => {
  await using jobs = await openJobs();
  const deaf = defineJob({
    name: 'deaf',
    description: 'Never ends.',
    input: z.object({}),
    run: () => new Promise(() => undefined),
  });
  await jobs.start([patient, deaf]);
  const ids = [await jobs.enqueue('patient'), await jobs.enqueue('deaf')];
  for (const id of ids) await jobs.ended(id, 'RUNNING');
  for (const id of ids) await jobs.cancel(id);
  for (const id of ids) await jobs.ended(id, 'CANCELLED');
});

test('an output that is too large fails its own run and no other', async () => {
  await using jobs = await openJobs();
  const bomb = defineJob({
    name: 'bomb',
    description: 'Answers too much.',
    input: z.object({}),
    run: () => Promise.resolve('x'.repeat(300_000)),
  });
  await jobs.start([echo, bomb]);
  const [small, large] = [await jobs.enqueue('echo', { n: 1 }), await jobs.enqueue('bomb')];
  await jobs.ended(small, 'SUCCEEDED');
  expect(await jobs.ended(large, 'FAILED')).toMatchObject({ errorCode: 'PAYLOAD_TOO_LARGE' });
});

test('a failed run is tried again, and its children are enqueued once by their key', async () => {
  await using jobs = await openJobs();
  const parent = defineJob({
    name: 'parent',
    description: 'Enqueues a child, and fails at first.',
    input: z.object({}),
    run: async ({ enqueue, attempt }) => {
      const ids = await enqueue([{ job: 'echo', input: { n: 7 }, uniqueKey: 'child' }]);
      if (attempt === 1) throw new CodedError('ENGINE_UNAVAILABLE', 'Not now.');
      return ids;
    },
  });
  await jobs.start([echo, parent]);
  await jobs.relational.query('SELECT 1');
  const id = await jobs.enqueue('parent');
  const { attempt, output } = await jobs.ended(id, 'SUCCEEDED');
  expect(attempt).toBe(2);
  const [child = ''] = output as string[];
  expect(await jobs.ended(child, 'SUCCEEDED')).toMatchObject({ output: 7 });
});

test('a job asks the graph as whoever enqueued it, and hears its refusals', async () => {
  await using jobs = await openJobs();
  const asking = defineJob({
    name: 'asking',
    description: 'Asks the graph.',
    input: z.object({}),
    run: ({ graph }) => graph('{ secret }'),
  });
  const asked: unknown[] = [];
  const graph: RunGraph = (run) => {
    asked.push(run.principal);
    const errors = [{ message: 'This needs the role ADMIN.', extensions: { code: 'FORBIDDEN' } }];
    return Promise.resolve({ data: null, errors });
  };
  await jobs.start([asking], {}, { graph });
  const id = await jobs.enqueue('asking');
  expect(await jobs.ended(id, 'FAILED')).toMatchObject({ errorCode: 'FORBIDDEN', attempt: 1 });
  expect(asked).toEqual([principal]);
});

test('a runner tells the installation its jobs, with the schema of their input', async () => {
  await using jobs = await openJobs();
  await registerJobs(jobs.relational, [echo]);
  await registerJobs(jobs.relational, [echo]);
  const { rows } = await jobs.relational.query('SELECT name, input_schema AS schema FROM jobs.definition');
  expect(rows).toMatchObject([{ name: 'echo', schema: { properties: { n: { type: 'number' } } } }]);
});

test('a runner tells how much memory a run may have, and nothing of one that shares the memory of the runner', async () => {
  await using jobs = await openJobs();
  const apart = { ...echo, name: 'apart', module: import.meta.url, memoryMb: 2_048 };
  await registerJobs(jobs.relational, [echo, apart]);
  const { rows } = await jobs.relational.query(
    'SELECT name, memory_mb AS "memoryMb" FROM jobs.definition ORDER BY name',
  );
  expect(rows).toEqual([
    { name: 'apart', memoryMb: 2_048 },
    { name: 'echo', memoryMb: null },
  ]);
});
