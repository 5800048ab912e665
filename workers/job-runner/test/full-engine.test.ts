import { randomUUID } from 'node:crypto';
import { defineJob } from '@tributary/job-runner';
import { CodedError } from '@tributary/runtime';
import { giveRights } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { openJobs, principal } from './open-runner.ts';

vi.setConfig({ testTimeout: 90_000 });

/** Works for hours. */
const endless = 'SELECT count(*) FROM range(4000000) a(x), range(4000000) b(y) WHERE (x * y) % 1000003 = 1';
const retry = { maxAttempts: 1, backoffMs: 1, backoffMaxMs: 1 };
let refusals = 2;

const ask = defineJob({
  name: 'ask',
  description: 'Answers SQL.',
  input: z.strictObject({ sql: z.string() }),
  run: async ({ input, sql }) => {
    const { pages } = await sql.rows({ sql: input.sql, tables: [] });
    const rows = [];
    for await (const page of pages) rows.push(...page);
    return rows;
  },
});
const refusedTwice = defineJob({
  name: 'refused-twice',
  description: 'Finds no place twice.',
  input: z.strictObject({}),
  run: async () => {
    refusals -= 1;
    if (refusals >= 0)
      throw new CodedError(refusals > 0 ? 'OVERLOADED' : 'RATE_LIMITED', 'There is no place.');
    return 'done';
  },
});

let open: Awaited<ReturnType<typeof openJobs>>;
beforeAll(async () => {
  open = await openJobs();
  await open.start([ask, refusedTwice]);
});
afterAll(() => open[Symbol.asyncDispose]());

test('a run that finds the engine full waits in its queue and keeps its attempts', async () => {
  const id = await open.enqueue('refused-twice', {}, { retry });
  expect(await open.ended(id, 'SUCCEEDED', 60_000)).toMatchObject({
    output: 'done',
    attempt: 1,
    errorCode: null,
  });
});

test('many slow queries of one workspace neither fail each other nor stop the SQL of another workspace', async () => {
  const slow = await Promise.all(
    Array.from({ length: 30 }, () =>
      open.enqueue('ask', { sql: endless }, { retry, timeLimitMs: 3_600_000 }),
    ),
  );
  const workspaceId = randomUUID();
  await giveRights(open.relational, { ...principal, workspaceId });
  const other = await open.enqueue('ask', { sql: 'SELECT 1' }, { retry, workspaceId });
  expect((await open.ended(other, 'SUCCEEDED', 60_000)).output).toEqual([[1]]);
  const { rows } = await open.relational.query<{ state: string }>(
    `SELECT DISTINCT state FROM jobs.run WHERE id = ANY($1)`,
    [slow],
  );
  expect(rows.map(({ state }) => state)).not.toContain('FAILED');
});
