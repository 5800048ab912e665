import { defineJob } from '@tributary/job-runner';
import { eventually, processesNaming } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { openJobs } from './open-runner.ts';

vi.setConfig({ testTimeout: 60_000 });

let jobs: Awaited<ReturnType<typeof openJobs>>;
beforeAll(async () => {
  jobs = await openJobs();
  await jobs.start();
});
afterAll(() => jobs[Symbol.asyncDispose]());

test.each(['heap', 'buffers', 'child'])(
  'a run that takes too much memory (%s) ends alone, with all it started, and says how much it may have',
  async (kind) => {
    const id = await jobs.enqueue('eat-memory', { kind });
    const other = await jobs.enqueue('count-rows', { rows: 3 });
    const { errorCode, errorMessage, attempt } = await jobs.ended(id, 'FAILED', 45_000);
    expect([errorCode, errorMessage, attempt]).toEqual([
      'OUT_OF_MEMORY',
      'The run needed more than the 512 MB of memory that its job may have.',
      1,
    ]);
    await eventually(() => expect(processesNaming(id)).toEqual([]));
    expect(await jobs.ended(other, 'SUCCEEDED')).toMatchObject({ attempt: 1 });
  },
);

test.each([255, 300.5, Number.NaN])('no job may have %s MB', (memoryMb) => {
  const draft = { name: 'x', description: 'x', input: z.object({}), run: () => Promise.resolve() };
  expect(() => defineJob({ ...draft, memoryMb })).toThrow(/memory of x/);
});
