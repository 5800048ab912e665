import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { eventually } from '@tributary/test-kit';
import { createClient as createEventSourceClient } from 'graphql-sse';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { defaultStandaloneSettings } from '../../src/standalone/settings-file.ts';
import { rawSocket } from '../subscriptions/raw-socket.ts';
import { catalogueSdl, supergraphOf } from './shop.ts';
import { type Market, openMarket, tickerSdl } from './ticker.ts';

const query = 'subscription { sold { price product { name weight } } }';
const table = { sold: { price: 3, product: { name: 'Table', weight: 100 } } };

/** Remembers everything a subscription of a stock client comes to. */
function heard() {
  const all = { payloads: [] as unknown[], errors: [] as unknown[], isComplete: false };
  const sink = {
    next: (payload: unknown) => void all.payloads.push(payload),
    error: (error: unknown) => void all.errors.push(error),
    complete: () => {
      all.isComplete = true;
    },
  };
  return { all, sink };
}

describe.each(['ws', 'sse'] as const)('events of a subgraph that sends them over %s', (protocol) => {
  let market: Market;
  beforeAll(async () => {
    market = await openMarket(protocol);
  });
  afterAll(() => market[Symbol.asyncDispose]());
  beforeEach(async () => {
    await eventually(() => expect(market.ticker.inForce).toBe(0));
    market.ticker.subscribed.length = 0;
    market.catalogue.seen.length = 0;
  });

  const overSocket = (headers: Record<string, unknown> = {}) =>
    createClient({
      url: market.socketUrl,
      webSocketImpl: WebSocket,
      connectionParams: headers,
      retryAttempts: 0,
      lazyCloseTimeout: 0,
    });

  it('reach a stock graphql-ws client with what the other subgraphs know of them', async () => {
    const { all, sink } = heard();
    const client = overSocket();
    const stop = client.subscribe({ query }, sink);
    await eventually(() => expect(market.ticker.inForce).toBe(1));
    market.ticker.sell({ upc: '1', price: 3 });
    await eventually(() => expect(all.payloads).toEqual([{ data: table }]));
    market.catalogue.answerWith = { status: 500, body: '' };
    market.ticker.sell({ upc: '2', price: 4 });
    await eventually(() => expect(all.payloads).toHaveLength(2));
    market.catalogue.answerWith = undefined;
    expect(all.payloads[1]).toMatchObject({
      data: { sold: { price: 4, product: null } },
      errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }, {}],
    });
    stop();
    await eventually(() => expect(market.ticker.inForce).toBe(0));
    await client.dispose();
  });

  it('reach a stock graphql-sse client, and end at the subgraph when it leaves', async () => {
    const { all, sink } = heard();
    const client = createEventSourceClient({ url: market.url, retryAttempts: 0 });
    const stop = client.subscribe({ query, variables: {} }, sink);
    await eventually(() => expect(market.ticker.inForce).toBe(1));
    market.ticker.sell({ upc: '1', price: 3 });
    await eventually(() => expect(all.payloads).toEqual([{ data: table }]));
    stop();
    await eventually(() => expect(market.ticker.inForce).toBe(0));
    const counted = heard();
    client.subscribe({ query: 'subscription { counted(to: 3) }' }, counted.sink);
    await eventually(() => expect(counted.all.isComplete).toBe(true));
    expect(counted.all.payloads).toEqual([1, 2, 3].map((at) => ({ data: { counted: at } })));
    const one = heard();
    client.subscribe({ query: '{ tickerIsUp }' }, one.sink);
    await eventually(() => expect(one.all.isComplete).toBe(true));
    expect(one.all.errors).toEqual([]);
    client.dispose();
  });

  it('reach Apollo Client', async () => {
    const client = new ApolloClient({ link: new GraphQLWsLink(overSocket()), cache: new InMemoryCache() });
    const { all, sink } = heard();
    const running = client.subscribe({ query: gql(query) }).subscribe(sink);
    await eventually(() => expect(market.ticker.inForce).toBe(1));
    market.ticker.sell({ upc: '1', price: 3 });
    await eventually(() => expect(all.payloads).toMatchObject([{ data: table }]));
    running.unsubscribe();
    client.stop();
  });

  it('are asked for and put together once for all equal subscriptions of one asker, and apart for another', async () => {
    const clients = ['Bearer a', 'Bearer a', 'Bearer b'].map((authorization) =>
      overSocket({ authorization }),
    );
    const all = clients.map((client) => {
      const listening = heard();
      client.subscribe({ query: 'subscription { sold { buyer product { name } } }' }, listening.sink);
      return listening.all;
    });
    const eventSource = heard();
    const reader = createEventSourceClient({
      url: market.url,
      headers: { authorization: 'Bearer a' },
      retryAttempts: 0,
    });
    reader.subscribe({ query: 'subscription { sold { buyer product { name } } }' }, eventSource.sink);
    await eventually(() => expect(market.ticker.inForce).toBe(3));
    market.ticker.sell({ upc: '1', price: 3 });
    await eventually(() => {
      for (const { payloads } of [...all, eventSource.all]) expect(payloads).toHaveLength(1);
    });
    const buyers = [...all, eventSource.all].map(
      ({ payloads: [first] }) => (first as { data: { sold: { buyer: string } } }).data.sold.buyer,
    );
    expect(buyers).toEqual(['Bearer a', 'Bearer a', 'Bearer b', 'Bearer a']);
    expect(market.catalogue.seen.map(({ authorization }) => authorization).sort()).toEqual([
      'Bearer a',
      'Bearer a',
      'Bearer b',
    ]);
    const [first] = market.ticker.subscribed;
    expect(first?.request.headers).toMatchObject({ 'x-from': 'gateway' });
    if (protocol === 'ws') expect(first?.params).toMatchObject({ 'x-from': 'gateway' });
    await Promise.all(clients.map((client) => client.dispose()));
    reader.dispose();
    await eventually(() => expect(market.ticker.inForce).toBe(0));
    await eventually(() => expect(market.ticker.sockets).toBe(0));
  });

  it('that were cut off end the subscription with STREAM_INTERRUPTED: nobody misses events without being told', async () => {
    const { all, sink } = heard();
    const client = overSocket();
    client.subscribe({ query }, sink);
    const reader = createEventSourceClient({ url: market.url, retryAttempts: 0 });
    const eventSource = heard();
    reader.subscribe({ query: 'subscription { sold(upc: "1") { price } }' }, eventSource.sink);
    await eventually(() => expect(market.ticker.inForce).toBe(2));
    market.ticker.cut();
    await eventually(() =>
      expect(all.errors).toMatchObject([[{ extensions: { code: 'STREAM_INTERRUPTED', retryable: true } }]]),
    );
    await eventually(() => expect(eventSource.all.isComplete).toBe(true));
    expect(eventSource.all.payloads).toMatchObject([
      { errors: [{ extensions: { code: 'STREAM_INTERRUPTED' } }] },
    ]);
    const again = heard();
    client.subscribe({ query }, again.sink);
    await eventually(() => expect(market.ticker.inForce).toBe(1));
    market.ticker.sell({ upc: '1', price: 3 });
    await eventually(() => expect(again.all.payloads).toEqual([{ data: table }]));
    await client.dispose();
    reader.dispose();
  });

  it('are refused with the words of the subgraph, and with a code where nothing is asked for', async () => {
    const client = overSocket();
    const { all, sink } = heard();
    client.subscribe({ query: 'subscription { refused }' }, sink);
    await eventually(() =>
      expect(JSON.stringify([...all.errors, ...all.payloads])).toContain('Not for you.'),
    );
    expect(JSON.stringify([...all.errors, ...all.payloads])).toContain('"serviceName":"ticker"');
    const nothing = heard();
    client.subscribe(
      { query: 'subscription ($no: Boolean!) { sold @skip(if: $no) { price } }', variables: { no: true } },
      nothing.sink,
    );
    await eventually(() => expect(JSON.stringify(nothing.all.errors)).toMatch(/BAD_USER_INPUT/));
    await client.dispose();
  });

  it('go on through a new supergraph, and end with the reason where it has no such field any more', async () => {
    const { ticker, catalogue, gateway, supergraphSdl } = market;
    const kept = heard();
    const ended = heard();
    const client = overSocket();
    client.subscribe({ query }, kept.sink);
    client.subscribe({ query: 'subscription { sold { buyer } }' }, ended.sink);
    await eventually(() => expect(ticker.inForce).toBe(2));
    const without = supergraphOf({
      ticker: { sdl: tickerSdl.replace('buyer: String', 'seller: String'), url: ticker.url },
      catalogue: { sdl: catalogueSdl, url: catalogue.url },
    });
    await gateway.replace(without);
    await eventually(() =>
      expect(ended.all.errors).toMatchObject([[{ extensions: { code: 'BAD_USER_INPUT' } }]]),
    );
    ticker.sell({ upc: '1', price: 3 });
    await eventually(() => expect(kept.all.payloads).toEqual([{ data: table }]));
    expect(ticker.inForce).toBe(1);
    const moved = supergraphOf({
      ticker: { sdl: tickerSdl, url: catalogue.url },
      catalogue: { sdl: catalogueSdl, url: catalogue.url },
    });
    await gateway.replace(moved);
    await eventually(() =>
      expect(kept.all.errors).toMatchObject([[{ extensions: { code: 'STREAM_INTERRUPTED' } }]]),
    );
    await gateway.replace(supergraphSdl);
    await client.dispose();
  });
});

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

  it('tell why nothing comes when the subgraph is away, and when events come too fast', async () => {
    const { subscriptions } = defaultStandaloneSettings;
    await using market = await openMarket('ws', { subscriptions: { ...subscriptions, waitingEvents: 10 } });
    const fast = heard();
    const client = createClient({ url: market.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
    client.subscribe({ query }, fast.sink);
    await eventually(() => expect(market.ticker.inForce).toBe(1));
    const letGo = market.catalogue.hold();
    for (let price = 0; price < 30; price += 1) market.ticker.sell({ upc: '1', price });
    await eventually(() => expect(market.ticker.inForce).toBe(1));
    await eventually(() => expect(market.catalogue.seen.length).toBeGreaterThan(0));
    letGo();
    await eventually(() =>
      expect(fast.all.errors).toMatchObject([[{ extensions: { code: 'STREAM_INTERRUPTED' } }]]),
    );
    // What was in hand came first, in its order.
    expect(fast.all.payloads).toMatchObject(
      fast.all.payloads.map((_, price) => ({ data: { sold: { price } } })),
    );
    await market.ticker[Symbol.asyncDispose]();
    const away = heard();
    client.subscribe({ query: 'subscription { sold { price } }' }, away.sink);
    await eventually(() =>
      expect(away.all.errors).toMatchObject([[{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]]),
    );
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
