import { createEvent } from '@tributary/engines/event-log/event';
import { newId } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { computed } from './measuring.ts';
import { member, type OpenAnalytics, openAnalytics, startMs } from './open-analytics.ts';

/** Each kind of window and measure that a declaration can ask for and the demo's do not. */
const declared = `extend type PageViewed
  @metric(
    name: "visits"
    description: "Visits of pages that took long, by who paid them."
    measures: { pages: "count()", paths: "distinct(path)", quickest: "min(loadMs)", slowest: "max(loadMs)", allMs: "sum(loadMs)" }
    dimensions: ["path"]
    windows: { VISIT: "session(30m)", HALF_HOURS: "hop(1h, 30m)" }
    where: { loadMs: { gte: 100 } }
  )
  @metric(
    name: "in_time"
    measures: { pages: "count()" }
    dimensions: ["path"]
    windows: { HOUR: "tumble(1h)" }
    disorder: "1m"
    lateness: "1h"
    maxGroups: 2
  )`;

let analytics: OpenAnalytics;
const editor = member(newId(), 'EDITOR');
beforeAll(async () => {
  analytics = await openAnalytics({ metrics: [{ name: 'visits.graphql', text: declared }] });
  await analytics.measure();
  await track([
    ['10:00', '/', 100],
    ['10:20', '/flights', 400],
    // What the metric leaves out holds no visit together either.
    ['10:40', '/', 99],
    ['11:05', '/', 250],
  ]);
});
afterAll(() => analytics[Symbol.asyncDispose]());

const midnightMs = startMs - 12 * 3_600_000;
const at = (time: string): string => `${new Date(midnightMs).toISOString().slice(0, 10)}T${time}:00.000Z`;

async function track(
  views: readonly (readonly [time: string, path: string, loadMs: number])[],
  as: Principal = editor,
  subjects: readonly string[] = ['ada'],
) {
  const events = subjects.flatMap((subject) =>
    views.map(([time, path, loadMs]) => ({
      id: newId(),
      name: 'page.viewed',
      subject,
      time: at(time),
      properties: { path, loadMs },
    })),
  );
  const { data } = await analytics.run(
    as,
    'mutation ($events: [TrackEvent!]!) { track(events: $events) { status } }',
    { events },
  );
  expect(new Set(data.track.map(({ status }: { status: string }) => status))).toEqual(new Set(['ACCEPTED']));
  await computed(analytics);
}

async function points(window: string, more: object = {}): Promise<unknown[]> {
  const { data, code } = await analytics.run(
    editor,
    `query ($window: MetricWindow!, $where: JSON) { metric(name: "visits", window: $window, where: $where) {
      series { points { start end rows byMeasure } } } }`,
    { window, ...more },
  );
  expect(code).toBeUndefined();
  return data.metric.series.flatMap((series: { points: unknown[] }) => series.points);
}

test('a session lasts as long as no gap is wider, counts what the filter lets through alone, and ends where its last event could still be followed', async () => {
  expect(await points('VISIT')).toEqual([
    {
      start: at('10:00'),
      end: at('10:50'),
      rows: 2,
      byMeasure: { pages: 2, paths: 2, quickest: 100, slowest: 400, allMs: 500 },
    },
    {
      start: at('11:05'),
      end: at('11:35'),
      rows: 1,
      byMeasure: { pages: 1, paths: 1, quickest: 250, slowest: 250, allMs: 250 },
    },
  ]);
});

test('hopping windows overlap, and each has all that lies in it', async () => {
  const told = (await points('HALF_HOURS')) as { start: string; end: string; byMeasure: object }[];
  expect(told.map(({ start, end, byMeasure }) => [start, end, byMeasure])).toEqual([
    [at('09:30'), at('10:30'), { pages: 2, paths: 2, quickest: 100, slowest: 400, allMs: 500 }],
    [at('10:00'), at('11:00'), { pages: 2, paths: 2, quickest: 100, slowest: 400, allMs: 500 }],
    [at('10:30'), at('11:30'), { pages: 1, paths: 1, quickest: 250, slowest: 250, allMs: 250 }],
    [at('11:00'), at('12:00'), { pages: 1, paths: 1, quickest: 250, slowest: 250, allMs: 250 }],
  ]);
});

test('a dimension has sessions of its own, and a late event joins two of them into one', async () => {
  expect(await points('VISIT', { where: { path: '/' } })).toMatchObject([
    { start: at('10:00'), end: at('10:30'), rows: 1 },
    { start: at('11:05'), end: at('11:35'), rows: 1 },
  ]);
  await track([
    ['10:29', '/', 150],
    ['10:45', '/', 120],
  ]);
  expect(await points('VISIT', { where: { path: '/' } })).toEqual([
    {
      start: at('10:00'),
      end: at('11:35'),
      rows: 4,
      byMeasure: { pages: 4, paths: 1, quickest: 100, slowest: 250, allMs: 620 },
    },
  ]);
  expect(await points('VISIT')).toMatchObject([
    { start: at('10:00'), end: at('11:35'), rows: 5, byMeasure: { pages: 5, paths: 2 } },
  ]);
});

test('what a metric leaves out is told with it: what came too late, was no row, or was of one group too many', async () => {
  const hasty = member(newId(), 'EDITOR');
  const freshness = async (): Promise<unknown> => {
    const { data } = await analytics.run(
      hasty,
      '{ metric(name: "in_time", window: HOUR) { freshness { watermark latest lagMs late ahead invalid overflow } } }',
    );
    return data.metric.freshness;
  };
  await track([['11:30', '/', 1]], hasty);
  const first = { watermark: null, latest: at('11:30'), lagMs: 0 };
  expect(await freshness()).toEqual({ ...first, late: 0, ahead: 0, invalid: 0, overflow: 0 });
  // Event time is where the least of the partitions is: subjects enough that each has one.
  const subjects = Array.from({ length: 64 }, (_, n) => `subject ${n}`);
  await track([['11:30', '/', 1]], hasty, subjects);
  const fresh = { watermark: at('11:29'), latest: at('11:30'), lagMs: 0 };
  expect(await freshness()).toEqual({ ...fresh, late: 0, ahead: 0, invalid: 0, overflow: 0 });
  await track(
    [
      // Its hour ended at ten, and was open for one more.
      ['09:59', '/', 1],
      ['10:00', '/flights', 1],
      ['11:00', '/airports', 1],
      ['11:01', '/airports', 1],
    ],
    hasty,
  );
  const { clock, eventLog } = analytics;
  const rowless = { name: 'page.viewed', subject: 'ada', properties: [] };
  const told = {
    type: 'analytics.event.tracked',
    source: '/subgraphs/analytics',
    subject: 'page.viewed',
    workspaceId: hasty.workspaceId,
    actor: { kind: 'service', id: 'test' },
    clock,
  } as const;
  await eventLog.append('analytics.event', [createEvent({ ...told, data: rowless })]);
  await computed(analytics);
  expect(await freshness()).toEqual({ ...fresh, late: 1, ahead: 0, invalid: 1, overflow: 2 });
});
