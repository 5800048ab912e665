import { killedProcess } from '@tributary/engines/stream-engine/flink-process.fixture';
import { atNight, eventually, type GraphCaller } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { newApiKey } from '../../../security/newcomers.ts';
import { missingEngines } from '../../real-engines/missing-engines.ts';
import { expectDone, expectDoneOrRetryable } from '../../real-engines/outage-callers.ts';
import { openWays, type Trouble, troubles, type Ways } from '../../real-engines/ways.ts';
import { byWaysToFlink, troubledWays } from './bad-ways.ts';
import { PageLedger } from './page-ledger.ts';
import { openOnFlink, type ProductOnFlink, shownPipeline } from './product-on-flink.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });
const patient = { timeoutMs: 120_000 };

/** What happens to the ways to Flink: all of it at night, else what is over soonest. */
function badWays(): readonly (readonly [string, Trouble])[] {
  if (inject('engines')['TOXIPROXY_URL'] === undefined) return [];
  return inject('ledgerKills') > 1 ? Object.entries(troubles) : [['cut', troubles.cut]];
}

let under: ProductOnFlink;
let operator: GraphCaller;
let ledger: PageLedger;
let ways: Ways | undefined;

beforeAll(async () => {
  const { TOXIPROXY_URL: proxy, FLINK_URL = 'missing: run npm run test:engines -- flink' } =
    inject('engines');
  ways = proxy === undefined ? undefined : openWays(proxy, 'killed-flink');
  const streamEngineUrl = ways === undefined ? FLINK_URL : await byWaysToFlink(ways, FLINK_URL);
  under = await openOnFlink('killed-flink', { streamEngineUrl });
  operator = await under.operator();
  const { authorization } = await newApiKey(under.workspace, 'EDITOR', ['analytics:read', 'analytics:write']);
  ledger = new PageLedger({ url: () => under.product.url, authorization });
  ledger.start();
  await pagesGoOn();
  await counted();
});
afterAll(async () => {
  await ledger?.stop();
  await under?.[Symbol.asyncDispose]();
  await ways?.[Symbol.asyncDispose]();
});

const missing = () => missingEngines(under.product.url);

/** Views are acknowledged all the while, whatever Flink does. */
async function pagesGoOn(): Promise<void> {
  const before = ledger.acknowledged;
  await eventually(() => expect(ledger.acknowledged).toBeGreaterThan(before + 50), patient);
}

/** Stops telling for a moment, and holds what was acknowledged against what the metric says. */
async function counted(): Promise<void> {
  await ledger.stop();
  await eventually(() => ledger.expectCounted(), patient);
  ledger.start();
}

const state = async () => (await shownPipeline(operator, 'page_views')).state;

/** What asks Flink itself, and what is answered without it. */
const start = () => operator('mutation { startPipeline(name: "page_views") { state } }');
const metric = () => operator('{ metric(name: "page_views", window: DAY) { series { points { rows } } } }');

test.each(badWays())(
  'the ways to its JobManager and its SQL Gateway are %s: health names Flink, metrics are answered, and pages are counted, each once',
  async (_how, trouble) => {
    {
      await using _troubled = await troubledWays(ways, trouble);
      await eventually(async () => expect(await missing()).toContain('stream-engine'), patient);
      await Promise.all([
        pagesGoOn(),
        expectDone(metric()),
        expectDone(operator('{ pipelines { state } }')),
        expectDoneOrRetryable(start()),
      ]);
    }
    await eventually(async () => expect(await missing()).toEqual([]), patient);
    await counted();
    await eventually(async () => expect(await state()).toBe('RUNNING'), patient);
  },
);

test('its TaskManager is killed: the pipeline says that it fails and why, pages are counted when there is another, each once', async () => {
  {
    await using _killed = await killedProcess('taskmanager');
    await eventually(async () => {
      const shown = await shownPipeline(operator, 'page_views');
      expect(shown).toMatchObject({
        state: 'FAILING',
        failure: { message: expect.stringContaining('Flink starts the job of page_views again') },
      });
    }, patient);
    await pagesGoOn();
    // Flink itself is there, and says so.
    expect(await missing()).toEqual([]);
  }
  await counted();
  await eventually(async () => expect(await state()).toBe('RUNNING'), patient);
});

test('its JobManager is killed, and its jobs with it: health names Flink, metrics are answered, and new jobs go on where the old ones were', async () => {
  {
    await using _killed = await killedProcess('jobmanager');
    await eventually(async () => expect(await missing()).toContain('stream-engine'), patient);
    await eventually(
      async () =>
        expect(await shownPipeline(operator, 'page_views')).toMatchObject({
          state: 'FAILING',
          failure: { code: 'ENGINE_UNAVAILABLE' },
        }),
      patient,
    );
    await pagesGoOn();
    await expectDone(metric());
  }
  await eventually(async () => expect(await missing()).toEqual([]), patient);
  await counted();
  await eventually(async () => expect(await state()).toBe('RUNNING'), patient);
});

/** Each alone is killed above, and the product alone in `flink.engine.test.ts`; both together wait for the night (`NIGHTLY=1`, .ci/nightly). */
function moreKills(): void {
  test('its SQL Gateway is killed: health names Flink, and what runs there is counted all the same', async () => {
    {
      await using _killed = await killedProcess('sql-gateway');
      await eventually(async () => expect(await missing()).toContain('stream-engine'), patient);
      await pagesGoOn();
      await counted();
    }
    await eventually(async () => expect(await missing()).toEqual([]), patient);
  });

  test('the product is killed together with its TaskManager, and started again while there is none: it goes on where it was', async () => {
    {
      await using _killed = await killedProcess('taskmanager');
      await under.product.kill9();
      await under.start();
      operator = await under.operator();
      await pagesGoOn();
    }
    await counted();
  });

  test('the product is killed together with its JobManager: a start without Flink says which setting names it, and one with Flink goes on where it was', async () => {
    {
      await using _killed = await killedProcess('jobmanager');
      await under.product.kill9();
      await expect(under.start()).rejects.toThrow(/STREAM_ENGINE_URL names a Flink that is away/);
    }
    await eventually(() => under.start(), patient);
    operator = await under.operator();
    await pagesGoOn();
    await counted();
    await eventually(async () => expect(await state()).toBe('RUNNING'), patient);
    // With the next commits of the jobs, a batch that was counted twice would show.
    await pagesGoOn();
    await counted();
  });
}
if (atNight) moreKills();
