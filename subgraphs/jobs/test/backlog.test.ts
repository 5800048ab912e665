import { expect, test } from 'vitest';
import { admin, editor, openJobs, stranger, viewer } from './open-jobs.ts';

const enqueue = `mutation ($input: EnqueueJobInput!) { enqueueJob(input: $input) { isNew run {
  id jobName state priority input attempt origin queue startedBy { kind id user { id } } job { description } } } }`;

test('a workspace with a hundred thousand unfinished runs enqueues no more', async () => {
  await using jobs = await openJobs();
  const cancelled = await jobs.enqueue();
  await jobs.ask(editor, 'mutation ($id: ID!) { cancelRun(id: $id) { id } }', { id: cancelled });
  await jobs.relational.query(
    `INSERT INTO jobs.run (workspace_id, id, job, queue, state, run_at, input, max_attempts, backoff_ms, backoff_max_ms, time_limit_ms,
       origin, principal, created_at)
     SELECT $1, gen_random_uuid(), 'anything', 'default', 'QUEUED', now(), '{}', 1, 1, 1, 1, 'api', '{}', now() FROM generate_series(1, 100000)`,
    [editor.workspaceId],
  );
  expect((await jobs.ask(editor, enqueue, { input: { job: 'anything' } })).codes).toEqual(['RUN_LIMIT']);
  for (const again of ['retryRun', 'replayRun']) {
    const asked = `mutation ($id: ID!) { ${again}(id: $id) { id } }`;
    expect((await jobs.ask(editor, asked, { id: cancelled })).codes).toEqual(['RUN_LIMIT']);
  }
  const often = { name: 'often', job: 'anything', cron: '* * * * *' };
  await jobs.ask(admin, 'mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { id } }', {
    input: often,
  });
  await jobs.relational.query(`UPDATE jobs.schedule SET next_at = now() - interval '1 minute'`, []);
  await jobs.queue.maintain();
  const { schedules } = (await jobs.ask(viewer, '{ schedules { nodes { lastAt lastError { code } } } }'))
    .data;
  expect(schedules.nodes).toEqual([{ lastAt: null, lastError: { code: 'RUN_LIMIT' } }]);
  expect((await jobs.ask(stranger, enqueue, { input: { job: 'anything' } })).codes).toEqual([]);
  const { queues } = (await jobs.ask(viewer, '{ queues { nodes { name depth { state runs } } } }')).data;
  expect(queues.nodes).toEqual([{ name: 'default', depth: [{ state: 'QUEUED', runs: 100_000 }] }]);
});
