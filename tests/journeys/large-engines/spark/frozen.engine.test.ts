import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { frozenEngine } from '../../real-engines/killed-engine.ts';
import { missingEngines } from '../../real-engines/missing-engines.ts';
import { expectDoneOrRetryable } from '../../real-engines/outage-callers.ts';
import { openWays, troubles, type Ways } from '../../real-engines/ways.ts';
import { shownRun } from '../../runs.ts';
import {
  expectMadeAgain,
  expectMadeWhole,
  jobsAtWork,
  openOnSpark,
  type ProductOnSpark,
  reportAtWork,
} from './monthly-report.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });
const patient = { timeoutMs: 120_000 };

const atNight = inject('ledgerKills') > 1;
/** How long Spark stands still at the least: at night for half a minute. */
const frozenMs = atNight ? 30_000 : 0;
/** What happens to the way to Spark, one after the other: all of it at night, else what is over soonest. */
const badWays = atNight ? Object.values(troubles) : [troubles.cut];

let under: ProductOnSpark;
let ways: Ways | undefined;

beforeAll(async () => {
  const { TOXIPROXY_URL: proxy, SPARK_URL = 'missing: run npm run test:engines -- spark' } =
    inject('engines');
  ways = proxy === undefined ? undefined : openWays(proxy, 'frozen-spark');
  const batchEngineUrl = ways === undefined ? SPARK_URL : await ways.through('spark', SPARK_URL);
  under = await openOnSpark({ batchEngineUrl });
});
afterAll(async () => {
  await under?.[Symbol.asyncDispose]();
  await ways?.[Symbol.asyncDispose]();
});

const question = () => under.ask('{ analyticsQuery(sql: "SELECT 1") { rows } }');

function theWay(): Ways {
  if (ways === undefined) throw new Error('there is no proxy');
  return ways;
}

test('Spark stands still while it works on a report: the attempt ends with a code to try again, long before the run’s time limit, and the report is made when Spark goes on', async () => {
  const run = await reportAtWork(under);
  {
    await using _frozen = await frozenEngine('spark');
    const untilMs = performance.now() + frozenMs;
    await eventually(
      async () =>
        expect(await shownRun(under.ask, run)).toMatchObject({
          state: 'DELAYED',
          attempt: 1,
          error: { code: 'ENGINE_UNAVAILABLE' },
        }),
      patient,
    );
    do {
      expect(await missingEngines(under.product.url)).toContain('batch-engine');
      await expectDoneOrRetryable(question());
    } while (performance.now() < untilMs);
  }
  await expectMadeAgain(run, under);
  await eventually(async () => expect(await jobsAtWork()).toBe(0), patient);
});

if (inject('engines')['TOXIPROXY_URL'] !== undefined)
  test(`the way to Spark is bad while it works on a report (${atNight ? 'slow, then cut, then silent' : 'cut'}): who asks is told to try again, or answered, and the report is whole once the way is good`, async () => {
    const run = await reportAtWork(under);
    for (const trouble of badWays) {
      await using _troubled = await theWay().trouble('spark', trouble);
      await eventually(
        async () => expect(await missingEngines(under.product.url)).toContain('batch-engine'),
        patient,
      );
      await expectDoneOrRetryable(question());
    }
    await eventually(async () => expect(await missingEngines(under.product.url)).toEqual([]), patient);
    await expectMadeWhole(run, under);
    await eventually(async () => expect((await question()).errors).toEqual([]), patient);
    await eventually(async () => expect(await jobsAtWork()).toBe(0), patient);
  });
