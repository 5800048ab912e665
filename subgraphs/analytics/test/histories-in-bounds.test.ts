import { newId } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { member, type OpenAnalytics, openAnalytics, startMs } from './open-analytics.ts';

let analytics: OpenAnalytics;
beforeAll(async () => {
  analytics = await openAnalytics();
});
afterAll(() => analytics[Symbol.asyncDispose]());

const minuteMs = 60_000;
const at = (minutes: number): string => new Date(startMs - 86_400_000 + minutes * minuteMs).toISOString();
const range = `from: "${at(-60)}", to: "${at(60)}"`;
const funnelField = `funnel(steps: [{ event: "page.viewed" }, { event: "page.viewed" }, { event: "page.viewed" }], ${range}, within: "1h")`;
const retentionField = `retention(cohort: "page.viewed", activity: "page.viewed", period: DAY, ${range})`;
const times = (count: number, field: string): string =>
  `{ ${Array.from({ length: count }, (_, alias) => `a${alias}: ${field}`).join(' ')} }`;

test('a subject whose events lie in two slices is counted once, with all it did', async () => {
  const workspaceId = newId();
  const subjects = 1_000;
  for (let view = 0; view < 3; view += 1) {
    const events = Array.from({ length: subjects }, (_, subject) => ({
      name: 'page.viewed',
      subject: `s${subject}`,
      time: at(view),
      properties: { path: '/' },
    }));
    await analytics.run(
      member(workspaceId, 'EDITOR'),
      'mutation ($events: [TrackEvent!]!) { track(events: $events) { status } }',
      { events },
    );
  }
  const { data } = await analytics.run(
    member(workspaceId, 'VIEWER'),
    `{ ${funnelField} { steps { subjects } } }`,
  );
  expect(data.funnel).toEqual([{ steps: Array(3).fill({ subjects }) }]);
});

test.each([
  ['funnels', `${funnelField} { key }`],
  ['retentions', `${retentionField} { start }`],
])(
  'a workspace’s %s are read one after another, and more than a line of them are sent away',
  async (_what, field) => {
    const viewer = member(newId(), 'VIEWER');
    const few = await analytics.run(viewer, times(12, field));
    expect([few.code, Object.values(few.data).includes(null)]).toEqual([undefined, false]);
    const many = await analytics.run(viewer, times(40, field));
    expect([many.code, many.extensions]).toEqual([
      'OVERLOADED',
      expect.objectContaining({ retryAfterSeconds: 2 }),
    ]);
    expect(Object.values(many.data).filter((answer) => answer !== null).length).toBeGreaterThanOrEqual(25);
  },
);

test('funnels nobody waits for any more are given up, those at work at their next slice', async () => {
  const { relational } = analytics;
  const away = new AbortController();
  const asked = await relational.transaction(async (tx) => {
    await tx.query('LOCK TABLE analytics.event IN ACCESS EXCLUSIVE MODE');
    const answer = analytics.run(member(newId(), 'VIEWER'), times(3, `${funnelField} { key }`), undefined, {
      signal: away.signal,
    });
    await eventually(async () => {
      const { rows } = await relational.query(
        "SELECT FROM pg_locks WHERE NOT granted AND relation = 'analytics.event'::regclass",
      );
      expect(rows).toHaveLength(1);
    });
    away.abort();
    // Not the answer itself: that comes after the lock is gone.
    return { answer };
  });
  const { code, data } = await asked.answer;
  expect([code, Object.values(data ?? {}).filter((answer) => answer !== null)]).toEqual([
    'DEADLINE_EXCEEDED',
    [],
  ]);
});

test('funnels and retentions that the database does not answer give their places back in the time of a call', async () => {
  const { relational } = analytics;
  const codes = await relational.transaction(async (tx) => {
    await tx.query('LOCK TABLE analytics.event IN ACCESS EXCLUSIVE MODE');
    const answers = [`${funnelField} { key }`, `${retentionField} { start }`].map((field) =>
      analytics.run(member(newId(), 'VIEWER'), times(1, field)),
    );
    return (await Promise.all(answers)).map(({ code }) => code);
  });
  expect(codes).toEqual(['DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED']);
});
