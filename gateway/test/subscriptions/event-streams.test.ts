import { eventStream, eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { accessToken, workspaceId } from '../graph/identity-subgraph.ts';
import { startGateway } from '../graph/start-gateway.ts';
import { airportUpdated } from './airport-subgraph.ts';

const query = `subscription ($id: ID!) { productChanged(id: $id) { name reviews { stars } } }`;
const resumable = `subscription ($id: ID!, $after: String) { productChanged(id: $id, after: $after) { name } }`;
const variables = { id: 'p1' };

const renamed = (name: string) => ({
  ...airportUpdated('p1', name, { workspaceId }),
  subject: 'Product/p1',
  data: name,
});

interface Changed {
  readonly productChanged: { readonly name: string };
}

test('a subscription is answered by events, each with the cursor that goes on right after it, which no proxy holds back', async () => {
  await using product = await startGateway();
  await using stream = await eventStream(product.url, { query, variables });
  expect(stream.status).toBe(200);
  expect(stream.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
    'x-request-id': expect.any(String),
    'ratelimit-remaining': '999',
  });
  expect(stream.headers).not.toHaveProperty('content-encoding');
  await eventually(() => expect(stream.lastEventId).not.toBe(''));
  const start = stream.lastEventId;
  await product.eventLog.append('data.record', [renamed('first'), renamed('second')]);
  await eventually(() => expect(stream.events).toHaveLength(2));
  expect(stream.events.map(({ type }) => type)).toEqual(['next', 'next']);
  const last = JSON.parse(stream.events[1]?.data ?? '') as { extensions: { cursor: string } };
  expect(last).toEqual({
    data: { productChanged: { name: 'second', reviews: [{ stars: 4 }] } },
    extensions: { cursor: stream.lastEventId },
  });
  expect(stream.lastEventId).not.toBe(start);
});

test('Last-Event-ID goes on there, from before the first payload on; after wins, as argument and as extension', async () => {
  await using product = await startGateway();
  await using first = await eventStream(product.url, { query: resumable, variables });
  await eventually(() => expect(first.lastEventId).not.toBe(''));
  const start = first.lastEventId;
  await product.eventLog.append('data.record', [renamed('one')]);
  await eventually(() => expect(first.payloads()).toHaveLength(1));
  const afterOne = first.lastEventId;
  await product.eventLog.append('data.record', [renamed('two')]);
  const heard = async (asked: { variables?: object; extensions?: object; lastEventId?: string }) => {
    const headers = asked.lastEventId === undefined ? {} : { 'last-event-id': asked.lastEventId };
    await using back = await eventStream(product.url, {
      query: resumable,
      variables: { ...variables, ...asked.variables },
      ...(asked.extensions === undefined ? {} : { extensions: asked.extensions }),
      method: 'GET',
      headers,
    });
    await eventually(() =>
      expect(back.payloads<Changed>().at(-1)).toMatchObject({ productChanged: { name: 'two' } }),
    );
    return back.payloads<Changed>().map(({ productChanged }) => productChanged.name);
  };
  expect(await heard({ lastEventId: start })).toEqual(['one', 'two']);
  expect(await heard({ lastEventId: afterOne })).toEqual(['two']);
  expect(await heard({ extensions: { after: afterOne } })).toEqual(['two']);
  expect(await heard({ lastEventId: afterOne, extensions: { after: start } })).toEqual(['one', 'two']);
  expect(await heard({ lastEventId: start, variables: { after: afterOne } })).toEqual(['two']);
});

test('what is wrong with an operation is told in the stream, with a code, and then it is complete', async () => {
  await using product = await startGateway();
  const wrong = {
    'subscription {': 'BAD_USER_INPUT',
    'subscription { nothing }': 'BAD_USER_INPUT',
    'subscription { secretChanged { name } }': 'UNAUTHENTICATED',
    'subscription { productChanged(id: "1", after: "nonsense") { name } }': 'CURSOR_INVALID',
  };
  for (const [text, code] of Object.entries(wrong)) {
    await using stream = await eventStream(product.url, { query: text });
    await eventually(() => expect(stream.state).toBe('ended'));
    expect(stream.status).toBe(200);
    expect(stream.events.map(({ type }) => type)).toEqual(['next', 'complete']);
    expect(JSON.parse(stream.events[0]?.data ?? '')).toMatchObject({ errors: [{ extensions: { code } }] });
  }
});

test('queries and mutations are answered by one event, and no mutation is asked by GET', async () => {
  await using product = await startGateway();
  const editor = {
    authorization: `Bearer ${await accessToken(product.signingKey, { role: 'EDITOR' })}`,
  };
  const asked = [
    { query: '{ product(id: "1") { name } }', method: 'GET' as const },
    { query: 'mutation { renameProduct(input: { id: "1", name: "x" }) { name } }', headers: editor },
  ];
  const answers = [{ product: { name: 'product 1' } }, { renameProduct: { name: 'x' } }];
  for (const [at, each] of asked.entries()) {
    await using stream = await eventStream(product.url, each);
    await eventually(() => expect(stream.state).toBe('ended'));
    expect(stream.events.map(({ type }) => type)).toEqual(['next', 'complete']);
    expect(stream.payloads()).toEqual([answers[at]]);
  }
  const { query: mutation = '' } = asked[1] ?? {};
  await using refused = await eventStream(product.url, { query: mutation, method: 'GET', headers: editor });
  await eventually(() => expect(refused.state).toBe('ended'));
  expect(refused.events[0]?.data).toContain('METHOD_NOT_ALLOWED');
});

test.each([
  ['a forged token', { headers: { authorization: 'Bearer a.b.c' } }, 401, 'UNAUTHENTICATED'],
  ['an unknown key', { headers: { 'x-api-key': `trb_${'x'.repeat(40)}` } }, 401, 'UNAUTHENTICATED'],
  ['a page of elsewhere', { headers: { origin: 'https://evil.example' } }, 403, 'FORBIDDEN'],
  ['a page of nowhere', { headers: { origin: 'null' } }, 403, 'FORBIDDEN'],
  ['fetch without CORS', { method: 'GET', headers: { 'sec-fetch-mode': 'no-cors' } }, 400, 'BAD_REQUEST'],
  ['another type of body', { headers: { 'content-type': 'text/plain' } }, 400, 'BAD_REQUEST'],
  ['a compressed body', { headers: { 'content-encoding': 'gzip' } }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['no operation', { query: '' }, 400, 'BAD_REQUEST'],
] as const)('%s is an ordinary answer with a code, and no stream', async (_what, asked, status, code) => {
  await using product = await startGateway();
  const answer = await eventStream(product.url, { query, variables, ...asked });
  expect([answer.status, answer.headers['content-type']]).toEqual([
    status,
    'application/json; charset=utf-8',
  ]);
  expect(answer.body).toContain(`"code":"${code}"`);
});

test('one of our processes, whose credential says nothing of its end, is not answered by events', async () => {
  await using product = await startGateway();
  const assertion = await product.minter.mint({
    kind: 'user',
    id: 'u-1',
    workspaceId,
    role: 'OWNER',
    scopes: null,
  });
  const answer = await eventStream(product.url, {
    query,
    variables,
    headers: { 'tributary-assertion': assertion },
  });
  expect([answer.status, answer.body]).toEqual([400, expect.stringContaining('access token or an API key')]);
});

test('a client that takes JSON first is answered by JSON, and told where subscriptions are', async () => {
  await using product = await startGateway();
  const accept = 'application/graphql-response+json, application/json, text/event-stream, multipart/mixed';
  const answer = await eventStream(product.url, {
    query: '{ product(id: "1") { name } }',
    headers: { accept },
  });
  expect(JSON.parse(answer.body)).toEqual({ data: { product: { name: 'product 1' } } });
  const refused = await eventStream(product.url, { query, variables, headers: { accept } });
  expect(refused.body).toMatch(/graphql-transport-ws.*text\/event-stream/);
  await using stream = await eventStream(product.url, {
    query,
    variables,
    headers: { accept: 'application/json;q=0.5, text/event-stream' },
  });
  expect(stream.headers['content-type']).toContain('text/event-stream');
});

test('a stream that is open counts neither among the requests under way nor as one that takes long', async () => {
  await using product = await startGateway({ settings: { underWay: { perCaller: 1, inAll: 100 } } });
  await using stream = await eventStream(product.url, { query, variables });
  await using other = await eventStream(product.url, { query, variables });
  await eventually(() => expect([stream.lastEventId, other.lastEventId]).not.toContain(''));
  const metrics = async () => (await fetch(`${product.url}/metrics`)).text();
  expect(await metrics()).toMatch(/^tributary_event_streams 2$/m);
  expect(await metrics()).toMatch(/^tributary_subscriptions 2$/m);
  await stream[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await eventually(async () => expect(await metrics()).toMatch(/^tributary_event_streams 0$/m));
  expect(await metrics()).toMatch(/^tributary_subscriptions 0$/m);
  expect(await metrics()).not.toMatch(/request_duration_seconds_count\{door="graphql"/);
});

test('a stream ends with the token it was opened with, and with the session of it', async () => {
  await using product = await startGateway();
  const opened = async (options: Parameters<typeof accessToken>[1]) => {
    const authorization = `Bearer ${await accessToken(product.signingKey, options)}`;
    return eventStream(product.url, { query, variables, headers: { authorization } });
  };
  const exp = Math.floor(Date.now() / 1000) + 2;
  await using short = await opened({ claims: { exp } });
  await using ended = await opened({ sessionId: 's-ends' });
  await using stays = await opened({ sessionId: 's-stays' });
  await eventually(() => expect(short.state).toBe('ended'));
  expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
  expect(short.comments).toContain('UNAUTHENTICATED: token expired');
  const endedAtMs = performance.now();
  await product.eventLog.append('identity.session', [
    {
      ...airportUpdated('s-ends', 'x', { workspaceId }),
      type: 'identity.session.ended',
      subject: 'Session/s-ends',
      data: { sessionId: 's-ends', userId: 'user-1', reason: 'SIGNED_OUT' },
    },
  ]);
  await eventually(() => expect(ended.state).toBe('ended'));
  expect(performance.now() - endedAtMs).toBeLessThan(5_000);
  expect(ended.comments.join()).toContain('FORBIDDEN');
  expect(stays.state).toBe('open');
});

test('a gateway that stops ends its streams, and does not wait for their clients', async () => {
  const product = await startGateway();
  await using stream = await eventStream(product.url, { query, variables });
  await product[Symbol.asyncDispose]();
  await eventually(() => expect(stream.state).toBe('ended'));
  expect(stream.comments.join()).toContain('going away');
  expect(stream.events).toEqual([]);
});
