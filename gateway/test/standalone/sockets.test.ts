import { eventually } from '@tributary/test-kit';
import { createClient } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { defaultStandaloneSettings } from '../../src/standalone/settings-file.ts';
import { rawSocket } from '../subscriptions/raw-socket.ts';
import { heard } from './heard.ts';
import { openMarket } from './ticker.ts';

const query = 'subscription { sold { price product { name weight } } }';

describe('sockets of a stand-alone gateway', () => {
  it('are closed for what the protocol forbids: no connection_init 4408, a second one 4429, a big frame 1009', async () => {
    const { subscriptions, limits } = defaultStandaloneSettings;
    await using market = await openMarket('ws', {
      subscriptions: { ...subscriptions, initTimeoutMs: 100, operationsPerSocket: 2 },
      limits: { ...limits, frameBytes: 10_000 },
    });
    await using silent = await rawSocket(market.socketUrl);
    expect((await silent.closed()).code).toBe(4408);
    await using twice = await rawSocket(market.socketUrl);
    await twice.init();
    twice.send({ type: 'connection_init' });
    expect((await twice.closed()).code).toBe(4429);
    await using large = await rawSocket(market.socketUrl);
    await large.init();
    large.subscribe('1', `${query}#${'x'.repeat(10_000)}`);
    expect((await large.closed()).code).toBe(1009);
    await using many = await rawSocket(market.socketUrl);
    await many.init();
    for (const id of ['1', '2', '3']) many.subscribe(id, `subscription { sold(upc: "${id}") { price } }`);
    expect(JSON.stringify(await many.message('error', '3'))).toContain('TOO_MANY_CONNECTIONS');
    await using foreign = await rawSocket(market.socketUrl, { origin: market.url });
    await foreign.init();
    await expect(rawSocket(market.socketUrl, { origin: 'https://evil.example' })).rejects.toThrow('403');
  });

  it('take no field from connection_init that is not named for it, nor one that the upgrade had', async () => {
    await using market = await openMarket('ws', {
      headers: { forward: ['authorization', 'x-user'], set: {} },
    });
    const client = createClient({
      url: market.socketUrl,
      webSocketImpl: class extends WebSocket {
        constructor(url: string, protocols: string[]) {
          super(url, protocols, { headers: { authorization: 'from the proxy' } });
        }
      },
      connectionParams: { authorization: 'from the client', 'x-user': 'admin' },
      retryAttempts: 0,
    });
    client.subscribe({ query }, heard().sink);
    await eventually(() => expect(market.ticker.subscribed).toHaveLength(1));
    const [seen] = market.ticker.subscribed;
    expect(seen?.request.headers).toMatchObject({ authorization: 'from the proxy' });
    expect(seen?.request.headers).not.toHaveProperty('x-user');
    await client.dispose();
  });

  it.each(['a\nb', 'ключ', 'a\u0000b'])(
    'refuse a field of connection_init that no header can have, and go on for everybody else: %j',
    async (authorization) => {
      const { subscriptions } = defaultStandaloneSettings;
      await using market = await openMarket('ws', {
        headers: { forward: ['authorization'], set: {} },
        subscriptions: { ...subscriptions, connectionInit: ['authorization'] },
      });
      await using bad = await rawSocket(market.socketUrl);
      bad.send({ type: 'connection_init', payload: { authorization } });
      expect((await bad.closed()).code).toBe(4400);
      const client = createClient({
        url: market.socketUrl,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: 'Bearer a' },
        retryAttempts: 0,
      });
      client.subscribe({ query }, heard().sink);
      await eventually(() => expect(market.ticker.subscribed).toHaveLength(1));
      expect(market.ticker.subscribed[0]?.request.headers).toMatchObject({ authorization: 'Bearer a' });
      await client.dispose();
    },
  );

  it.each([
    { protocol: 'ws', waitingEvents: 10 },
    { protocol: 'ws', waitingBytes: 1_000 },
    { protocol: 'sse', waitingBytes: 1_000 },
  ] as const)('tell why nothing comes when events come too fast: %j', async ({ protocol, ...bound }) => {
    const { subscriptions } = defaultStandaloneSettings;
    await using market = await openMarket(protocol, { subscriptions: { ...subscriptions, ...bound } });
    const fast = heard();
    const client = createClient({ url: market.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
    client.subscribe({ query }, fast.sink);
    await eventually(() => expect(market.ticker.inForce).toBe(1));
    const letGo = market.catalogue.hold();
    for (let price = 0; price < 30; price += 1) market.ticker.sell({ upc: '1', price });
    await eventually(() => expect(market.catalogue.seen.length).toBeGreaterThan(0));
    letGo();
    await eventually(() =>
      expect(fast.all.errors).toMatchObject([[{ extensions: { code: 'STREAM_INTERRUPTED' } }]]),
    );
    // What was in hand came first, in its order.
    expect(fast.all.payloads.length).toBeGreaterThan(0);
    expect(fast.all.payloads.length).toBeLessThan(30);
    expect(fast.all.payloads).toMatchObject(
      fast.all.payloads.map((_, price) => ({ data: { sold: { price } } })),
    );
    await client.dispose();
  });

  it('tell why nothing comes when the subgraph is away', async () => {
    await using market = await openMarket('ws');
    await market.ticker[Symbol.asyncDispose]();
    const client = createClient({ url: market.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
    const away = heard();
    client.subscribe({ query: 'subscription { sold { price } }' }, away.sink);
    await eventually(() =>
      expect(away.all.errors).toMatchObject([[{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]]),
    );
    await client.dispose();
  });

  it('and streams of events are no more than may be in force; the next is told when to come back', async () => {
    const { subscriptions } = defaultStandaloneSettings;
    await using market = await openMarket('sse', { subscriptions: { ...subscriptions, inForce: 1 } });
    const gone = new AbortController();
    const ask = (upc: string) =>
      fetch(market.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ query: `subscription { sold(upc: "${upc}") { price } }` }),
        signal: gone.signal,
      });
    const first = await ask('1');
    expect([first.status, first.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    const second = await ask('2');
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await second.text()).toContain('OVERLOADED');
    const client = createClient({ url: market.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
    const refused = heard();
    client.subscribe({ query }, refused.sink);
    await eventually(() => expect(JSON.stringify(refused.all.errors)).toContain('OVERLOADED'));
    gone.abort();
    await eventually(() => expect(market.ticker.inForce).toBe(0));
    await client.dispose();
  });

  it('a subscription asked for as plain JSON is refused with where it is served', async () => {
    await using market = await openMarket('ws');
    const response = await fetch(market.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    expect(JSON.stringify(await response.json())).toMatch(/graphql-transport-ws.*text\/event-stream/);
  });
});
