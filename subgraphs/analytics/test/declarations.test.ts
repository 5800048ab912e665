import { analyticsTypeDefs } from '@tributary/analytics';
import { metricFiles, modelFiles, trackingFiles } from '@tributary/schema';
import { expect, test } from 'vitest';
import { durationMs, measureOf, windowOf } from '../src/declarations/expressions.ts';

const sources = (text: string, models = modelFiles()) => ({
  models,
  tracking: trackingFiles(),
  metrics: [{ name: 'm.graphql', text }],
});

/** The faults of one metric over flights, without their places. */
function faultsOf(args: string, type = 'Flight'): readonly string[] {
  try {
    analyticsTypeDefs(sources(`extend type ${type} @metric(${args})`));
    return [];
  } catch (error) {
    const { details } = error as { details: { faults: readonly string[] } };
    return details.faults.map((fault) => fault.replace(/^.*?, line \d+\): /, ''));
  }
}

const good = 'name: "m", measures: { n: "count()" }, windows: { HOUR: "tumble(1h)" }';

test('a metric needs a name, measures and windows, and nothing else', () => {
  expect(faultsOf(good)).toEqual([]);
  expect(faultsOf('description: "nothing else"')).toEqual(
    expect.arrayContaining([
      'a metric is named like flight_delay',
      expect.stringContaining('measures is an object of names'),
      expect.stringContaining('windows is an object'),
    ]),
  );
});

test('what a metric says wrongly is told together, each with what would be right', () => {
  const faults = faultsOf(`name: "m", tine: "x", time: "origin", dimensions: ["colour"],
    measures: { a: "average(delayMinutes)", b: "avg(origin)", c: "sum(nothing)" },
    windows: { hour: "tumble(1h)", DAY: "tumble(a day)", HOP: "hop(1h, 7m)", VISIT: "session(30m)" },
    where: { delayMinutes: { above: 5 } }, lateness: "1d", disorder: "soon", read: ["EVERYBODY"],
    on: [{ type: "Airport", field: "delay", by: "scheduledAt" }]`);
  for (const fault of [
    '@metric has no argument tine',
    'time names a DateTime field of Flight',
    'Flight has no field colour that can be measured',
    'average(delayMinutes) is no measure',
    'avg(origin): origin is no number',
    'Flight has no field nothing that can be measured',
    'a window is named like HOUR, not hour',
    'tumble(a day) is no window',
    'HOP: its size is no multiple of its slide',
    'rows that are taken back cannot be taken out of sessions',
    'above of delayMinutes is no comparison',
    'records may change at any time',
    'disorder is a duration',
    'read: EVERYBODY is no grant for a metric',
    'scheduledAt of Flight does not refer to Airport',
  ])
    expect(faults).toContainEqual(expect.stringContaining(fault));
});

test('two kinds of events that SQL would call alike are a fault', () => {
  const tracking = [
    { name: 'a.graphql', text: 'type Paid @event(name: "bill_paid.now") { id: String }' },
    { name: 'b.graphql', text: 'type PaidNow @event(name: "bill.paid_now") { place: String }' },
  ];
  expect(() => analyticsTypeDefs({ models: modelFiles(), tracking, metrics: [] })).toThrow(
    /bill\.paid_now and bill_paid\.now would both be the table bill_paid_now/,
  );
});

test('properties that SQL would not tell apart, and a table that it could not name, are faults', () => {
  const name = `long.${'a'.repeat(60)}`;
  const text = `type Seen @event(name: "${name}") { place: String Place: Int }`;
  const declare = () =>
    analyticsTypeDefs({ models: modelFiles(), tracking: [{ name: 'a.graphql', text }], metrics: [] });
  expect(declare).toThrow(/Seen\.Place .*SQL would not tell it from place/);
  expect(declare).toThrow(/would be a table of more than 63 characters/);
});

test('a field of an entity is predicted once, and no metric takes one that is there', () => {
  const prediction = `@prediction(field: "late", model: "m", output: "o", inputs: { a: "distance" })`;
  const twice = [{ name: 'p.graphql', text: `extend type Flight ${prediction} ${prediction}` }];
  const declare =
    (field: string, predictions = twice) =>
    () =>
      analyticsTypeDefs({
        ...sources(
          `extend type Flight @metric(${good}, dimensions: ["origin"], on: [{ type: "Airport", field: "${field}", by: "origin" }])`,
        ),
        predictions,
      });
  expect(declare('busy')).toThrow(/Flight\.late .*is predicted twice/);
  expect(declare('city', [])).toThrow(/Airport has a field city of its own/);
  const airport = prediction.replace('distance', 'latitude');
  expect(declare('late', [{ name: 'p.graphql', text: `extend type Airport ${airport}` }])).toThrow(
    /Airport\.late is predicted/,
  );
});

test('what a filter compares is of the type of the field', () => {
  for (const where of [
    '{ delayMinutes: { gt: "60" } }',
    '{ origin: { in: ["a", 1] } }',
    '{ scheduledAt: { lt: 5 } }',
  ])
    expect(faultsOf(`${good}, where: ${where}`)).toEqual([
      expect.stringMatching(/^where compares \w+, which is \w+, with something else$/),
    ]);
  expect(faultsOf(`${good}, where: { delayMinutes: { gt: 60 }, origin: { isNull: false } }`)).toEqual([]);
});

test('windows of a model are all kept, those of events at least as long as late rows may come', () => {
  expect(faultsOf(`${good}, keep: "30d"`)).toEqual([expect.stringContaining('keep is for events')]);
  expect(faultsOf(`${good}, keep: "1h", lateness: "1d"`, 'PageViewed')).toEqual([
    'm: windows are kept at least as long as late rows may come for them',
  ]);
  expect(faultsOf(`${good}, keep: "1d"`, 'PageViewed')).toEqual([]);
});

test('a metric over rows that not everybody may read says who may read it', () => {
  const models = [
    {
      name: 'note.graphql',
      text: 'type Note @model @access(read: [OWNER_OF_ROW], write: [EDITOR]) { minutes: Int }',
    },
  ];
  const declare = (more: string) => () =>
    analyticsTypeDefs(sources(`extend type Note @metric(${good} ${more})`, models));
  expect(declare('')).toThrow(/not everybody sees every Note/);
  expect(declare('read: ["ADMIN"]')).not.toThrow();
});

test('metrics are on models and tracked events, one of a name, one for an entity field', () => {
  expect(faultsOf(good, 'Nobody')).toEqual(['is neither a model nor a tracked event']);
  expect(faultsOf(`${good}) @metric(${good}`)).toEqual(['there are two metrics m']);
  expect(
    faultsOf(`${good}, dimensions: ["origin"], on: [{ type: "Airport", field: "delay", by: "origin" }]`),
  ).toEqual(['Airport.delay shows two metrics']);
});

test('the windows of all metrics are one enum, and entities get the fields of theirs', () => {
  const sdl = analyticsTypeDefs({ models: modelFiles(), tracking: trackingFiles(), metrics: metricFiles() });
  expect(sdl).toMatch(/extend enum MetricWindow \{\s+LAST_DAY\s+\}/);
  expect(sdl).toMatch(/type Airport @key\(fields: "id"\) @allow\(to: \["PUBLIC"\], scope: "data:read"\)/);
  expect(sdl).toContain(
    'delay(window: MetricWindow!, from: DateTime, to: DateTime): MetricSeries @allow(to: ["PUBLIC"], scope: "analytics:read")',
  );
});

test('expressions are read as they are written, and nothing else is', () => {
  expect(['90s', '5m', '1h', '1d', '2w', '', '0h', '1y', '-1h', '1.5h', 7].map(durationMs)).toEqual([
    90_000,
    300_000,
    3_600_000,
    86_400_000,
    1_209_600_000,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(windowOf('W', 'tumble(1w)')).toEqual({
    name: 'W',
    kind: 'tumble',
    sizeMs: 604_800_000,
    offsetMs: 345_600_000,
  });
  expect(windowOf('W', 'hop(1d, 1h)')).toMatchObject({ kind: 'hop', sizeMs: 86_400_000, slideMs: 3_600_000 });
  expect(
    ['hop(1d)', 'tumble(1h, 1h)', 'session(1h, 1h)', 'slide(1h)', 'tumble 1h'].map((text) =>
      windowOf('W', text),
    ),
  ).toEqual(Array.from({ length: 5 }, () => undefined));
  expect(measureOf('m', 'p99.9(x)')).toEqual({
    name: 'm',
    function: 'percentile',
    field: 'x',
    percentile: 99.9,
  });
  expect(
    ['count(x)', 'avg()', 'p(x)', 'sum5(x)', 'constructor(x)', 'avg(a.b)'].map((text) =>
      measureOf('m', text),
    ),
  ).toEqual(Array.from({ length: 6 }, () => undefined));
});
