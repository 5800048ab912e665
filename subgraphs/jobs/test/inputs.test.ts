import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { editor, type OpenJobs, openJobs } from './open-jobs.ts';

const input = z.strictObject({
  from: z.iso.datetime({ offset: true }).optional(),
  file: z.uuid(),
  code: z.string().regex(/^[A-Z]{3}$/),
  tables: z.record(z.string().regex(/^[a-z]{1,40}_[a-z]{1,40}_[a-z]{1,40}$/), z.uuid()).optional(),
});
const enqueue = 'mutation ($input: EnqueueJobInput!) { enqueueJob(input: $input) { run { id } } }';

let jobs: OpenJobs;
beforeAll(async () => {
  jobs = await openJobs();
  await jobs.told('strict', z.toJSONSchema(input));
});
afterAll(() => jobs[Symbol.asyncDispose]());

test('what is wrong with an input is told once for each place, in words', async () => {
  const wrong = { from: 'yesterday', file: 'f', code: 'a', tables: { X: '?' }, other: 1 };
  const { codes, details, messages } = await jobs.ask(editor, enqueue, {
    input: { job: 'strict', input: wrong },
  });
  expect(codes).toEqual(['BAD_USER_INPUT']);
  expect(details[0]?.['faults']).toEqual([
    // In the order in which the database keeps a schema.
    'code: must match /^[A-Z]{3}$/',
    'file: Invalid UUID',
    'from: Invalid ISO datetime',
    'tables.X: is no name that may stand here',
    'input: Unrecognized key: "other"',
  ]);
  expect(messages[0]?.length).toBeLessThan(250);
});
