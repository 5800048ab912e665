import { openStatesFolder, type StatesFolder } from '@tributary/engines/stream-engine/states-folder.fixture';
import { eventually, type GraphCaller } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { newApiKey } from '../../../security/newcomers.ts';
import { jobOf } from './cluster.ts';
import { PageLedger } from './page-ledger.ts';
import { openOnFlink, type ProductOnFlink, shownPipeline, steered } from './product-on-flink.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });
const patient = { timeoutMs: 120_000 };
const name = 'page_views';

let states: StatesFolder;
let under: ProductOnFlink;
let ledger: PageLedger;

beforeAll(async () => {
  states = await openStatesFolder();
  under = await openOnFlink('refused-savepoint', { streamEngineUrl: states.url });
  const { authorization } = await newApiKey(under.workspace, 'EDITOR', ['analytics:read', 'analytics:write']);
  ledger = new PageLedger({ url: () => under.product.url, authorization });
});
afterAll(async () => {
  await under?.[Symbol.asyncDispose]();
  await states?.[Symbol.asyncDispose]();
});

const stop = (operator: GraphCaller, withoutSavepoint: boolean) =>
  operator<{ stopPipeline: { state: string } | null }>(
    `mutation ($name: String!, $withoutSavepoint: Boolean!) { stopPipeline(name: $name, withoutSavepoint: $withoutSavepoint) { state } }`,
    { name, withoutSavepoint },
  );

test('an operator whose stop Flink can keep no savepoint for is told why and what to do, while events come: the job runs on, and is ended without when they say so', async () => {
  const operator = await under.operator();
  ledger.start();
  const running = await eventually(() => jobOf(name), patient);
  await eventually(
    async () => expect((await shownPipeline(operator, name)).checkpoint).not.toBeNull(),
    patient,
  );
  await states.block();
  const refused = await eventually(async () => {
    const { errors } = await stop(operator, false);
    expect(errors).toHaveLength(1);
    return errors[0];
  }, patient);
  expect(refused).toMatchObject({
    message: expect.stringMatching(/runs on.*savepoints\..*withoutSavepoint/),
    extensions: { code: 'SAVEPOINT_FAILED' },
  });
  expect(await shownPipeline(operator, name)).toMatchObject({
    state: 'RUNNING',
    failure: null,
    savepointFailure: { code: 'SAVEPOINT_FAILED', message: refused?.message },
  });
  expect(await jobOf(name)).toBe(running);

  expect((await stop(operator, true)).errors).toEqual([]);
  await eventually(
    async () =>
      expect(await shownPipeline(operator, name)).toMatchObject({ state: 'STOPPED', savepointFailure: null }),
    patient,
  );
  await steered(operator, 'start', name);
  await ledger.stop();
  await eventually(() => ledger.expectCounted(), patient);
});
