import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, type GraphCaller, graphCaller } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { newApiKey, signIn } from '../../../security/newcomers.ts';
import { type Command, clone, run } from '../../clone.ts';
import { change, servedAt } from '../../dev-loop.ts';
import { jobOf, statesOf } from './cluster.ts';
import { type Point, seriesOf } from './every-series.ts';
import {
  openOnFlink,
  type ProductOnFlink,
  shownPipeline,
  shownPipelines,
  steered,
} from './product-on-flink.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });
const patient = { timeoutMs: 120_000 };
const declaration = 'schema/metrics/page-views.graphql';

let under: ProductOnFlink;
let authorization: string;

beforeAll(async () => {
  under = await openOnFlink('upgraded-flink');
  ({ authorization } = await newApiKey(under.workspace, 'EDITOR', ['analytics:read', 'analytics:write']));
  // From now on it is started from a copy, whose declarations change.
  await under.product.stop();
});
afterAll(() => under?.[Symbol.asyncDispose]());

interface Started {
  readonly command: Command;
  readonly operator: GraphCaller;
  readonly ask: GraphCaller;
}

async function started(folder: string): Promise<Started> {
  const command = run(folder, ['deploy/all-in-one/dist/main.js'], under.settings);
  const url = await servedAt(command, 1);
  const { slug, owner } = under.workspace;
  const { ask: operator } = await signIn(url, owner.email, slug);
  return { command, operator, ask: graphCaller(url, authorization) };
}

async function track(ask: GraphCaller, name: string, properties: readonly object[]): Promise<void> {
  const events = properties.map((each) => ({ name, properties: each }));
  const { data, errors } = await ask<{ track: { status: string }[] }>(
    'mutation ($events: [TrackEvent!]!) { track(events: $events) { status } }',
    { events },
  );
  expect(errors).toEqual([]);
  expect(data.track.map(({ status }) => status)).toEqual(events.map(() => 'ACCEPTED'));
}

const view = (loadMs: number) => ({ path: '/', loadMs });

/** Over all days: the clock of the test may pass midnight. */
async function days(ask: GraphCaller, name = 'page_views'): Promise<readonly Point[]> {
  const { series } = await seriesOf(ask, { name, window: 'DAY' });
  return series.flatMap(({ points }) => points);
}

const counted = (ask: GraphCaller, rows: number, name?: string): Promise<void> =>
  eventually(async () => {
    const found = await days(ask, name);
    expect(found.reduce((sum, point) => sum + point.rows, 0)).toBe(rows);
  }, patient);

/** Answers where Flink put the job's state. */
async function stopped({ operator, command }: Started, more: () => Promise<void>): Promise<string> {
  const job = await jobOf('page_views');
  await steered(operator, 'stop', 'page_views');
  await eventually(
    async () => expect((await shownPipeline(operator, 'page_views')).state).toBe('STOPPED'),
    patient,
  );
  const savepoint = await eventually(async () => {
    const { savepoint: place = 'none yet' } = await statesOf(job);
    expect(place).toMatch(/^file:/);
    return place;
  }, patient);
  await more();
  expect(await command.end('SIGINT')).toBe(0);
  return savepoint;
}

test('a pipeline is submitted, listed, stopped with a savepoint and upgraded from it by its operator, who is told what became of what was computed', async () => {
  const folder = await clone();
  const first = await started(folder);
  expect((await shownPipelines(first.operator)).map(({ name, engine }) => [name, engine])).toEqual(
    ['bookings', 'flight_delay', 'monthly_delay', 'page_views'].map((name) => [name, 'FLINK']),
  );
  await track(first.ask, 'page.viewed', [100, 200, 300, 400, 500].map(view));
  await counted(first.ask, 5);
  expect(await shownPipeline(first.operator, 'page_views')).toMatchObject({
    state: 'RUNNING',
    version: 1,
    change: null,
    failure: null,
  });
  const savepoint = await stopped(first, () => track(first.ask, 'page.viewed', [600, 700].map(view)));

  // What changes is none of the query's: it goes on with the state that its job left.
  await change(folder, declaration, ['dimensions:', 'maxGroups: 500\n    dimensions:']);
  const second = await started(folder);
  await eventually(
    async () =>
      expect(await shownPipeline(second.operator, 'page_views')).toMatchObject({
        state: 'STOPPED',
        version: 2,
        change: { kind: 'RESUMED' },
        eventsBehind: 2,
        savepoint: { place: savepoint, restoredAt: null },
      }),
    patient,
  );
  await counted(second.ask, 5);
  await steered(second.operator, 'start', 'page_views');
  await counted(second.ask, 7);
  const { restored } = await statesOf(await jobOf('page_views'));
  expect(restored).toBe(savepoint);
  expect((await shownPipeline(second.operator, 'page_views')).savepoint).toEqual({
    place: savepoint,
    restoredAt: expect.stringMatching(/^20/),
  });
  await stopped(second, () => track(second.ask, 'page.viewed', [800].map(view)));

  // Another query has no use for the state, and begins at the same place; a metric that is new is submitted with it.
  await change(folder, declaration, ['maxGroups: 500', 'maxGroups: 500\n    disorder: "2m"']);
  const searches = `extend type FlightSearched @metric(name: "searches", measures: { searches: "count()" }, windows: { DAY: "tumble(1d)" })`;
  await writeFile(join(folder, 'schema/metrics/searches.graphql'), searches);
  const third = await started(folder);
  await steered(third.operator, 'start', 'page_views');
  await track(third.ask, 'page.viewed', [900].map(view));
  await counted(third.ask, 9);
  expect(await shownPipeline(third.operator, 'page_views')).toMatchObject({
    state: 'RUNNING',
    version: 3,
    change: { kind: 'RESUMED' },
  });
  const replaced = await jobOf('page_views');
  expect((await statesOf(replaced)).restored).toBeUndefined();
  await track(third.ask, 'flight.searched', [{ origin: 'DTW', results: 3 }]);
  await counted(third.ask, 1, 'searches');
  expect(await shownPipeline(third.operator, 'searches')).toMatchObject({ state: 'RUNNING', version: 1 });
  expect(await third.command.end('SIGINT')).toBe(0);

  // What was computed does not hold what is measured now: all of it anew.
  await change(folder, declaration, ['views: "count()"', 'views: "count()", slowest: "max(loadMs)"']);
  const fourth = await started(folder);
  await counted(fourth.ask, 9);
  const slowest = (await days(fourth.ask)).map(({ byMeasure }) => byMeasure['slowest'] ?? 0);
  expect(Math.max(...slowest)).toBe(900);
  const told = { state: 'RUNNING', version: 4, change: { kind: 'RECOMPUTED' } };
  expect(await shownPipeline(fourth.operator, 'page_views')).toMatchObject(told);
  await eventually(async () => expect(await jobOf('page_views')).not.toBe(replaced), patient);
  expect(await steered(fourth.operator, 'recompute', 'page_views')).toMatchObject(told);
  await counted(fourth.ask, 9);
  expect(await fourth.command.end('SIGINT')).toBe(0);
});
