import { newId } from '@tributary/runtime';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { computed, flightChange, type TestFlight } from './measuring.ts';
import { anonymous, apiKey, member, type OpenAnalytics, openAnalytics, startMs } from './open-analytics.ts';

let analytics: OpenAnalytics;
let workspaceId: string;
beforeAll(async () => {
  analytics = await openAnalytics();
  await analytics.measure();
});
beforeEach(() => {
  workspaceId = newId();
});
afterAll(() => analytics[Symbol.asyncDispose]());

const airports = { DTW: newId(), LAS: newId() };

const flight = (origin: string, time: string, delayMinutes: number): TestFlight => ({
  id: newId(),
  origin,
  scheduledAt: `2001-01-${time}:00.000Z`,
  delayMinutes,
});

async function tell(
  ...changes: readonly { readonly before: TestFlight | null; readonly after: TestFlight | null }[]
): Promise<void> {
  for (const change of changes)
    await analytics.eventLog.append('data.record', [flightChange(analytics, workspaceId, change)]);
  await computed(analytics);
}

const created = (after: TestFlight) => ({ before: null, after });

const query = `query ($name: String!, $window: MetricWindow!, $from: DateTime, $to: DateTime, $dimensions: [String!], $where: JSON, $first: Int, $after: Cursor) {
  metric(name: $name, window: $window, from: $from, to: $to, dimensions: $dimensions, where: $where, first: $first, after: $after) {
    freshness { watermark latest lagMs late }
    series { dimensions points { start end rows value flights: value(measure: "flights") byMeasure values { measure value } } }
    pageInfo { hasNextPage endCursor } } }`;

const ask = (variables: object, as = anonymous(workspaceId)) =>
  analytics.run(as, query, { name: 'flight_delay', window: 'HOUR', ...variables });

test('records are measured in the time of the data, also when that was decades ago', async () => {
  await tell(
    created(flight(airports.DTW, '01T10:05', 10)),
    created(flight(airports.DTW, '01T10:55', 30)),
    created(flight(airports.LAS, '01T11:00', -5)),
  );
  const { data } = await ask({ from: '2001-01-01T00:00:00Z', to: '2001-01-02T00:00:00Z' });
  expect(data.metric.series).toEqual([
    {
      dimensions: {},
      points: [
        {
          start: '2001-01-01T10:00:00.000Z',
          end: '2001-01-01T11:00:00.000Z',
          rows: 2,
          value: 20,
          flights: 2,
          values: expect.arrayContaining([{ measure: 'average', value: 20 }]),
          byMeasure: {
            average: 20,
            median: expect.closeTo(10, 0),
            p95: expect.closeTo(30, 0),
            worst: 30,
            flights: 2,
          },
        },
        expect.objectContaining({ start: '2001-01-01T11:00:00.000Z', rows: 1, value: -5 }),
      ],
    },
  ]);
  expect(data.metric.freshness).toMatchObject({ latest: '2001-01-01T11:00:00.000Z', lagMs: 0, late: 0 });
});

test('a changed record leaves its old window, a deleted one leaves all', async () => {
  const first = flight(airports.DTW, '01T10:05', 10);
  const moved = { ...first, scheduledAt: '2001-01-01T12:05:00.000Z', delayMinutes: 60 };
  const second = flight(airports.DTW, '01T12:30', 20);
  await tell(created(first), created(second), { before: first, after: moved });
  const points = async (): Promise<unknown> =>
    (await ask({})).data.metric.series.flatMap(
      (series: { points: { start: string; value: number; rows: number }[] }) =>
        series.points.map(({ start, value, rows }) => [start.slice(11, 13), value, rows]),
    );
  expect(await points()).toEqual([['12', 40, 2]]);
  await tell({ before: moved, after: null });
  expect(await points()).toEqual([['12', 20, 1]]);
});

test('a record that went after the log had forgotten it holds up no metric: the others go on, of all workspaces', async () => {
  await tell({ before: flight(airports.DTW, '01T10:05', 10), after: null });
  await tell(created(flight(airports.DTW, '01T10:30', 20)));
  const { data } = await ask({});
  expect(data.metric.series[0].points).toMatchObject([{ rows: 1, value: 20 }]);
});

test('a metric is split by its dimensions and narrowed by their values, a page of series at a time', async () => {
  await tell(created(flight(airports.DTW, '01T10:05', 10)), created(flight(airports.LAS, '01T10:05', 20)));
  const origins = async (variables: object) => {
    const { data } = await ask(variables);
    return {
      ids: data.metric.series.map(({ dimensions }: { dimensions: { origin: string } }) => dimensions.origin),
      page: data.metric.pageInfo,
    };
  };
  const sorted = [airports.DTW, airports.LAS].sort();
  const first = await origins({ dimensions: ['origin'], first: 1 });
  expect(first).toMatchObject({ ids: sorted.slice(0, 1), page: { hasNextPage: true } });
  expect(await origins({ dimensions: ['origin'], first: 1, after: first.page.endCursor })).toMatchObject({
    ids: sorted.slice(1),
    page: { hasNextPage: false },
  });
  expect((await origins({ where: { origin: airports.LAS } })).ids).toEqual([airports.LAS]);
  expect((await origins({ where: { origin: [airports.LAS, newId()] } })).ids).toEqual([airports.LAS]);
});

test('questions a metric cannot answer are refused with what it can', async () => {
  const codes = async (...questions: object[]): Promise<unknown[]> =>
    Promise.all(questions.map(async (question) => (await ask(question)).code));
  expect(await codes({ name: 'none' })).toEqual(['NOT_FOUND']);
  expect(
    await codes(
      { window: 'LAST_DAY' },
      { dimensions: ['destination'] },
      { dimensions: ['origin', 'origin'] },
      { where: { colour: 'red' } },
      { where: { origin: { eq: 'x' } } },
      { where: [] },
      { from: '2001-01-02T00:00:00Z', to: '2001-01-01T00:00:00Z' },
      { first: 101 },
    ),
  ).toEqual(Array.from({ length: 8 }, () => 'BAD_USER_INPUT'));
  expect(await codes({ after: 'x' })).toEqual(['CURSOR_INVALID']);
});

test('one workspace sees nothing of what another measures', async () => {
  await tell(created(flight(airports.DTW, '01T10:05', 10)));
  const stranger = anonymous(newId());
  expect(
    (await ask({ from: '2001-01-01T00:00:00Z', to: '2001-01-02T00:00:00Z' }, stranger)).data.metric,
  ).toMatchObject({
    series: [],
    freshness: { watermark: null, latest: null },
  });
});

test('a metric is for the readers of its model, or for members where it measures events', async () => {
  const names = async (as: Parameters<OpenAnalytics['run']>[0]): Promise<unknown> =>
    (await analytics.run(as, '{ metrics { name } }')).data?.metrics?.map(
      ({ name }: { name: string }) => name,
    ) ?? null;
  const all = ['bookings', 'flight_delay', 'monthly_delay', 'page_views'];
  expect(await names(anonymous(workspaceId))).toEqual(['flight_delay']);
  expect(await names(member(workspaceId, 'VIEWER'))).toEqual(all);
  expect(await names(apiKey(workspaceId, 'EDITOR', ['analytics:read']))).toEqual(all);
  expect(await names(apiKey(workspaceId, 'EDITOR', ['data:read']))).toBeNull();
  expect((await ask({ name: 'page_views' })).code).toBe('NOT_FOUND');
});

test('the catalogue says what a metric measures and how it can be asked for', async () => {
  const { data } = await analytics.run(
    member(workspaceId, 'VIEWER'),
    '{ metrics { name over measures { name function field } windows { name kind sizeSeconds slideSeconds gapSeconds } dimensions groupings } }',
  );
  expect(data.metrics).toContainEqual({
    name: 'page_views',
    over: 'page.viewed',
    measures: [
      { name: 'views', function: 'count', field: null },
      { name: 'loadMs', function: 'avg', field: 'loadMs' },
      { name: 'loadMsP95', function: 'percentile', field: 'loadMs' },
    ],
    windows: [
      { name: 'HOUR', kind: 'tumble', sizeSeconds: 3_600, slideSeconds: 3_600, gapSeconds: null },
      { name: 'DAY', kind: 'tumble', sizeSeconds: 86_400, slideSeconds: 86_400, gapSeconds: null },
      { name: 'LAST_DAY', kind: 'hop', sizeSeconds: 86_400, slideSeconds: 3_600, gapSeconds: null },
    ],
    dimensions: ['path'],
    groupings: [[], ['path']],
  });
});

test('the catalogue says which types a metric is a field of', async () => {
  const { data } = await analytics.run(
    member(workspaceId, 'VIEWER'),
    '{ metrics { name fields { type field } } }',
  );
  expect(data.metrics).toContainEqual({
    name: 'flight_delay',
    fields: [{ type: 'Airport', field: 'delay' }],
  });
  expect(data.metrics).toContainEqual({ name: 'page_views', fields: [] });
});

test('tracked events are measured, each once', async () => {
  const editor = member(workspaceId, 'EDITOR');
  const time = new Date(startMs - 7_200_000).toISOString();
  const event = (id: string, path: string, loadMs: number) => ({
    id,
    name: 'page.viewed',
    subject: id,
    time,
    properties: { path, loadMs },
  });
  const events = [event('a', '/', 100), event('b', '/', 300), event('c', '/flights', 50)];
  await analytics.run(editor, 'mutation ($events: [TrackEvent!]!) { track(events: $events) { status } }', {
    events: [...events, ...events],
  });
  await computed(analytics);
  const { data } = await ask({ name: 'page_views', where: { path: '/' } }, editor);
  expect(data.metric.series[0].points[0].byMeasure).toEqual({
    views: 2,
    loadMs: 200,
    loadMsP95: expect.closeTo(300, -1),
  });
});

test('the places of a dimension are ranked by a measure', async () => {
  await tell(
    created(flight(airports.DTW, '01T10:05', 10)),
    created(flight(airports.LAS, '01T10:05', 20)),
    created(flight(airports.LAS, '01T10:15', 40)),
  );
  const topK =
    '{ topK(metric: "flight_delay", dimension: "origin", window: HOUR, k: 1, measure: "flights") { key value point { start value } } }';
  expect((await analytics.run(anonymous(workspaceId), topK)).data.topK).toEqual([
    { key: airports.LAS, value: 2, point: { start: '2001-01-01T10:00:00.000Z', value: 30 } },
  ]);
  const tooMany = topK.replace('k: 1', 'k: 101');
  expect((await analytics.run(anonymous(workspaceId), tooMany)).code).toBe('BAD_USER_INPUT');
});

test('entities carry their series, however many of them in one statement', async () => {
  await tell(created(flight(airports.DTW, '01T10:05', 10)), created(flight(airports.LAS, '01T10:05', 20)));
  const representations = [airports.DTW, airports.LAS, newId()].map((id) => ({ __typename: 'Airport', id }));
  const entities = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on Airport { id delay(window: HOUR) { dimensions points { value } } } } }`;
  const { data } = await analytics.run(anonymous(workspaceId), entities, { representations });
  expect(data._entities).toMatchObject([
    { id: airports.DTW, delay: { dimensions: { origin: airports.DTW }, points: [{ value: 10 }] } },
    { id: airports.LAS, delay: { points: [{ value: 20 }] } },
    { delay: { points: [] } },
  ]);
});

test('changed windows are told to those who follow their grouping, and to nobody of another workspace', async () => {
  await tell(created(flight(airports.DTW, '01T10:05', 10)));
  const told = (await analytics.takeEvents()).find(
    ({ event }) => event.workspaceid === workspaceId && (event.data as { window: string }).window === 'HOUR',
  );
  if (told === undefined) throw new Error('nothing was told');
  const subscription = `subscription ($name: String!, $window: MetricWindow, $dimensions: [String!], $where: JSON) {
    metricUpdated(name: $name, window: $window, dimensions: $dimensions, where: $where) { cursor name window series { dimensions points { start rows value } } } }`;
  const hear = async (variables: object, as = anonymous(workspaceId)) =>
    (
      await analytics.run(
        as,
        subscription,
        { name: 'flight_delay', ...variables },
        { stream: { event: told.event, cursor: 'c1' } },
      )
    ).data.metricUpdated;
  const point = { start: '2001-01-01T10:00:00.000Z', rows: 1, value: 10 };
  expect(await hear({})).toEqual({
    cursor: 'c1',
    name: 'flight_delay',
    window: 'HOUR',
    series: [{ dimensions: {}, points: [point] }],
  });
  expect(await hear({ dimensions: ['origin'] })).toMatchObject({
    series: [{ dimensions: { origin: airports.DTW }, points: [point] }],
  });
  expect(await hear({ where: { origin: airports.LAS } })).toBeNull();
  expect(await hear({ window: 'DAY' })).toBeNull();
  expect(await hear({}, anonymous(newId()))).toBeNull();
  expect((await analytics.run(anonymous(workspaceId), subscription, { name: 'page_views' })).code).toBe(
    'NOT_FOUND',
  );
  expect(await analytics.run(anonymous(workspaceId), subscription, { name: 'flight_delay' })).toMatchObject({
    data: { metricUpdated: null },
    code: undefined,
  });
});
