import { afterAll, beforeAll, expect, test } from 'vitest';
import { admin, airport, editor, restHarness, viewer } from './rest-harness.ts';

let rest: Awaited<ReturnType<typeof restHarness>>;
beforeAll(async () => {
  rest = await restHarness();
  await rest.send('POST', '/v1/airports', { body: airport });
  for (let call = 0; call < 3; call += 1) await rest.send('GET', '/v1/airports', { as: viewer });
  await rest.send('GET', '/v1/airports?nonsense=1', { as: viewer });
  await rest.send('GET', '/v1/airports', {
    as: { ...viewer, workspaceId: '01938f6e-0000-7000-8000-000000000002' },
  });
  await rest.relational.query(
    `INSERT INTO rest.usage_day SELECT $1, 'GET /v1/airports', current_date - age, 1, 0 FROM unnest($2::int[]) AS age`,
    [`${viewer.workspaceId}/user:long-ago`, [399, 401, 9_000]],
  );
  await rest.rest[Symbol.asyncDispose]();
});
afterAll(async () => rest[Symbol.asyncDispose]());

const query = /* GraphQL */ `query ($first: Int, $after: Cursor, $route: String) {
  restUsage(from: "2026-11-01T00:00:00Z", to: "2026-11-30T00:00:00Z", first: $first, after: $after, route: $route) {
    nodes { principal route day calls errors } pageInfo { hasNextPage endCursor }
  }
}`;

test('an admin sees what each principal of the workspace called, also what failed, and nothing of other workspaces', async () => {
  const { data } = await rest.ask(query, {}, admin);
  const day = '2026-11-22T00:00:00.000Z';
  expect(data?.['restUsage']).toMatchObject({
    nodes: [
      { principal: 'user:editor', route: 'POST /v1/airports', day, calls: 1, errors: 0 },
      { principal: 'user:viewer', route: 'GET /v1/airports', day, calls: 4, errors: 1 },
    ],
  });
});

test('what is older than 400 days is removed', async () => {
  const { rows } = await rest.relational.query<{ age: number }>(
    `SELECT current_date - day AS age FROM rest.usage_day WHERE principal LIKE '%long-ago'`,
  );
  expect(rows).toEqual([{ age: 399 }]);
});

test('usage comes in pages', async () => {
  const first = (await rest.ask(query, { first: 1 }, admin)).data?.['restUsage'] as {
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
  expect(first.pageInfo.hasNextPage).toBe(true);
  const next = await rest.ask(query, { first: 1, after: first.pageInfo.endCursor }, admin);
  expect(next.data?.['restUsage']).toMatchObject({
    nodes: [{ principal: 'user:viewer' }],
    pageInfo: { hasNextPage: false },
  });
});

test.each([
  ['no place in it', ['x']],
  ['a day that is none', ['RestUsage', '2026-02-30', 'user:editor', 'GET /v1/airports']],
  ['a year before the first', ['RestUsage', '0000-01-01', 'user:editor', 'GET /v1/airports']],
  ['a name that nothing stored can have', ['RestUsage', '2026-11-22', 'user:\0', 'GET /v1/airports']],
])('a cursor made by hand, with %s, is a coded refusal', async (_what, place) => {
  const after = Buffer.from(JSON.stringify(place)).toString('base64url');
  const { errors } = await rest.ask(query, { after }, admin);
  expect(errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['CURSOR_INVALID']);
});

test.each(['2026-02-30T00:00:00Z', '2026-12-01T00:00', '2026-11-01'])(
  'usage from %s is refused, because that is no moment',
  async (from) => {
    const asked = `{ restUsage(from: "${from}", to: "2026-12-01T00:00:00Z") { nodes { day } } }`;
    const { errors } = await rest.ask(asked, {}, admin);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  },
);

test('usage is for admins', async () => {
  expect((await rest.ask(query, {}, editor)).errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
});

test('the routes are in the graph for everybody', async () => {
  const { data } = await rest.ask(
    '{ restRoutes { operationId method path operation } }',
    {},
    { ...viewer, kind: 'anonymous', role: null },
  );
  expect(data?.['restRoutes']).toContainEqual({
    operationId: 'getAirport',
    method: 'GET',
    path: '/v1/airports/{id}',
    operation: expect.stringContaining('airport(id: $id)'),
  });
});
