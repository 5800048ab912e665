import { newId } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Answer, apiKey, member, type OpenAnalytics, openAnalytics, startMs } from './open-analytics.ts';

// Each query is a process, and a busy machine starts them slowly.
vi.setConfig({ testTimeout: 90_000 });

let analytics: OpenAnalytics;
let workspaceId: string;
beforeAll(async () => {
  analytics = await openAnalytics();
});
beforeEach(() => {
  workspaceId = newId();
});
afterAll(() => analytics[Symbol.asyncDispose]());

const hoursAgo = (hours: number): string => new Date(startMs - hours * 3_600_000).toISOString();

function ask(sql: string, more: object = {}, as: Principal = member(workspaceId, 'EDITOR')): Promise<Answer> {
  const query = `query ($sql: String!, $from: DateTime, $to: DateTime) { analyticsQuery(sql: $sql, from: $from, to: $to) {
    columns { name type } rows truncated } }`;
  return analytics.run(as, query, { sql, ...more });
}

async function track(events: readonly object[], as = member(workspaceId, 'EDITOR')): Promise<void> {
  const { data } = await analytics.run(
    as,
    'mutation ($events: [TrackEvent!]!) { track(events: $events) { status error { message } } }',
    { events },
  );
  expect(data.track.every(({ status }: { status: string }) => status === 'ACCEPTED')).toBe(true);
}

const viewed = (path: string, loadMs: number | null, hours = 1): object => ({
  ...{ name: 'page.viewed', subject: `visit of ${path}`, time: hoursAgo(hours) },
  properties: { path, ...(loadMs === null ? {} : { loadMs }) },
});

test('each kind of event is a table with typed columns, and all of them are one more', async () => {
  await track([
    viewed('/a', 100),
    viewed('/a', 300, 2),
    viewed('/b', null, 3),
    {
      name: 'flight.booked',
      subject: 's',
      time: hoursAgo(1),
      properties: { origin: 'OAK', destination: 'LAX', priceUsd: 99.5 },
    },
  ]);
  const byPath = await ask(
    'SELECT path, count(*) AS views, avg(loadMs) AS mean_ms FROM page_viewed GROUP BY path ORDER BY path',
  );
  expect(byPath.data.analyticsQuery).toEqual({
    columns: [
      { name: 'path', type: 'STRING' },
      { name: 'views', type: 'BIGINT' },
      { name: 'mean_ms', type: 'DOUBLE' },
    ],
    rows: [
      ['/a', 2, 200],
      ['/b', 1, null],
    ],
    truncated: false,
  });
  const all = await ask(
    "SELECT name, count(*), max(time), max(get_json_object(properties, '$.origin')) FROM events GROUP BY name ORDER BY name",
  );
  expect(all.data.analyticsQuery.rows).toEqual([
    ['flight.booked', 1, '2026-11-01T11:00:00Z', 'OAK'],
    ['page.viewed', 3, '2026-11-01T11:00:00Z', null],
  ]);
});

test('kinds can be joined, and a kind without events is an empty table', async () => {
  await track([viewed('/a', 1)]);
  const sql =
    'SELECT count(*) FROM page_viewed v LEFT JOIN flight_booked b ON v.subject = b.subject WHERE b.id IS NULL';
  expect((await ask(sql)).data.analyticsQuery.rows).toEqual([[1]]);
});

test('the range is the last seven days, or the one that is asked for', async () => {
  await track([viewed('/now', 1, 0), viewed('/week', 1, 24 * 8)]);
  const sql = 'SELECT path FROM page_viewed ORDER BY path';
  expect((await ask(sql)).data.analyticsQuery.rows).toEqual([['/now']]);
  expect((await ask(sql, { from: hoursAgo(24 * 9) })).data.analyticsQuery.rows).toEqual([
    ['/now'],
    ['/week'],
  ]);
  expect((await ask(sql, { from: hoursAgo(24 * 9), to: hoursAgo(24) })).data.analyticsQuery.rows).toEqual([
    ['/week'],
  ]);
  expect((await ask(sql, { from: hoursAgo(1), to: hoursAgo(2) })).code).toBe('BAD_USER_INPUT');
});

test('rows of another workspace are never there, whatever the query says', async () => {
  await track([viewed('/secret', 1)]);
  const stranger = member(newId(), 'OWNER');
  expect((await ask('SELECT * FROM events', {}, stranger)).data.analyticsQuery.rows).toEqual([]);
  expect(
    (await ask(`SELECT * FROM events WHERE subject LIKE '%secret%' OR true`, {}, stranger)).data
      .analyticsQuery.rows,
  ).toEqual([]);
  expect((await ask('SELECT * FROM analytics.event', {}, stranger)).code).toBe('QUERY_NOT_ALLOWED');
});

test.each([
  ["SELECT * FROM read_csv('/etc/passwd')", 'QUERY_NOT_ALLOWED'],
  ["COPY (SELECT 1) TO '/tmp/x.csv'", 'QUERY_NOT_ALLOWED'],
  ["SELECT * FROM '/etc/passwd'", 'QUERY_NOT_ALLOWED'],
  ['SELECT * FORM events', 'QUERY_INVALID'],
  ['SELECT nothere FROM events', 'QUERY_INVALID'],
  ["SELECT repeat('x', 1000000000)", 'QUERY_TOO_LARGE'],
])('%s is refused with a code', async (sql, code) => {
  expect((await ask(sql)).code).toMatch(new RegExp(`^(${code})$`));
});

test('a long answer is cut, and says so', async () => {
  const { data } = await ask('SELECT * FROM range(6000) t(n)');
  expect(data.analyticsQuery).toMatchObject({ truncated: true });
  expect(data.analyticsQuery.rows).toHaveLength(5_000);
});

test('integers that JSON cannot hold come as text', async () => {
  const { data } = await ask('SELECT 9007199254740993, CAST(1.50 AS DECIMAL(9,2))');
  expect(data.analyticsQuery.rows).toEqual([['9007199254740993', '1.50']]);
});

test('a workspace asks two queries at a time', async () => {
  const answers = await Promise.all([1, 2, 3].map(() => ask('SELECT count(*) FROM range(1000)')));
  expect(answers.map(({ code }) => code).sort()).toEqual(['OVERLOADED', undefined, undefined]);
});

test('endless queries of one workspace leave a place to another, which is answered meanwhile', async () => {
  const query = 'query ($sql: String!) { analyticsQuery(sql: $sql) { rows } }';
  const sql = 'SELECT count(*) FROM range(4000000) a(x), range(4000000) b(y) WHERE (x * y) % 7 = 1';
  const slow: Promise<Answer>[] = [];
  {
    await using own = await openAnalytics();
    for (let n = 0; n < 2; n += 1) slow.push(own.run(member(workspaceId, 'EDITOR'), query, { sql }));
    const { data } = await own.run(member(newId(), 'EDITOR'), query, { sql: 'SELECT 1' });
    expect(data.analyticsQuery.rows).toEqual([[1]]);
  }
  // Closing has stopped them.
  for (const { code } of await Promise.all(slow)) expect(code).toBeDefined();
});

test('viewers and keys without the scope may not ask', async () => {
  expect((await ask('SELECT 1', {}, member(workspaceId, 'VIEWER'))).code).toBe('FORBIDDEN');
  expect((await ask('SELECT 1', {}, apiKey(workspaceId, 'EDITOR', ['data:read']))).code).toBe('FORBIDDEN');
});

test('the tables are told with their columns, and where their rows are', async () => {
  const from = hoursAgo(2);
  const { data } = await analytics.run(
    member(workspaceId, 'EDITOR'),
    'query ($from: DateTime) { analyticsTables(from: $from) { name columns { name type } rowsUrl } }',
    { from },
  );
  const tables = new Map(data.analyticsTables.map((table: { name: string }) => [table.name, table]));
  expect([...tables.keys()]).toEqual(expect.arrayContaining(['airport', 'events', 'flight', 'page_viewed']));
  expect(tables.get('page_viewed')).toMatchObject({
    columns: expect.arrayContaining([{ name: 'loadMs', type: 'BIGINT' }]),
    rowsUrl: `/analytics/rows/page_viewed?from=${encodeURIComponent(from)}`,
  });
  expect(tables.get('flight')).toMatchObject({
    columns: expect.arrayContaining([
      { name: 'origin', type: 'STRING' },
      { name: 'scheduledAt', type: 'TIMESTAMP' },
    ]),
    rowsUrl: '/data/rows/Flight',
  });
});

test('who names a table that there is none of is told of those there are', async () => {
  const query = 'query ($sql: String!) { analyticsQuery(sql: $sql) { rows } }';
  const sql = 'SELECT * FROM flights';
  const { code, extensions } = await analytics.run(member(workspaceId, 'EDITOR'), query, { sql });
  expect(code).toBe('QUERY_NOT_ALLOWED');
  expect(extensions).toMatchObject({
    tables: expect.arrayContaining(['airport', 'events', 'flight', 'page_viewed']),
  });
});

test('a model whose rows cannot be read fails the query with a code, and no half of an answer', async () => {
  expect((await ask('SELECT count(*) FROM airport')).code).toBe('SUBGRAPH_UNAVAILABLE');
});

test('a query that takes too long is stopped, and told by which job it is answered', async () => {
  await using hurried = await openAnalytics({}, 1_000);
  const sql = 'SELECT count(*) FROM range(4000000) a(x), range(4000000) b(y) WHERE (x * y) % 7 = 1';
  const query = 'query ($sql: String!) { analyticsQuery(sql: $sql) { rows } }';
  const { extensions } = await hurried.run(member(workspaceId, 'EDITOR'), query, { sql });
  expect(extensions).toMatchObject({ code: 'DEADLINE_EXCEEDED', job: 'export-query' });
});

test('every event is read once, however many of one moment, and also those of kinds that are declared no more', async () => {
  const at = hoursAgo(1);
  await analytics.relational.query(
    `INSERT INTO analytics.event (workspace_id, event_id, name, subject, "time", received_at, properties)
     SELECT $1, gen_random_uuid(), CASE WHEN n % 10 = 0 THEN 'gone.kind' ELSE 'page.viewed' END, 's', $2, $2, '{"path": "/"}'
     FROM generate_series(1, 12000) AS n`,
    [workspaceId, at],
  );
  const counted = 'SELECT count(*) AS n, count(DISTINCT id) AS ids FROM';
  const until = new Date(Date.parse(at) + 1).toISOString();
  const all = await ask(`${counted} events`, { from: at, to: until });
  expect(all.data.analyticsQuery.rows).toEqual([[12_000, 12_000]]);
  expect((await ask(`${counted} page_viewed`)).data.analyticsQuery.rows).toEqual([[10_800, 10_800]]);
  expect((await ask(`${counted} events`, { to: at })).data.analyticsQuery.rows).toEqual([[0, 0]]);
});
