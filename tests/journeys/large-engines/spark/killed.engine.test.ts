import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openBatchEngine } from '@tributary/engines/batch-engine/open';
import { parseSparkUrl } from '@tributary/engines/batch-engine/spark-address';
import { systemClock as clock } from '@tributary/runtime';
import { eventually, processesNaming } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { killedEngine } from '../../real-engines/killed-engine.ts';
import { missingEngines } from '../../real-engines/missing-engines.ts';
import { shownRun } from '../../runs.ts';
import {
  expectMadeAgain,
  jobsAtWork,
  openOnSpark,
  type ProductOnSpark,
  reportAtWork,
} from './monthly-report.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });
const patient = { timeoutMs: 90_000 };
const sparkUrl = inject('engines')['SPARK_URL'] ?? 'missing: run npm run test:engines -- spark';
const { folder } = parseSparkUrl(sparkUrl, 'SPARK_URL');

let under: ProductOnSpark;

beforeAll(async () => {
  under = await openOnSpark();
});
afterAll(() => under?.[Symbol.asyncDispose]());

const missing = () => missingEngines(under.product.url);
/** What the driver of this run's Spark has started to compute: its files lie beside the folder. */
const executors = () =>
  processesNaming('CoarseGrainedExecutorBackend').filter((each) => each.includes(dirname(folder)));

test('Spark is killed while it works on a report: health names it, who asks is told to try again, and the report is made when Spark is back, whole and without anybody’s doing', async () => {
  const run = await reportAtWork(under);
  const begun = executors();
  expect(begun.length).toBeGreaterThan(0);
  {
    await using _killed = await killedEngine('spark');
    await eventually(async () => expect(await missing()).toContain('batch-engine'), patient);
    const { errors } = await under.ask('{ analyticsQuery(sql: "SELECT 1") { rows } }');
    expect(errors).toMatchObject([
      {
        message: 'The batch engine is away for a moment.',
        extensions: { code: 'ENGINE_UNAVAILABLE', retryable: true },
      },
    ]);
    // The first attempt was lost with what it had begun; others would be lost within seconds, if each cost one.
    await eventually(
      async () =>
        expect(await shownRun(under.ask, run)).toMatchObject({
          state: 'DELAYED',
          attempt: 1,
          error: {
            code: 'ENGINE_UNAVAILABLE',
            message: 'The batch engine is away; the run goes on when it is back.',
          },
        }),
      patient,
    );
  }
  await eventually(async () => expect(await missing()).toEqual([]), patient);
  await expectMadeAgain(run, under);
  // Nothing is left of the Spark that was killed, or of what it worked on.
  await eventually(() => expect(executors().filter((each) => begun.includes(each))).toEqual([]), patient);
  await eventually(async () => expect(await jobsAtWork()).toBe(0), patient);
  expect(await readdir(folder)).toEqual([]);
});

test('a query that waits for a lost connection learns that another Spark answers, and that its work is gone', async () => {
  const url = new URL(sparkUrl);
  url.searchParams.set('timeoutMs', '90000');
  await using engine = await openBatchEngine(url.href, { clock });
  const sql = 'SELECT count(*) FROM range(4000000) a(x), range(4000000) b(y) WHERE (x * y) % 1000003 = 1';
  const rows = await engine.query({ sql, tables: [] }, { maxRows: 1, maxBytes: 1_000 });
  const reading = rows.pages()[Symbol.asyncIterator]().next();
  reading.catch(() => undefined);
  await eventually(async () => expect(await jobsAtWork()).toBeGreaterThan(0), patient);
  {
    await using _killed = await killedEngine('spark');
  }
  await expect(reading).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: 'The batch engine was started again while it worked on the query.',
  });
  await engine.ping();
});
