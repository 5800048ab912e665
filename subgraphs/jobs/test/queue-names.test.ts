import { newId } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { admin, openJobs, workspaceId } from './open-jobs.ts';
import { made } from './signed-hook.ts';

test('runs to come are put in no queue whose name a path cannot hold', async () => {
  await using jobs = await openJobs();
  for (const queue of ['eu/imports', '.', '..', '']) {
    const asked = { input: { job: 'anything', queue } };
    const name = newId();
    const answers = [
      await jobs.ask(
        admin,
        'mutation ($input: EnqueueJobInput!) { enqueueJob(input: $input) { isNew } }',
        asked,
      ),
      await jobs.ask(admin, 'mutation ($input: CreateHookInput!) { createHook(input: $input) { secret } }', {
        input: { name, job: 'anything', queue },
      }),
      await jobs.ask(
        admin,
        'mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { id } }',
        {
          input: { name, job: 'anything', queue, cron: '0 6 * * *' },
        },
      ),
      await jobs.ask(
        admin,
        'mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { id } }',
        {
          input: { name, job: 'anything', queue, topic: 'files.file' },
        },
      ),
    ];
    for (const { codes } of answers) expect([queue, codes]).toEqual([queue, ['BAD_USER_INPUT']]);
  }
  for (const queue of ['eu:imports', 'v1.2', '...', 'a-b_c']) await jobs.enqueue({ queue });
});

test('a queue that has a slash in its name from before is steered, and what starts runs in it may keep it', async () => {
  await using jobs = await openJobs();
  const { id } = await made(jobs);
  await jobs.relational.query(
    `UPDATE jobs.hook SET request = jsonb_set(request::jsonb, '{queue}', '"eu/imports"') WHERE id = $1 AND workspace_id = $2`,
    [id, workspaceId],
  );
  const steered = `mutation { pauseQueue(name: "eu/imports") { name } limitQueue(name: "eu/imports", limits: { concurrency: 1 }) { state } }`;
  expect(await jobs.ask(admin, steered)).toMatchObject({
    codes: [],
    data: { limitQueue: { state: 'PAUSED' } },
  });
  expect((await jobs.ask(admin, '{ queue(name: "eu/imports") { name } }')).data.queue.name).toBe(
    'eu/imports',
  );
  const update = (queue: string) =>
    jobs.ask(
      admin,
      `mutation { updateHook(id: "${id}", input: { queue: "${queue}", priority: 1 }) { queue } }`,
    );
  expect((await update('eu/imports')).data.updateHook.queue).toBe('eu/imports');
  expect((await update('eu/exports')).codes).toEqual(['BAD_USER_INPUT']);
});
