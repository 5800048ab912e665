import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { builtInJobs, type RunGraph } from '@tributary/job-runner';
import { eventually, runningProcesses } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openJobs } from './open-runner.ts';

vi.setConfig({ testTimeout: 90_000 });

const jobs = builtInJobs().filter(({ module }) => module === undefined);
const noTables: RunGraph = () => Promise.resolve({ data: { analyticsTables: [] } });
/** Works for hours. */
const endless = 'SELECT count(*) FROM range(4000000) a(x), range(4000000) b(y) WHERE (x * y) % 1000003 = 1';

let open: Awaited<ReturnType<typeof openJobs>>;
beforeAll(async () => {
  open = await openJobs();
  await open.start(jobs, {}, { graph: noTables });
});
afterAll(() => open[Symbol.asyncDispose]());

/** Processes of queries that this process has started. */
function queryProcesses(): readonly string[] {
  return runningProcesses()
    .filter(({ parentPid, command }) => parentPid === process.pid && command.includes('embedded-child'))
    .map(({ pid }) => String(pid));
}

const folders = (): readonly string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`tributary-batch-${process.pid}-`));

/** One of them is at work; another may be the next query's, which stays. */
const atWork = (): Promise<readonly string[]> =>
  eventually(
    () => {
      const started = queryProcesses();
      expect(started.length).toBeGreaterThan(0);
      return started;
    },
    { timeoutMs: 30_000 },
  );

test('a cancel ends the process of the query, and what it wrote goes with it', async () => {
  const id = await open.enqueue('export-query', { sql: endless });
  const pids = await atWork();
  const dirs = folders();
  await open.cancel(id);
  expect(await open.ended(id, 'CANCELLED', 30_000)).toMatchObject({ output: null });
  await eventually(() => {
    expect(queryProcesses()).not.toEqual(expect.arrayContaining([...pids]));
    expect(folders()).not.toEqual(expect.arrayContaining([...dirs]));
  });
});

test('a time limit ends it too', async () => {
  const retry = { maxAttempts: 1, backoffMs: 1, backoffMaxMs: 1 };
  const id = await open.enqueue('export-query', { sql: endless }, { timeLimitMs: 4_000, retry });
  const pids = await atWork();
  expect((await open.ended(id, 'FAILED', 30_000)).errorCode).toBe('TIME_LIMIT');
  await eventually(() => expect(queryProcesses()).not.toEqual(expect.arrayContaining([...pids])));
});

const refused = [
  [{ sql: 'SELECT * FORM x' }, 'QUERY_INVALID'],
  [{ sql: "SELECT * FROM read_csv('/etc/passwd')" }, 'QUERY_NOT_ALLOWED'],
  [{ sql: "COPY (SELECT 1) TO '/tmp/x.csv'" }, 'QUERY_NOT_ALLOWED'],
  [{ sql: 'SELECT * FROM nothere' }, 'QUERY_NOT_ALLOWED'],
  [{ sql: 'SELECT 1', name: '../x.csv' }, 'BAD_USER_INPUT'],
  [{ sql: endless, name: '..' }, 'BAD_USER_INPUT'],
  [{ sql: endless, name: 'turned\u202efdp.csv' }, 'BAD_USER_INPUT'],
  [{ sql: 'SELECT 1', path: '/etc/passwd' }, 'BAD_USER_INPUT'],
] as const;

test('SQL that does not hold, or reaches for what is not its own, is refused with its code, once', async () => {
  const retry = { maxAttempts: 5, backoffMs: 1, backoffMaxMs: 1 };
  const ids = await Promise.all(refused.map(([input]) => open.enqueue('export-query', input, { retry })));
  for (const [at, id] of ids.entries())
    expect(await open.ended(id, 'FAILED', 30_000)).toMatchObject({ errorCode: refused[at]?.[1], attempt: 1 });
});
