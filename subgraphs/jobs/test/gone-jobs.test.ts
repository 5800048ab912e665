import { afterAll, beforeAll, expect, test } from 'vitest';
import { admin, editor, openJobs } from './open-jobs.ts';

let jobs: Awaited<ReturnType<typeof openJobs>>;
beforeAll(async () => {
  jobs = await openJobs();
});
afterAll(() => jobs[Symbol.asyncDispose]());

const startText = 'mutation ($input: EnqueueJobInput!) { enqueueJob(input: $input) { run { id } } }';
const scheduleText = 'mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { id } }';

test('a job that no runner names any more is not offered, starts nothing, and is null in its runs', async () => {
  await jobs.told('monthly-report', {});
  const id = await jobs.enqueue({ job: 'monthly-report' });
  const offered = async () => {
    const { data } = await jobs.ask(editor, '{ jobs { name } }');
    return data?.jobs.map(({ name }: { readonly name: string }) => name);
  };
  expect(await offered()).toContain('monthly-report');
  await jobs.relational.query(
    "UPDATE jobs.definition SET registered_at = now() - interval '4 minutes' WHERE name = 'monthly-report'",
  );
  expect(await offered()).toEqual(['anything', 'greet']);
  const input = { job: 'monthly-report' };
  expect((await jobs.ask(editor, startText, { input })).codes).toEqual(['NOT_FOUND']);
  const schedule = { ...input, name: 'nightly', cron: '@daily' };
  expect((await jobs.ask(admin, scheduleText, { input: schedule })).codes).toEqual(['NOT_FOUND']);
  const replay = 'mutation ($id: ID!) { replayRun(id: $id) { id } }';
  expect((await jobs.ask(editor, replay, { id })).codes).toEqual(['NOT_FOUND']);
  const runText = 'query ($id: ID!) { run(id: $id) { jobName job { name } state error { code message } } }';
  const { data } = await jobs.ask(editor, runText, { id });
  expect(data?.run).toEqual({
    jobName: 'monthly-report',
    job: null,
    state: 'QUEUED',
    error: {
      code: 'NOT_FOUND',
      message: expect.stringMatching(/^There is no job monthly-report here any more/),
    },
  });
  await jobs.relational.query(
    "UPDATE jobs.definition SET registered_at = now() WHERE name = 'monthly-report'",
  );
  expect((await jobs.ask(editor, runText, { id })).data?.run).toMatchObject({ state: 'QUEUED', error: null });
});
