import { afterAll, beforeAll, expect, test } from 'vitest';
import { airport, anonymous, restHarness } from './rest-harness.ts';

let rest: Awaited<ReturnType<typeof restHarness>>;
beforeAll(async () => {
  rest = await restHarness();
  for (const iata of ['AAA', 'BBB', 'CCC'])
    await rest.send('POST', '/v1/airports', { body: { ...airport, iata } });
});
afterAll(async () => rest[Symbol.asyncDispose]());

test('a list is a JSON array whose Link header leads through every item once', async () => {
  const seen: string[] = [];
  let target: string | undefined = '/v1/airports?first=2&city=Golden';
  while (target !== undefined) {
    const page = await rest.send('GET', target, { as: anonymous });
    expect(page.status).toBe(200);
    expect(page.headers['link']).toContain('</v1/airports?first=2&city=Golden>; rel="first"');
    seen.push(...page.json<{ iata: string }[]>().map(({ iata }) => iata));
    target = /<([^>]+)>; rel="next"/.exec(page.headers['link'] ?? '')?.[1];
  }
  expect(seen).toEqual(['AAA', 'BBB', 'CCC']);
});

test('a list can be sorted by the fields of the model', async () => {
  const page = await rest.send('GET', '/v1/airports?sort=-iata&first=1');
  expect(page.json()).toMatchObject([{ iata: 'CCC' }]);
});

test('a record is read by its id and by its code, without an envelope', async () => {
  const byCode = await rest.send('GET', '/v1/airports/iata/AAA', { as: anonymous });
  expect(byCode.json()).toMatchObject({ iata: 'AAA', version: 1, city: 'Golden' });
  const byId = await rest.send('GET', `/v1/airports/${String(byCode.json()['id'])}`, { as: anonymous });
  expect(byId.text).toBe(byCode.text);
  expect(byId.headers['cache-control']).toBe('private, no-cache');
  expect(byId.headers['vary']).toContain('Authorization');
});

test('a reader who has the current ETag gets 304 and no body', async () => {
  const first = await rest.send('GET', '/v1/airports/iata/AAA');
  const etag = String(first.headers['etag']);
  for (const header of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const again = await rest.send('GET', '/v1/airports/iata/AAA', { headers: { 'if-none-match': header } });
    expect(again).toMatchObject({ status: 304, text: '', headers: { etag } });
  }
  const stale = await rest.send('GET', '/v1/airports/iata/AAA', { headers: { 'if-none-match': '"other"' } });
  expect(stale.status).toBe(200);
});

test('HEAD answers the headers of GET alone, OPTIONS names the methods, any other method is refused with them', async () => {
  const head = await rest.send('HEAD', '/v1/airports?first=1');
  expect(head).toMatchObject({ status: 200, text: '' });
  const got = await rest.send('GET', '/v1/airports?first=1');
  expect(head.headers).toEqual({ ...got.headers, 'content-length': String(Buffer.byteLength(got.text)) });
  expect(await rest.send('OPTIONS', '/v1/airports')).toMatchObject({
    status: 204,
    headers: { allow: 'GET, HEAD, OPTIONS, POST' },
  });
  const put = await rest.send('PUT', '/v1/airports', { body: {} });
  expect(put).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, OPTIONS, POST' } });
  expect(put.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
});

test('what is not there is a problem document that says what to do', async () => {
  const missing = await rest.send('GET', '/v1/airports/01938f6e-0000-7000-8000-00000000ffff');
  expect(missing).toMatchObject({ status: 404, headers: { 'content-type': 'application/problem+json' } });
  const problem = missing.json();
  expect(problem).toMatchObject({
    status: 404,
    title: 'Not Found',
    code: 'NOT_FOUND',
    instance: '/v1/airports/01938f6e-0000-7000-8000-00000000ffff',
  });
  expect(Object.keys(problem)).toEqual(expect.arrayContaining(['type', 'detail', 'advice', 'requestId']));
  const nowhere = await rest.send('GET', '/v1/nothing');
  expect(nowhere.status).toBe(404);
  expect(nowhere.json()).toMatchObject({
    code: 'ROUTE_NOT_FOUND',
    advice: expect.stringContaining('/v1/openapi.json'),
  });
});

test('a client that takes no JSON is told so', async () => {
  const refused = await rest.send('GET', '/v1/airports', {
    headers: { accept: 'text/html, application/json;q=0' },
  });
  expect(refused.json()).toMatchObject({ status: 406, code: 'NOT_ACCEPTABLE' });
  expect(
    (await rest.send('GET', '/v1/airports', { headers: { accept: 'text/html, */*;q=0.1' } })).status,
  ).toBe(200);
});
