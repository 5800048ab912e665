import { eventually, type GraphCaller, type RunningProduct, startProduct } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { newMember, newWorkspace } from '../../../security/newcomers.ts';
import { frozenEngine } from '../../real-engines/killed-engine.ts';
import { missingEngines } from '../../real-engines/missing-engines.ts';
import { endedRun, enqueued, shownRun } from '../../runs.ts';
import { jobsAtWork, reportIn, reportOfDuckDb, uploadedFlights } from './monthly-report.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });
const patient = { timeoutMs: 120_000 };

let product: RunningProduct;
let ask: GraphCaller;

beforeAll(async () => {
  const env = { ...inject('engines'), DEMO: 'off', LOG_LEVEL: 'error' };
  product = await startProduct({ form: 'one', env });
  ({ ask } = await newMember(product.url, await newWorkspace(product.url), 'EDITOR'));
});
afterAll(() => product?.[Symbol.asyncDispose]());

test('Spark stands still while it works on a report: the attempt ends with a code to try again, long before the run’s time limit, and the report is made when Spark goes on', async () => {
  const flights = await uploadedFlights(product.url, ask);
  const run = await enqueued(ask, 'monthly-delay-report', { flights });
  await eventually(async () => expect(await jobsAtWork()).toBeGreaterThan(0), patient);
  expect(await shownRun(ask, run)).toMatchObject({ state: 'RUNNING', attempt: 1 });
  {
    await using _frozen = await frozenEngine('spark');
    await eventually(
      async () =>
        expect(await shownRun(ask, run)).toMatchObject({
          state: 'DELAYED',
          attempt: 1,
          error: { code: 'ENGINE_UNAVAILABLE' },
        }),
      patient,
    );
    expect(await missingEngines(product.url)).toContain('batch-engine');
  }
  const ended = await endedRun(ask, run);
  expect(ended).toMatchObject({ state: 'SUCCEEDED', attempt: 2, error: null });
  const [, ...lines] = await reportIn(ended.output?.file, { url: product.url, ask });
  expect(lines).toEqual(await reportOfDuckDb());
  await eventually(async () => expect(await jobsAtWork()).toBe(0), patient);
});
