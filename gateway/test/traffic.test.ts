import { createLogger } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { defaultTraffic, type TrafficSettings } from '../src/traffic/product-traffic.ts';
import { workspaceId } from './graph/identity-subgraph.ts';
import { ask, startGateway, type TestGateway, type TestGatewayOptions } from './graph/start-gateway.ts';
import { airportUpdated } from './subscriptions/airport-subgraph.ts';
import { rawSocket } from './subscriptions/raw-socket.ts';

const token = 'a-token-of-the-operators';

function gatewayWith(
  traffic: Partial<TrafficSettings>,
  options: TestGatewayOptions = {},
): Promise<TestGateway> {
  const settings = { traffic: { ...defaultTraffic, ...traffic }, ...options.settings };
  return startGateway({ ...options, settings });
}

const review = 'query Stars { latestReview { stars product { name } } }';

test('a slow operation is one line of the log with its plan and fetches, whether it came over HTTP, a socket, or as an event', async () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ name: 'test', level: 'warn', destination });
  // As slow as nothing at all.
  await using product = await gatewayWith({ slowMs: 0 }, { log });
  await using socket = await rawSocket(`${product.url.replace('http', 'ws')}/graphql`);
  await socket.init();
  const told = (facts: object) =>
    eventually(() =>
      expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
        expect.objectContaining({ msg: 'slow operation', ...facts }),
      ),
    );
  const fetches = [
    expect.objectContaining({ subgraph: 'reviews', outcome: 'answered' }),
    expect.objectContaining({ subgraph: 'catalog', outcome: 'answered' }),
  ];
  const facts = { operationName: 'Stars', operationType: 'query', plan: 'reviews then catalog', fetches };

  await ask(product.url, { query: review });
  await told({ ...facts, door: 'graphql', status: 200 });
  socket.subscribe('1', review);
  await told({ ...facts, door: 'socket', status: 200 });

  const changes = 'subscription Changes { productChanged(id: "secret-7") { name reviews { stars } } }';
  await socket.subscribed('2', changes);
  const event = {
    ...airportUpdated('secret-7', 'new', { workspaceId }),
    subject: 'Product/secret-7',
    data: 'new',
  };
  await product.eventLog.append('data.record', [event]);
  await told({ door: 'event', operationName: 'Changes', plan: 'catalog then reviews' });
  expect(lines.join()).not.toContain('secret-7');

  const figures = await (await fetch(`${product.url}/metrics`)).text();
  for (const door of ['graphql', 'socket', 'event'])
    expect(figures).toMatch(
      new RegExp(`tributary_gateway_request_duration_seconds_count\\{[^}]*door="${door}"[^}]*\\} [1-9]`),
    );
});

test('one subgraph has so many fetches at once and so many that wait; the fields of the next are null with OVERLOADED', async () => {
  await using product = await gatewayWith({ bulkhead: { inFlight: 1, queue: 0 } });
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  product.shop.reviewsHold = promise;
  const first = ask(product.url, { query: '{ latestReview { stars } }' });
  await eventually(() => expect(product.shop.reviewsCalls).toBe(1));
  const { body } = await ask(product.url, { query: '{ latestReview { id } product(id: "1") { name } }' });
  expect(body.data).toEqual({ latestReview: null, product: { name: 'product 1' } });
  expect(body.errors).toMatchObject([
    { path: ['latestReview'], extensions: { code: 'OVERLOADED', subgraph: 'reviews', retryAfterSeconds: 1 } },
  ]);
  resolve();
  expect((await first).body.errors).toBeUndefined();
});

test('while the event loop turns late operations are refused with 503 and Retry-After, over sockets with the same code, and health is not', async () => {
  await using product = await gatewayWith({ sheddingDelayMs: 30 });
  await using socket = await rawSocket(`${product.url.replace('http', 'ws')}/graphql`);
  await socket.init();
  const busy = setInterval(() => {
    const untilMs = performance.now() + 80;
    while (performance.now() < untilMs);
  }, 1);
  try {
    await eventually(async () => {
      const { status, headers, text } = await ask(product.url, { query: review });
      expect([status, headers.get('retry-after')]).toEqual([503, '1']);
      expect(text).toContain('OVERLOADED');
    });
    socket.subscribe('1', review);
    expect(JSON.stringify(await socket.message('next', '1'))).toContain('OVERLOADED');
    socket.subscribe('2', 'subscription { productChanged(id: "p1") { name } }');
    expect(await socket.message('error', '2')).toMatchObject({
      payload: [{ extensions: { code: 'OVERLOADED', retryAfterSeconds: 1 } }],
    });
    expect((await fetch(`${product.url}/health/live`)).status).toBe(200);
  } finally {
    clearInterval(busy);
  }
  await eventually(async () => expect((await ask(product.url, { query: review })).status).toBe(200));
});

test('answers are compressed for those who accept it, from the size on that the settings name, and nobody gets another’s form', async () => {
  await using product = await gatewayWith({ compressionMinBytes: 200 });
  const asked = async (accepted: string, query: string) => {
    const response = await fetch(`${product.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-encoding': accepted },
      body: JSON.stringify({ query }),
    });
    const { headers } = response;
    const { data } = (await response.json()) as { data: { products?: { nodes: object[] } } };
    const varies = headers.get('vary')?.includes('accept-encoding') ?? false;
    return [headers.get('content-encoding'), varies, data.products?.nodes.length ?? 0];
  };
  const large = '{ products(first: 50) { nodes { id name } } }';
  expect(
    await Promise.all(['br', 'gzip', 'identity', 'br'].map((accepted) => asked(accepted, large))),
  ).toEqual([
    ['br', true, 50],
    ['gzip', true, 50],
    [null, true, 50],
    ['br', true, 50],
  ]);
  expect(await asked('br', '{ product(id: "1") { id } }')).toEqual([null, false, 0]);
});

test('how an operation is answered is told to operators: who shows the token of the figures, and nobody else', async () => {
  await using product = await gatewayWith({}, { settings: { metricsAccess: { token } } });
  const explain = (body: object, authorization = `Bearer ${token}`): Promise<Response> =>
    fetch(`${product.url}/graphql/explain`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify(body),
    });
  const plan = await (await explain({ query: review, operationName: 'Stars' })).text();
  expect(plan).toMatch(
    /^one after the other\n {2}ask reviews\n[\s\S]*ask catalog about latestReview.product/,
  );
  expect(product.shop.reviewsCalls).toBe(0);
  expect((await explain({ query: review }, 'Bearer wrong')).status).toBe(401);
  const wrong = await explain({ query: '{ nothing }' });
  expect([wrong.status, await wrong.json()]).toMatchObject([400, { code: 'BAD_USER_INPUT' }]);
  expect((await explain({})).status).toBe(400);
});

test('where the figures are closed nobody is told how an operation is answered', async () => {
  await using product = await gatewayWith({}, { settings: { metricsAccess: 'closed' } });
  const response = await fetch(`${product.url}/graphql/explain`, { method: 'POST', body: '{}' });
  expect([response.status, await response.json()]).toMatchObject([404, { code: 'ROUTE_NOT_FOUND' }]);
});
