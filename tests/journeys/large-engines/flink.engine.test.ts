import { eventually, subscribing } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { newMember, signIn } from '../../security/newcomers.ts';
import { freshCode, makeAirport } from '../../security/tenant-data.ts';
import { frozenEngine } from '../real-engines/killed-engine.ts';
import { missingEngines } from '../real-engines/missing-engines.ts';
import {
  openOnFlink,
  type ProductOnFlink,
  shownPipeline,
  shownPipelines,
  steered,
} from './flink/product-on-flink.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });
/** A job has to be compiled and given its slots, and commits once a second. */
const patient = { timeoutMs: 90_000 };

/** How long Flink stands still: at night for half a minute, else until health names it. */
const frozenMs = inject('ledgerKills') > 1 ? 30_000 : 0;

let under: ProductOnFlink;
let editor: { readonly email: string; readonly workspace: string };
let airport: string;

beforeAll(async () => {
  under = await openOnFlink('flink');
  const { email, ask } = await newMember(under.product.url, under.workspace, 'EDITOR');
  editor = { email, workspace: under.workspace.slug };
  airport = await makeAirport(ask);
});
afterAll(() => under?.[Symbol.asyncDispose]());

const entered = async () => (await signIn(under.product.url, editor.email, editor.workspace)).ask;

/** Flights of one day whose delays are these minutes. */
async function fly(delays: readonly number[]): Promise<void> {
  const input = delays.map((delayMinutes) => ({
    flightKey: freshCode(),
    originId: airport,
    destinationId: airport,
    scheduledAt: '2026-01-01T10:00:00Z',
    delayMinutes,
    distanceMiles: 1,
  }));
  const { data, errors } = await (await entered())<{ createFlights: { flight: object | null }[] }>(
    'mutation ($input: [FlightInput!]!) { createFlights(input: $input) { flight { id } } }',
    { input },
  );
  expect(errors).toEqual([]);
  expect(data.createFlights.filter(({ flight }) => flight !== null)).toHaveLength(delays.length);
}

interface Point {
  readonly rows: number;
  readonly value: number;
}
interface Series {
  readonly points: readonly Point[];
}

/** What the metric of the demo's model says about that day. */
async function day(): Promise<Point | undefined> {
  const { data, errors } = await (await entered())<{ metric: { series: Series[] } }>(
    `query ($where: JSON) { metric(name: "flight_delay", window: DAY, where: $where, from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z") {
      series { points { rows value } } } }`,
    { where: { origin: airport } },
  );
  expect(errors).toEqual([]);
  return data.metric.series[0]?.points[0];
}

test('the product says that it stands on Flink, and a metric counts each flight once and tells whoever follows', async () => {
  const figures = await (await fetch(`${under.product.url}/metrics`)).text();
  expect(figures).toContain('tributary_engine_info{port="stream-engine",engine="flink"} 1');
  await using following = await subscribing<{ metricUpdated: { series: Series[] } }>(under.product.url, {
    query: `subscription ($where: JSON) { metricUpdated(name: "flight_delay", window: DAY, where: $where) { series { points { rows value } } } }`,
    variables: { where: { origin: airport } },
    authorization: (await entered()).authorization,
  });
  await fly([10, 20, 60]);
  await eventually(async () => expect(await day()).toEqual({ rows: 3, value: 30 }), patient);
  await following.first(({ metricUpdated }) => metricUpdated.series[0]?.points[0]?.rows === 3);
  expect(following.troubles).toEqual([]);
});

test('while Flink stands still health names it, who asks is answered, and when it goes on it has counted every flight once', async () => {
  const before = (await day())?.rows ?? 0;
  {
    await using _frozen = await frozenEngine('flink');
    const untilMs = performance.now() + frozenMs;
    await eventually(
      async () => expect(await missingEngines(under.product.url)).toContain('stream-engine'),
      patient,
    );
    await fly([30]);
    await eventually(() => expect(performance.now()).toBeGreaterThan(untilMs), patient);
    await fly([30]);
  }
  await eventually(async () => expect(await missingEngines(under.product.url)).toEqual([]), patient);
  await eventually(async () => expect((await day())?.rows).toBe(before + 2), patient);
});

test('a product that is killed while the job of Flink runs goes on where it was: nothing is lost, and nothing counted twice', async () => {
  const before = (await day())?.rows ?? 0;
  await fly(Array.from({ length: 40 }, () => 30));
  await under.product.kill9();
  await under.start();
  await fly(Array.from({ length: 20 }, () => 30));
  await eventually(async () => expect((await day())?.rows).toBeGreaterThanOrEqual(before + 60), patient);
  // One more commit of the job, with which a batch that was counted twice would show.
  await fly([30]);
  await eventually(async () => expect((await day())?.rows).toBeGreaterThanOrEqual(before + 61), patient);
  expect(await day()).toEqual({ rows: before + 61, value: 30 });
});

test('operators see, stop and start what Flink computes through the graph: a stopped metric rests, and then counts what came meanwhile', async () => {
  const operator = await under.operator();
  const one = () => shownPipeline(operator, 'flight_delay');
  expect((await shownPipelines(operator)).map(({ name, engine }) => [name, engine])).toEqual(
    ['bookings', 'flight_delay', 'monthly_delay', 'page_views'].map((name) => [name, 'FLINK']),
  );
  const before = (await day())?.rows ?? 0;
  const reached = async () =>
    (await one()).checkpoint?.offsets.reduce<number>((sum, next) => sum + (next ?? 0), 0) ?? 0;
  const counted = await reached();
  expect((await steered(operator, 'stop', 'flight_delay')).state).toMatch(/^STOPP/);
  await eventually(async () => expect((await one()).state).toBe('STOPPED'), patient);
  await fly([30, 30]);
  await eventually(async () => expect((await one()).eventsBehind).toBe(2), patient);
  expect((await day())?.rows).toBe(before);
  expect((await steered(operator, 'start', 'flight_delay')).state).toBe('RUNNING');
  await eventually(async () => expect(await day()).toEqual({ rows: before + 2, value: 30 }), patient);
  expect(await one()).toMatchObject({ state: 'RUNNING', eventsBehind: 0 });
  expect(await reached()).toBe(counted + 2);
});
