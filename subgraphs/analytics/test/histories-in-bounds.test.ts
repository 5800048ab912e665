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

/** Histories that are asked for while nothing of the events can be read; what waits for that are statements of theirs. */
async function whileHeld<Result>(
  fields: readonly string[],
  during: (asked: {
    readonly answers: Promise<readonly { readonly code: unknown; readonly data: unknown }[]>;
    readonly leave: () => void;
  }) => Promise<Result>,
): Promise<Result> {
  const { relational } = analytics;
  const away = new AbortController();
  return relational.transaction(async (tx) => {
    await tx.query('LOCK TABLE analytics.event IN ACCESS EXCLUSIVE MODE');
    const answers = Promise.all(
      fields.map((field) =>
        analytics.run(member(newId(), 'VIEWER'), field, undefined, { signal: away.signal }),
      ),
    );
    await eventually(async () => expect(await held('0 s')).toBe(fields.length));
    return during({ answers, leave: () => away.abort() });
  });
}

/** The statements that have waited so long for the events. */
async function held(forInterval: string): Promise<number> {
  const { rows } = await analytics.relational.query(
    `SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE NOT l.granted AND l.relation = 'analytics.event'::regclass AND now() - a.query_start > $1::interval`,
    [forInterval],
  );
  return rows.length;
}

test('funnels and retentions nobody waits for any more give their places back at once, also when the database does not answer', async () => {
  const fields = [times(3, `${funnelField} { key }`), times(1, `${retentionField} { start }`)];
  const codes = await whileHeld(fields, async ({ answers, leave }) => {
    leave();
    return (await answers).map(({ code }) => code);
  });
  expect(codes).toEqual(['DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED']);
  const next = await analytics.run(member(newId(), 'VIEWER'), times(3, `${funnelField} { key }`));
  expect(next.code).toBeUndefined();
});

test('a funnel and a retention are worked on for as long as somebody waits', async () => {
  const fields = [`{ ${funnelField} { key } }`, `{ ${retentionField} { start } }`];
  const { answers } = await whileHeld(fields, async (asked) => {
    // Longer than any limit of ours but the caller's.
    await eventually(async () => expect(await held('5 s')).toBe(2), { timeoutMs: 30_000 });
    return { answers: asked.answers };
  });
  expect((await answers).map(({ code }) => code)).toEqual([undefined, undefined]);
});

test('a funnel that would be split by too much text is refused by what it is split by', async () => {
  const workspaceId = newId();
  await analytics.relational.query(
    `INSERT INTO analytics.event (workspace_id, event_id, name, subject, "time", received_at, properties)
     SELECT $1, gen_random_uuid(), 'page.viewed', 's' || n, $2, $2, jsonb_build_object('path', n || repeat('x', 990))
     FROM generate_series(1, 11000) n`,
    [workspaceId, at(0)],
  );
  const asked = funnelField.replace('within:', 'by: "path", within:');
  const { code, extensions } = await analytics.run(member(workspaceId, 'VIEWER'), `{ ${asked} { key } }`);
  expect([code, extensions]).toEqual(['BAD_USER_INPUT', expect.objectContaining({ argument: 'by' })]);
});
