import { Closing } from '@tributary/runtime';
import { eventStream, eventually, type HeardStream } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { airportUpdated } from './airport-subgraph.ts';
import { rawSocket } from './raw-socket.ts';
import { realTimeGateway, type TestToken } from './real-time-gateway.ts';

const query = 'subscription ($after: String) { airportChanged(after: $after) { airport { name } } }';

interface Changed {
  readonly airportChanged: { readonly airport: { readonly name: string } };
}

const namesOf = (stream: HeardStream): readonly string[] =>
  stream.payloads<Changed>().map(({ airportChanged }) => airportChanged.airport.name);

const httpUrl = (url: string): string => url.replace('ws:', 'http:');

function listening(url: string, token?: TestToken, after?: string): Promise<HeardStream> {
  return eventStream(httpUrl(url), {
    query,
    ...(after === undefined ? {} : { extensions: { after } }),
    headers: token === undefined ? {} : { authorization: `Bearer ${JSON.stringify(token)}` },
  });
}

test("a revocation ends the user's streams and nobody else's, and a revoked credential opens none", async () => {
  await using gateway = await realTimeGateway();
  await using gone = await listening(gateway.url, { id: 'u-1', sessionId: 's-1' });
  await using stays = await listening(gateway.url, { id: 'u-1', sessionId: 's-2' });
  gateway.revoke(({ sessionId }) => sessionId === 's-1');
  await eventually(() => expect(gone.state).toBe('ended'));
  expect(gone.comments.join()).toContain('FORBIDDEN: these rights were revoked');
  await gateway.log.append('data.record', [airportUpdated('a1', 'still here')]);
  await eventually(() => expect(namesOf(stays)).toEqual(['still here']));
  const again = await listening(gateway.url, { id: 'u-1', sessionId: 's-1' });
  expect([again.status, again.body]).toEqual([401, expect.stringContaining('UNAUTHENTICATED')]);
});

test('sockets and streams of a user are counted together, and one that closed counts no more', async () => {
  await using gateway = await realTimeGateway({ limits: { socketsPerUser: 2 } });
  await using socket = await rawSocket(gateway.url);
  await socket.init({ id: 'u-1' });
  await using stream = await listening(gateway.url, { id: 'u-1' });
  const refused = await listening(gateway.url, { id: 'u-1' });
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '5']);
  expect(refused.body).toContain('TOO_MANY_CONNECTIONS');
  await using third = await rawSocket(gateway.url);
  third.send({ type: 'connection_init', payload: { authorization: 'Bearer {"id":"u-1"}' } });
  expect((await third.closed()).code).toBe(4413);
  await using _other = await listening(gateway.url, { id: 'u-2' });
  await stream[Symbol.asyncDispose]();
  await eventually(async () => {
    await using back = await listening(gateway.url, { id: 'u-1' });
    expect(back.status).toBe(200);
  });
});

test('streams without a user count by address', async () => {
  await using gateway = await realTimeGateway({ limits: { socketsPerAnonymousAddress: 1 } });
  await using _first = await listening(gateway.url);
  expect((await listening(gateway.url)).status).toBe(429);
});

test('equal subscriptions over a socket and a stream are executed once per event', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init({ id: 'u-1', role: 'VIEWER' });
  await socket.subscribed('1', query);
  await using stream = await listening(gateway.url, { id: 'u-2', role: 'VIEWER' });
  const events = Array.from({ length: 20 }, (_, index) => airportUpdated(`a${index}`, `name ${index}`));
  await gateway.log.append('data.record', events);
  await eventually(() => expect(namesOf(stream)).toHaveLength(20));
  await eventually(() => expect(socket.payloads('1')).toEqual(stream.payloads()));
  expect([...gateway.airports.executions].sort()).toEqual(events.map(({ id }) => id).sort());
});

test('an ephemeral channel is heard, without an id to go on from', async () => {
  await using gateway = await realTimeGateway();
  await using stream = await eventStream(httpUrl(gateway.url), {
    query: 'subscription { presenceChanged(room: "r1") }',
  });
  await eventually(() => expect(stream.payloads()).toEqual([{ presenceChanged: 'nobody' }]));
  expect(stream.lastEventId).toBe('');
});

test('draining ends every stream, so that its client comes back elsewhere, and takes no new one', async () => {
  await using gateway = await realTimeGateway();
  await using first = await listening(gateway.url);
  await using second = await listening(gateway.url);
  const drained = gateway.drain(400);
  await eventually(() => expect(first.state).toBe('ended'));
  expect(second.state).toBe('open');
  expect(first.comments.join()).toContain('going away');
  const refused = await listening(gateway.url);
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
  await drained;
  await eventually(() => expect(second.state).toBe('ended'));
  expect(gateway.eventStreams.size).toBe(0);
  expect([...first.events, ...second.events]).toEqual([]);
});

test('a client that reads is sent payloads larger than what may wait for it, in order and whole', async () => {
  await using gateway = await realTimeGateway({ limits: { maxBufferedBytes: 64 * 1024 } });
  await using stream = await listening(gateway.url);
  const names = ['é'.repeat(300_000), 'short', 'x'.repeat(900_000), 'line\nwith\r\nends'];
  for (const name of names) await gateway.log.append('data.record', [airportUpdated('a1', name)]);
  await eventually(() => expect(namesOf(stream)).toHaveLength(names.length));
  expect(namesOf(stream)).toEqual(names);
});

test('clients that leave at every moment leave nothing behind', async () => {
  await using gateway = await realTimeGateway();
  await using closing = new Closing();
  for (let round = 0; round < 20; round += 1) {
    const gone = new AbortController();
    const asked = fetch(httpUrl(gateway.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query }),
      signal: gone.signal,
    });
    if (round % 2 === 0) await asked;
    else asked.catch(() => undefined);
    gone.abort();
  }
  closing.use('last', await listening(gateway.url));
  await eventually(() => expect(gateway.eventStreams.size).toBe(1));
  expect(await gateway.metrics.metrics()).toMatch(/^tributary_subscriptions 1$/m);
});

// What ends by the clock ends beside each other.
test.concurrent('a stream ends when its token does, without complete, and says why to whoever looks', async () => {
  await using gateway = await realTimeGateway();
  const expiresAtMs = Date.now() + 1_500;
  await using stream = await listening(gateway.url, { id: 'u-1', expiresAtMs });
  await eventually(() => expect(stream.state).toBe('ended'));
  expect(Date.now()).toBeGreaterThanOrEqual(expiresAtMs);
  expect(stream.comments).toContain('UNAUTHENTICATED: token expired');
  expect(stream.events).toEqual([]);
  expect(await gateway.metrics.metrics()).toContain('tributary_event_stream_closes_total{code="4403"} 1');
});

test.concurrent('a stream that has nothing to say says that it is alive', async () => {
  await using gateway = await realTimeGateway({ limits: { pingMs: { min: 50, max: 60 } } });
  await using stream = await listening(gateway.url);
  await eventually(() => expect(stream.comments.filter((text) => text === '').length).toBeGreaterThan(1));
  expect(stream.events).toEqual([]);
});

test.concurrent('a client that does not read is cut off, and with its last id has the rest, once', async () => {
  await using gateway = await realTimeGateway({
    limits: {
      maxBufferedBytes: 512 * 1024,
      unreadBytes: { ofOwner: 0, ofAll: 0 },
      unreadPatienceMs: 2_000,
    },
  });
  await using slow = await listening(gateway.url);
  await eventually(() => expect(slow.lastEventId).not.toBe(''));
  const filler = 'x'.repeat(40_000);
  const names = Array.from({ length: 300 }, (_, index) => `${index} ${filler}`);
  slow.pause();
  for (let from = 0; from < names.length; from += 50)
    await gateway.log.append(
      'data.record',
      names.slice(from, from + 50).map((name) => airportUpdated('a1', name)),
    );
  await eventually(async () =>
    expect(await gateway.metrics.metrics()).toContain('tributary_event_stream_closes_total{code="4410"} 1'),
  );
  slow.resume();
  await eventually(() => expect(slow.state).not.toBe('open'));
  const had = namesOf(slow).length;
  expect(had).toBeLessThan(300);
  await using back = await listening(gateway.url, undefined, slow.lastEventId);
  await eventually(() => expect(namesOf(back)).toHaveLength(300 - had));
  expect([...namesOf(slow), ...namesOf(back)]).toEqual(names);
}, 60_000);

test.concurrent('a stream that is let go while its client does not read is cut after its grace, and counted once', async () => {
  await using gateway = await realTimeGateway({
    limits: { maxBufferedBytes: 64 * 1024 * 1024, unreadPatienceMs: 60_000 },
  });
  await using slow = await listening(gateway.url, { id: 'u-1' });
  await eventually(() => expect(slow.lastEventId).not.toBe(''));
  slow.pause();
  const filler = 'x'.repeat(20_000);
  const many = Array.from({ length: 1_000 }, (_, index) => airportUpdated('a1', `${index} ${filler}`));
  for (let from = 0; from < many.length; from += 100)
    await gateway.log.append('data.record', many.slice(from, from + 100));
  await eventually(async () =>
    expect(await gateway.metrics.metrics()).toMatch(/^tributary_subscription_executions_total \d{3}/m),
  );
  gateway.revoke(() => true);
  await eventually(() => expect(gateway.eventStreams.size).toBe(0), { timeoutMs: 15_000 });
  expect(await gateway.metrics.metrics()).toMatch(/^tributary_event_stream_closes_total\{code="4403"\} 1$/m);
}, 60_000);
