import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { eventually } from '@tributary/test-kit';
import { createClient as createEventSourceClient } from 'graphql-sse';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { heard } from './heard.ts';
import { catalogueSdl, supergraphOf } from './shop.ts';
import { type Market, openMarket, tickerSdl } from './ticker.ts';

const query = 'subscription { sold { price product { name weight } } }';
const table = { sold: { price: 3, product: { name: 'Table', weight: 100 } } };

/** A request as it is on the wire. */
function asked(text: string, accept: string): string {
  return `GET /graphql?query=${encodeURIComponent(text)} HTTP/1.1\r\nhost: a\r\naccept: ${accept}\r\n\r\n`;
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

  it('end with their connection, though they were asked for before the answer to something else', async () => {
    market.catalogue.answerWith = 'nothing';
    const { hostname, port } = new URL(market.url);
    const client = connect(Number(port), hostname);
    client.write(asked('{ products { name } }', 'application/json'));
    client.write(asked(query, 'text/event-stream'));
    await eventually(() => expect(market.ticker.inForce).toBe(1));
    client.destroy();
    await eventually(() => expect(market.ticker.inForce).toBe(0));
    market.catalogue.answerWith = undefined;
  });

  it('leave nothing under way behind them on their connection, which is not answered any more', async () => {
    const letGo = market.catalogue.hold();
    const { hostname, port } = new URL(market.url);
    const client = connect(Number(port), hostname);
    client.write(asked(query, 'text/event-stream'));
    client.write(asked('{ products { name } }', 'application/json'));
    await eventually(() => expect(market.ticker.inForce).toBe(1));
    await eventually(() => expect(market.gateway.underWay).toBe(0));
    client.destroy();
    letGo();
    await eventually(() => expect(market.ticker.inForce).toBe(0));
  });

  it('are not begun for who asks behind a stream on its connection', async () => {
    const { hostname, port } = new URL(market.url);
    const client = connect(Number(port), hostname);
    client.write(asked(query, 'text/event-stream'));
    await eventually(() => expect(market.ticker.inForce).toBe(1));
    client.write(asked('subscription { sold(upc: "9") { price } }', 'text/event-stream'));
    for (let turn = 0; turn < 5; turn += 1) await fetch(`${market.url}?query=%7B__typename%7D`);
    expect(market.ticker.inForce).toBe(1);
    client.destroy();
    await eventually(() => expect(market.ticker.inForce).toBe(0));
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
    // The socket and the reader of one asker hear of it apart; their questions are one where both hear in one turn.
    const asked = market.catalogue.seen.map(({ authorization }) => authorization).sort();
    expect(asked.slice(-2)).toEqual(['Bearer a', 'Bearer b']);
    expect([[], ['Bearer a']]).toContainEqual(asked.slice(0, -2));
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

  it('go on through a new supergraph though another subgraph does not answer whoever would open one', async () => {
    const { ticker, catalogue, gateway, supergraphSdl } = market;
    await using mute = await muteSource();
    const subgraphs = { mute, catalogue: { sdl: catalogueSdl, url: catalogue.url } };
    await gateway.replace(supergraphOf({ ...subgraphs, ticker: { sdl: tickerSdl, url: ticker.url } }));
    const client = overSocket();
    client.subscribe({ query: 'subscription { never }' }, heard().sink);
    await mute.asked;
    const ended = heard();
    client.subscribe({ query: 'subscription { sold { buyer } }' }, ended.sink);
    await eventually(() => expect(ticker.inForce).toBe(1));
    const withoutBuyer = tickerSdl.replace('buyer: String', 'seller: String');
    await gateway.replace(supergraphOf({ ...subgraphs, ticker: { sdl: withoutBuyer, url: ticker.url } }));
    await eventually(() =>
      expect(ended.all.errors).toMatchObject([[{ extensions: { code: 'BAD_USER_INPUT' } }]]),
    );
    await gateway.replace(supergraphSdl);
    await client.dispose();
  });
});

/** A subgraph of events that takes connections and says nothing on them. */
async function muteSource() {
  const server = createServer();
  const upgrade = once(server, 'upgrade') as Promise<[unknown, Socket]>;
  server.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  return {
    sdl: 'type Query { muteIsUp: Boolean } type Subscription { never: Int }',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    asked: upgrade,
    [Symbol.asyncDispose]: async () => {
      (await upgrade)[1].destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
