import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { frozenEngine } from '../../real-engines/killed-engine.ts';
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
const patient = { timeoutMs: 120_000 };

let under: ProductOnSpark;

beforeAll(async () => {
  under = await openOnSpark();
});
afterAll(() => under?.[Symbol.asyncDispose]());

test('Spark stands still while it works on a report: the attempt ends with a code to try again, long before the run’s time limit, and the report is made when Spark goes on', async () => {
  const run = await reportAtWork(under);
  {
    await using _frozen = await frozenEngine('spark');
    await eventually(
      async () =>
        expect(await shownRun(under.ask, run)).toMatchObject({
          state: 'DELAYED',
          attempt: 1,
          error: { code: 'ENGINE_UNAVAILABLE' },
        }),
      patient,
    );
    expect(await missingEngines(under.product.url)).toContain('batch-engine');
  }
  await expectMadeAgain(run, under);
  await eventually(async () => expect(await jobsAtWork()).toBe(0), patient);
});
