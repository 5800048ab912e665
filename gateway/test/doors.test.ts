import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type TestGateway } from './graph/start-gateway.ts';

const page = 'https://app.example';
let product: TestGateway;

beforeAll(async () => {
  product = await startGateway({ settings: { corsOrigins: [page], requestsPerMinute: 100_000 } });
});
afterAll(() => product[Symbol.asyncDispose]());

/** The status of a request whose target is sent exactly as it stands here, which no client library does. */
async function rawStatus(target: string): Promise<number> {
  const { hostname, port } = new URL(product.url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${target} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`);
  return Number((await text(socket)).split(' ', 2)[1]);
}

test.each([
  '//v1/airports',
  '/v1//airports',
  '/v1/../graphql',
  '/v1/./airports',
  '/v1/%2e%2e/graphql',
  '/v1/.%2E',
  '/v1/a%2fb',
  '/v1/a%5Cb',
  '/v1\\airports',
])('a path that two readers could read differently is refused: %s', async (target) => {
  const before = product.shop.doorRequests.length;
  expect(await rawStatus(target)).toBe(400);
  expect(product.shop.doorRequests).toHaveLength(before);
});

test.each(['/v1/airports', '/v1/airports?next=//evil', '/v1/airports/a.b', '/v1/airports/a%20b'])(
  'a path with one meaning passes: %s',
  async (target) => {
    expect(await rawStatus(target)).toBe(200);
  },
);

test('OPTIONS reaches the door, which knows what may be done there', async () => {
  const before = product.shop.doorRequests.length;
  const answer = await fetch(`${product.url}/v1/airports`, { method: 'OPTIONS', headers: { origin: page } });
  expect(answer.headers.get('allow')).toBe('GET');
  expect(product.shop.doorRequests).toHaveLength(before + 1);
});

test('a preflight is answered here: it carries no credentials, and is about us', async () => {
  const before = product.shop.doorRequests.length;
  const ask = (origin: string) =>
    fetch(`${product.url}/v1/airports`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'PATCH' },
    });
  const allowed = await ask(page);
  expect(allowed.status).toBe(204);
  expect(allowed.headers.get('access-control-allow-origin')).toBe(page);
  expect(allowed.headers.get('access-control-allow-methods')).toContain('PATCH');
  expect((await ask('https://evil.test')).headers.get('access-control-allow-origin')).toBeNull();
  expect(product.shop.doorRequests).toHaveLength(before);
});

test('an answer of a door varies by what the door names and by what we add, each named once', async () => {
  const answer = await fetch(`${product.url}/v1/airports`, { headers: { origin: page } });
  expect(answer.headers.get('vary')).toBe('origin, accept');
  expect(answer.headers.get('access-control-allow-origin')).toBe(page);
  const shown = answer.headers.get('access-control-expose-headers')?.split(', ');
  expect(shown).toEqual(expect.arrayContaining(['etag', 'link', 'location', 'idempotency-replayed']));
});
