import type { Principal } from '@tributary/subgraph-kit';
import { quickly } from '@tributary/test-kit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { airport, anonymous, restHarness, viewer } from './rest-harness.ts';

let rest: Awaited<ReturnType<typeof restHarness>>;
beforeAll(async () => {
  rest = await restHarness();
});
afterAll(async () => rest[Symbol.asyncDispose]());

test.each([
  ['city[$ne]=x', 'city[$ne]'],
  ['a[$gt]=', 'a[$gt]'],
  ['__proto__=1', '__proto__'],
  ['constructor=1', 'constructor'],
  ['where.city=x', 'where.city'],
  ['where=x', 'where'],
  ['first=ten', 'first'],
  ['first=1.5', 'first'],
  ['first=01', 'first'],
  ['first=-0', 'first'],
  ['first=%2B1', 'first'],
  ['first=99999999999', 'first'],
  ['first=1&first=2', 'first'],
  ['sort=password', 'sort'],
  ['city=a%00b', 'city'],
  ['expectedVersion=1', 'expectedVersion'],
])('the query ?%s is refused and the parameter %s is named', async (query, parameter) => {
  const refused = await rest.send('GET', `/v1/airports?${query}`);
  expect(refused.json()).toMatchObject({ status: 400, code: 'BAD_USER_INPUT', parameter });
});

test.each(['first=0', 'first=101', 'first=-1'])(
  'a page size out of bounds (%s) is refused',
  async (query) => {
    expect((await rest.send('GET', `/v1/airports?${query}`)).json()).toMatchObject({
      status: 400,
      code: 'BAD_USER_INPUT',
    });
  },
);

test.each([
  '//v1/airports',
  '/v1//airports',
  '/v1/airports//',
  '/v1/airports/..%2fnotes',
  '/v1/airports/%2e%2e/notes',
  '/v1/./airports',
  '/v1/airports/a%5cb',
  '/v1/airports/%00',
  '/v1/airports/%ff',
  '/v1/airports/%',
  '/v1\\airports',
  '/v1/airports/\u00e9',
])('the path %s, which a proxy could read differently, is refused', async (path) => {
  expect((await rest.send('GET', path)).json()).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
});

test.each(['version', 'createdAt', 'createdBy', 'workspaceId', 'role', 'ownerId'])(
  'a body cannot set %s',
  async (field) => {
    const refused = await rest.send('POST', '/v1/airports', { body: { ...airport, [field]: 'x' } });
    expect(refused.json()).toMatchObject({
      status: 400,
      code: 'BAD_USER_INPUT',
      errors: [{ pointer: `/${field}` }],
    });
  },
);

test('a field that stands twice in a body is refused at its place, however it is written', async () => {
  const twice = `{"name":"Other",${JSON.stringify(airport).slice(1)}`;
  for (const body of [twice, twice.replace('"name"', '"n\\u0061me"')])
    expect((await rest.send('POST', '/v1/airports', { body })).json()).toMatchObject({
      status: 400,
      code: 'BAD_USER_INPUT',
      errors: [{ pointer: '/name' }],
    });
});

test('any field the model does not have is refused, never ignored', async () => {
  const known = new Set([...Object.keys(airport), 'id']);
  const names = fc.string({ minLength: 1, maxLength: 20 }).filter((name) => !known.has(name));
  await fc.assert(
    fc.asyncProperty(names, fc.jsonValue(), async (name, value) => {
      const body = `{${JSON.stringify(name)}:${JSON.stringify(value)},${JSON.stringify(airport).slice(1)}`;
      expect((await rest.send('POST', '/v1/airports', { body })).status).toBe(400);
    }),
    { numRuns: 60 },
  );
});

test.each([
  ['{"iata":', 'BAD_REQUEST'],
  ['', 'BAD_REQUEST'],
  ['{"__proto__":{"x":1}}', 'BAD_USER_INPUT'],
  ['{"latitude":1e400}', 'BAD_USER_INPUT'],
  ['[]', 'BAD_USER_INPUT'],
  ['null', 'BAD_USER_INPUT'],
  [`{"name":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'BAD_USER_INPUT'],
])('the body %.40s is refused', async (body, code) => {
  const refused = await rest.send('POST', '/v1/airports', {
    body,
    headers: { 'content-type': 'application/json' },
  });
  expect(refused.json()).toMatchObject({ status: 400, code });
  expect(({} as Record<string, unknown>)['x']).toBeUndefined();
});

test('every fault of a body is told at once, with its place', async () => {
  const refused = await rest.send('POST', '/v1/airports', {
    body: { ...airport, latitude: 'north', name: 7, country: undefined, extra: 1 },
  });
  const { errors } = refused.json<{ errors: { pointer: string }[] }>();
  expect(errors.map(({ pointer }) => pointer).sort()).toEqual(['/country', '/extra', '/latitude', '/name']);
  expect(refused.text).not.toContain('Did you mean');
});

test('of twenty faults and more twenty are told, and that there are more', async () => {
  const unknown = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`nam${at}`, at]));
  const refusedWith = async (count: number) =>
    (await rest.send('POST', '/v1/airports', { body: { ...airport, ...unknown(count) } })).json<{
      detail: string;
      errors: readonly unknown[];
      moreErrors?: boolean;
    }>();
  const all = await refusedWith(20);
  expect([all.errors.length, all.moreErrors]).toEqual([20, undefined]);
  const some = await refusedWith(20_000);
  expect([some.errors.length, some.moreErrors]).toEqual([20, true]);
  expect(some.detail).toContain('there are more');
});

test('a body of more values than an operation may take is refused by their number', async () => {
  const body = `{${Array.from({ length: 60_000 }, (_, at) => `"nam${at}":1`).join(',')}}`;
  expect((await rest.send('POST', '/v1/airports', { body })).json()).toMatchObject({
    status: 413,
    code: 'PAYLOAD_TOO_LARGE',
    limit: 25_000,
  });
});

test('a large body is not read for somebody who may not bring it', async () => {
  // It is longer than any body may be, which would be the answer to somebody who may.
  const body = 'x'.repeat(1_048_577);
  const statusFor = async (as?: Principal) =>
    (await rest.send('POST', '/v1/airports', { body, ...(as === undefined ? {} : { as }) })).status;
  expect([await statusFor(anonymous), await statusFor(viewer), await statusFor()]).toEqual([401, 403, 413]);
});

test('a megabyte in the wrong place is refused in little time and few bytes', async () => {
  const body = { ...airport, latitude: 'Did you mean '.repeat(70_000) };
  const refused = await quickly(1_000, () => rest.send('POST', '/v1/airports', { body }));
  expect(refused.json()).toMatchObject({ status: 400, errors: [{ pointer: '/latitude' }] });
  expect(refused.text.length).toBeLessThan(2_048);
});

test('bodies that are no plain JSON, or too large, are refused', async () => {
  const typed = (type: string) =>
    rest.send('POST', '/v1/airports', { body: airport, headers: { 'content-type': type } });
  expect((await typed('text/plain')).json()).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
  for (const charset of ['utf-16', 'latin1', '', 'utf-8; charset=latin1'])
    expect([charset, (await typed(`application/json; charset=${charset}`)).status]).toEqual([charset, 415]);
  const packed = { body: airport, headers: { 'content-encoding': 'gzip' } };
  expect((await rest.send('POST', '/v1/airports', packed)).status).toBe(415);
  const large = await rest.send('POST', '/v1/airports', {
    body: { ...airport, name: 'x'.repeat(1_048_577) },
  });
  expect(large.json()).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
});

test('a body that says it is UTF-8 is taken, by whichever of its names', async () => {
  for (const [iata, charset] of Object.entries({ UAA: 'utf-8', UAB: 'UTF-8', UAC: '"utf-8"', UAD: 'utf8' })) {
    const headers = { 'content-type': `application/json; charset=${charset}` };
    const sent = await rest.send('POST', '/v1/airports', { body: { ...airport, iata }, headers });
    expect([charset, sent.status]).toEqual([charset, 201]);
  }
});

test('who may not write is told so before what is wrong with the body', async () => {
  const body = { ...airport, extra: 1 };
  expect((await rest.send('POST', '/v1/airports', { as: anonymous, body })).json()).toMatchObject({
    status: 401,
    code: 'UNAUTHENTICATED',
  });
  expect((await rest.send('POST', '/v1/airports', { as: viewer, body: '{' })).status).toBe(403);
  expect((await rest.send('POST', '/v1/airports', { body })).status).toBe(400);
});

test('a route gives nobody more rights than the graph', async () => {
  const refused = await rest.send('POST', '/v1/airports', { as: viewer, body: airport });
  expect(refused.json()).toMatchObject({ status: 403, code: 'FORBIDDEN', role: 'VIEWER' });
});
