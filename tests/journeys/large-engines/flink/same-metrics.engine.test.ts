import { eventually, type GraphCaller, type RunningProduct, startProduct } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { newMember, newWorkspace } from '../../../security/newcomers.ts';
import { airportInput } from '../../../security/tenant-data.ts';
import { type OwnPlaces, ownPlaces } from '../../real-engines/own-places.ts';
import { endedRun, enqueued } from '../../runs.ts';
import { type EverySeries, everySeries, type Point, seriesOf } from './every-series.ts';
import { openOnFlink, type ProductOnFlink } from './product-on-flink.ts';
import { late, marksOfRound, outOfOrder, repeatLast, type ToldEvent, tell } from './told-events.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });
const patient = { timeoutMs: 120_000 };
const hourMs = 3_600_000;
/** Of all kinds of events, in a round. */
const marks = marksOfRound * 3;

/** A product, and who tells it things. */
interface Side {
  readonly name: string;
  readonly ask: GraphCaller;
  readonly codes: Map<string, string>;
  readonly flights: string[];
}

let onFlink: ProductOnFlink;
let places: OwnPlaces;
let embedded: RunningProduct;
let sides: readonly [flink: Side, embedded: Side];

beforeAll(async () => {
  onFlink = await openOnFlink('same-flink');
  places = await ownPlaces('same-embedded');
  // The same log and the same database server: what differs is who computes.
  const env = {
    ...places.settings,
    STREAM_ENGINE_URL: 'embedded:',
    DEMO: 'off',
    LOG_LEVEL: 'error',
    REQUESTS_PER_MINUTE: '100000',
  };
  embedded = await startProduct({ form: 'one', env });
  const side = async (name: string, url: string): Promise<Side> => {
    const { ask } = await newMember(url, await newWorkspace(url), 'EDITOR');
    return { name, ask, codes: new Map(), flights: [] };
  };
  sides = [await side('same-flink', onFlink.product.url), await side('same-embedded', embedded.url)];
});
afterAll(async () => {
  await embedded?.[Symbol.asyncDispose]();
  await places?.[Symbol.asyncDispose]();
  await onFlink?.[Symbol.asyncDispose]();
});

const onBoth = async (work: (side: Side) => Promise<void>): Promise<void> =>
  void (await Promise.all(sides.map(work)));

/** Nothing before a round's marks is left to compute. */
async function untilComputed({ ask, flights }: Side, round: string): Promise<void> {
  const marked = [
    { name: 'page_views', where: { path: `/${round}` } },
    { name: 'bookings', where: { origin: round } },
    { name: 'monthly_delay', where: { month: round, origin: round } },
  ];
  await eventually(async () => {
    for (const asked of marked)
      expect(rowsIn((await seriesOf(ask, { ...asked, window: 'DAY' })).series)).toBe(marksOfRound);
    const { series, freshness } = await seriesOf(ask, { name: 'flight_delay', window: 'DAY' });
    expect([rowsIn(series), freshness.lagMs]).toEqual([flights.length, 0]);
  }, patient);
}

const rowsIn = (series: readonly { readonly points: readonly Point[] }[]): number =>
  series.flatMap(({ points }) => points).reduce((sum, { rows }) => sum + rows, 0);

/** Tells both, waits for both, and answers what both say then, which is the same. */
async function agreed(round: string, events: readonly ToldEvent[]): Promise<EverySeries> {
  await onBoth(async (side) => {
    await tell(side.ask, events);
    await untilComputed(side, round);
  });
  const [flink, windower] = await Promise.all(sides.map(({ ask, codes }) => everySeries(ask, codes)));
  expect(flink).toEqual(windower);
  return windower ?? {};
}

const codes = ['SM1', 'SM2', 'SM3'];
const idOf = ({ codes: known }: Side, n: number): string => [...known.keys()][n % known.size] ?? '';
const bulk = async (
  { ask }: Side,
  mutation: string,
  input: readonly object[],
): Promise<readonly string[]> => {
  const { data, errors } = await ask<{ made: { item: { id: string } | null }[] }>(mutation, { input });
  expect(errors).toEqual([]);
  return data.made.flatMap(({ item }) => (item === null ? [] : [item.id]));
};

async function makeFlights(side: Side): Promise<void> {
  const airports =
    'mutation ($input: [AirportInput!]!) { made: createAirports(input: $input) { item: airport { id } } }';
  const made = await bulk(side, airports, codes.map(airportInput));
  made.forEach((id, n) => void side.codes.set(id, codes[n] ?? ''));
  const flights =
    'mutation ($input: [FlightInput!]!) { made: createFlights(input: $input) { item: flight { id } } }';
  const input = Array.from({ length: 60 }, (_, n) => ({
    flightKey: `flight-${n}`,
    originId: idOf(side, n),
    destinationId: idOf(side, n + 1),
    scheduledAt: new Date(Date.parse('2026-01-01T00:00:00Z') + n * 31 * 60_000).toISOString(),
    delayMinutes: ((n * 13) % 120) - 20,
    distanceMiles: 100,
  }));
  side.flights.push(...(await bulk(side, flights, input)));
}

/** Some are late in another way, some begin elsewhere or at another time. */
async function changeFlights({ ask, flights, ...side }: Side, change: (n: number) => object): Promise<void> {
  for (let n = 0; n < flights.length; n += 4) {
    const { errors } = await ask(
      'mutation ($id: ID!, $input: FlightPatch!) { updateFlight(id: $id, input: $input) { id } }',
      { id: flights[n], input: change(n) },
    );
    expect(errors).toEqual([]);
  }
  expect(side.codes.size).toBe(codes.length);
}

async function deleteFlights({ ask, flights }: Side, count: number): Promise<void> {
  for (const id of flights.splice(0, count)) {
    const { errors } = await ask('mutation ($id: ID!) { deleteFlight(id: $id) { id } }', { id });
    expect(errors).toEqual([]);
  }
}

test('what is measured is the same by Flink and by the product itself, in every window and grouping of every metric that is declared', async () => {
  const firstMs = Math.floor(Date.now() / hourMs) * hourMs - 4 * 24 * hourMs;
  const nextMs = firstMs + 20 * hourMs;
  const opening = outOfOrder({ round: 'first', atMs: firstMs, withinMs: 20 * hourMs }, 240);
  await onBoth(makeFlights);
  const first = await agreed('first', opening);
  expect(Object.keys(first).map((each) => each.split(' ')[0])).toEqual(
    expect.arrayContaining(['bookings', 'flight_delay', 'monthly_delay', 'page_views']),
  );
  for (const [asked, { series, freshness }] of Object.entries(first)) {
    expect({ [asked]: series.length }).not.toEqual({ [asked]: 0 });
    expect({ [asked]: freshness.late }).toEqual({ [asked]: 0 });
  }

  // Late ones: some are kept out of all of their windows, some of a few.
  await onBoth((side) => changeFlights(side, (n) => ({ delayMinutes: n % 90 })));
  const second = await agreed('second', late({ round: 'second', atMs: firstMs }, 90));

  // Repeated ones: by who tells them, and by the log.
  await onBoth(async (side) => {
    await changeFlights(side, (n) => ({ originId: idOf(side, n + 2), scheduledAt: '2026-01-05T12:00:00Z' }));
    await tell(side.ask, opening, 'DUPLICATE');
    await repeatLast(side.name, 40);
  });
  const third = await agreed(
    'third',
    outOfOrder({ round: 'third', atMs: nextMs, withinMs: 20 * hourMs }, 240),
  );

  await onBoth(async (side) => {
    await deleteFlights(side, 12);
    await repeatLast(side.name, 20);
  });
  const last = await agreed('last', late({ round: 'last', atMs: nextMs }, 90));
  // Each was computed once: in the shortest of its windows, or it was late for that.
  const told = { first: opening.length, second: 90 * 3 + marks, third: opening.length, last: 90 * 3 + marks };
  const ofOneKind = Object.values(told).reduce((sum, count) => sum + count, 0) / 3;
  for (const asked of ['page_views HOUR []', 'bookings HOUR []', 'monthly_delay DAY [month,origin]']) {
    const before = second[asked]?.freshness.late ?? 0;
    const { series, freshness } = last[asked] ?? { series: [], freshness: { late: 0 } };
    expect({ [asked]: [before > 0, freshness.late > before] }).toEqual({ [asked]: [true, true] });
    expect({ [asked]: rowsIn(series) + freshness.late }).toEqual({ [asked]: ofOneKind });
  }
  expect(third['page_views LAST_DAY []']?.series[0]?.points.length).toBeGreaterThan(24);
});

/** What a report of this day says, however late in it. */
async function reported({ ask }: Side, tracked: number): Promise<readonly object[]> {
  const dimensions = ['month', 'origin'];
  const yesterday = new Date(Date.now() - 24 * hourMs).toISOString();
  return eventually(async () => {
    const { series } = await seriesOf(ask, { name: 'monthly_delay', window: 'DAY', dimensions });
    const found = series.flatMap(({ dimensions: of, points }) =>
      points.flatMap(({ start, rows, byMeasure }) => (start > yesterday ? [{ of, rows, byMeasure }] : [])),
    );
    expect(found).toHaveLength(tracked);
    return found;
  }, patient);
}

test('the report on delays by month is the same metric by both, when each has made it of the same flights', async () => {
  const [flink, windower] = await Promise.all(
    sides.map(async (side) => {
      const run = await endedRun(side.ask, await enqueued(side.ask, 'monthly-delay-report', {}));
      expect(run).toMatchObject({ state: 'SUCCEEDED', error: null, output: { tracked: codes.length } });
      return reported(side, codes.length);
    }),
  );
  expect(flink).toEqual(windower);
});
