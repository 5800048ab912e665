import { newId } from '@tributary/runtime';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { anonymous, member, type OpenAnalytics, openAnalytics, startMs } from './open-analytics.ts';

let analytics: OpenAnalytics;
let workspaceId: string;
beforeAll(async () => {
  analytics = await openAnalytics();
});
beforeEach(() => {
  workspaceId = newId();
});
afterAll(() => analytics[Symbol.asyncDispose]());

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Days before the tests' now. */
const daysAgo = (days: number, minutes = 0): string =>
  new Date(startMs - days * dayMs + minutes * minuteMs).toISOString();

const viewed = (subject: string, time: string, path = '/') => ({
  name: 'page.viewed',
  subject,
  time,
  properties: { path },
});
const searched = (subject: string, time: string) => ({
  name: 'flight.searched',
  subject,
  time,
  properties: { origin: 'DTW', results: 3 },
});
const booked = (subject: string, time: string) => ({
  name: 'flight.booked',
  subject,
  time,
  properties: { origin: 'DTW', destination: 'LAS', priceUsd: 99 },
});

async function track(events: readonly object[], workspace = workspaceId): Promise<void> {
  const { data } = await analytics.run(
    member(workspace, 'EDITOR'),
    'mutation ($events: [TrackEvent!]!) { track(events: $events) { status error { message } } }',
    { events },
  );
  expect(data.track.filter(({ status }: { status: string }) => status !== 'ACCEPTED')).toEqual([]);
}

const funnel = (overrides: object = {}) =>
  analytics.run(
    member(workspaceId, 'VIEWER'),
    `query ($steps: [FunnelStep!]!, $from: DateTime!, $to: DateTime!, $within: String!, $by: String) {
      funnel(steps: $steps, from: $from, to: $to, within: $within, by: $by) { key steps { event subjects conversion } } }`,
    {
      steps: [{ event: 'page.viewed' }, { event: 'flight.searched' }, { event: 'flight.booked' }],
      from: daysAgo(10),
      to: daysAgo(0),
      within: '1h',
      ...overrides,
    },
  );

test('a funnel counts subjects step by step, in order and in time', async () => {
  await track([
    viewed('all', daysAgo(5)),
    searched('all', daysAgo(5, 5)),
    booked('all', daysAgo(5, 9)),
    viewed('slow', daysAgo(5)),
    searched('slow', daysAgo(5, 5)),
    booked('slow', daysAgo(5, 61)),
    searched('backwards', daysAgo(5)),
    viewed('backwards', daysAgo(5, 5)),
    viewed('early', daysAgo(11)),
    searched('early', daysAgo(5)),
  ]);
  await track([viewed('other', daysAgo(5)), searched('other', daysAgo(5, 1))], newId());
  const { data } = await funnel();
  expect(data.funnel).toEqual([
    {
      key: null,
      steps: [
        { event: 'page.viewed', subjects: 3, conversion: 1 },
        { event: 'flight.searched', subjects: 2, conversion: 2 / 3 },
        { event: 'flight.booked', subjects: 1, conversion: 1 / 3 },
      ],
    },
  ]);
});

test('a funnel is narrowed by properties and split by one of the first step', async () => {
  await track([
    viewed('a', daysAgo(5), '/'),
    searched('a', daysAgo(5, 5)),
    viewed('b', daysAgo(5), '/'),
    viewed('c', daysAgo(5), '/sale'),
    searched('c', daysAgo(5, 5)),
  ]);
  const steps = [{ event: 'page.viewed' }, { event: 'flight.searched' }];
  const counts = async (overrides: object): Promise<unknown> =>
    (await funnel({ steps, ...overrides })).data.funnel.map(
      ({ key, steps: reached }: { key: string; steps: { subjects: number }[] }) => [
        key,
        ...reached.map(({ subjects }) => subjects),
      ],
    );
  expect(await counts({ by: 'path' })).toEqual([
    ['/', 2, 1],
    ['/sale', 1, 1],
  ]);
  expect(
    await counts({
      steps: [{ event: 'page.viewed', where: { path: ['/sale', '/x'] } }, { event: 'flight.searched' }],
    }),
  ).toEqual([[null, 1, 1]]);
});

test('questions about funnels that make no sense are refused', async () => {
  const one = [{ event: 'page.viewed' }];
  for (const wrong of [
    { steps: one },
    { steps: [...one, { event: 'none.such' }] },
    { within: '1 hour' },
    { within: '40d' },
    { by: 'colour' },
    { to: daysAgo(20) },
    { steps: [{ event: 'page.viewed', where: { colour: 1 } }, ...one] },
  ])
    expect((await funnel(wrong)).code).toBe('BAD_USER_INPUT');
  const query = `{ funnel(steps: [{ event: "page.viewed" }, { event: "flight.booked" }], from: "${daysAgo(1)}", to: "${daysAgo(0)}", within: "1h") { key } }`;
  expect((await analytics.run(anonymous(workspaceId), query)).code).toBe('UNAUTHENTICATED');
});

const retention = (overrides: object = {}) =>
  analytics.run(
    member(workspaceId, 'VIEWER'),
    `query ($cohort: String!, $activity: String!, $period: RetentionPeriod!, $from: DateTime!, $to: DateTime!, $periods: Int, $timeZone: String) {
      retention(cohort: $cohort, activity: $activity, period: $period, from: $from, to: $to, periods: $periods, timeZone: $timeZone) { start subjects active } }`,
    {
      cohort: 'flight.searched',
      activity: 'page.viewed',
      period: 'DAY',
      from: '2026-10-05T00:00:00Z',
      to: '2026-10-08T00:00:00Z',
      periods: 3,
      ...overrides,
    },
  );

test('retention counts who came back, by the period of their first time', async () => {
  const at = (day: number, hour = 12): string =>
    `2026-10-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z`;
  await track([
    searched('a', at(5)),
    viewed('a', at(5, 13)),
    viewed('a', at(7)),
    viewed('a', at(7, 15)),
    searched('b', at(5)),
    viewed('b', at(5, 11)),
    viewed('b', at(6)),
    searched('c', at(6)),
    searched('c', at(7)),
    viewed('c', at(9)),
    searched('d', at(9)),
  ]);
  expect((await retention()).data.retention).toEqual([
    { start: '2026-10-05T00:00:00.000Z', subjects: 2, active: [1, 1, 1] },
    { start: '2026-10-06T00:00:00.000Z', subjects: 1, active: [0, 0, 0] },
  ]);
  // 5 October 2026 was a Monday.
  expect(
    (await retention({ period: 'WEEK', to: '2026-10-20T00:00:00Z', periods: 2 })).data.retention,
  ).toEqual([{ start: '2026-10-05T00:00:00.000Z', subjects: 4, active: [3, 0] }]);
});

test('months of any length are one period', async () => {
  await track([
    searched('a', '2026-10-05T00:00:00.000Z'),
    viewed('a', '2026-10-31T23:00:00.000Z'),
    viewed('a', '2026-11-01T01:00:00.000Z'),
  ]);
  const { data } = await retention({
    period: 'MONTH',
    from: '2026-10-01T00:00:00Z',
    to: '2026-11-01T00:00:00Z',
    periods: 2,
  });
  expect(data.retention).toEqual([{ start: '2026-10-01T00:00:00.000Z', subjects: 1, active: [1, 1] }]);
});

test('days are those of the time zone asked for, also where clocks are changed', async () => {
  // In Zurich the day that begins at 22:00 UTC is the 25th, and has 25 hours.
  await track([
    searched('a', '2026-10-24T22:30:00.000Z'),
    viewed('a', '2026-10-25T22:30:00.000Z'),
    viewed('a', '2026-10-25T23:30:00.000Z'),
  ]);
  const asked = { from: '2026-10-24T00:00:00Z', to: '2026-10-27T00:00:00Z' };
  expect((await retention({ ...asked, timeZone: 'Europe/Zurich' })).data.retention).toEqual([
    { start: '2026-10-24T22:00:00.000Z', subjects: 1, active: [1, 1, 0] },
  ]);
  expect((await retention(asked)).data.retention).toEqual([
    { start: '2026-10-24T00:00:00.000Z', subjects: 1, active: [0, 1, 0] },
  ]);
});

test('periods that have not begun are not told of', async () => {
  await track([searched('a', '2026-10-31T10:00:00.000Z'), viewed('a', '2026-11-01T10:00:00.000Z')]);
  const asked = { from: '2026-10-30T00:00:00Z', to: '2026-11-09T00:00:00Z', periods: 8 };
  expect((await retention(asked)).data.retention).toEqual([
    { start: '2026-10-31T00:00:00.000Z', subjects: 1, active: [0, 1] },
  ]);
});

test('questions about retention that make no sense are refused', async () => {
  for (const wrong of [
    { cohort: 'none.such' },
    { activity: 'none.such' },
    { periods: 0 },
    { periods: 32 },
    { timeZone: 'Mars/Olympus' },
    { timeZone: '+02:00' },
    // Abbreviations to PostgreSQL, of other zones than the database of names has.
    { timeZone: 'CET' },
    { timeZone: 'IST' },
    { timeZone: 'BST' },
    { from: '2026-10-09T00:00:00Z' },
  ])
    expect((await retention(wrong)).code).toBe('BAD_USER_INPUT');
});
