import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@tributary/test-kit';
import { createClient } from 'graphql-ws';
import { expect, it } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import type { StandaloneSettings } from '../../src/standalone/settings-file.ts';
import { heard } from './heard.ts';
import { type Market, openMarket } from './ticker.ts';

type Subscriptions = StandaloneSettings['subgraphs'][string]['subscriptions'];

const none = { forward: [], set: {} };
const query = 'subscription { sold { price } }';

function marketWith(subscriptions: NonNullable<Subscriptions>): Promise<Market> {
  return openMarket(subscriptions.protocol, { subgraphs: { ticker: { headers: none, subscriptions } } });
}

function subscribe(market: Market) {
  const { all, sink } = heard();
  const client = createClient({ url: market.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
  client.subscribe({ query }, sink);
  return { all, client };
}

it.each([
  [4400, 'BAD_REQUEST'],
  [4401, 'UNAUTHENTICATED'],
  [4403, 'FORBIDDEN'],
] as const)(
  'a subgraph that refuses a socket with %i is told as %s, in its words, and not to be tried again',
  async (code, told) => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    server.on('connection', (socket) =>
      socket.once('message', () => socket.close(code, 'Not with this token')),
    );
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await using market = await marketWith({ protocol: 'ws', url, perConnection: 100 });
    const { all, client } = subscribe(market);
    await eventually(() => expect(all.errors).toHaveLength(1));
    expect(all.errors).toEqual([
      [{ message: 'Not with this token', extensions: { code: told, serviceName: 'ticker' } }],
    ]);
    await client.dispose();
    server.close();
  },
);

interface HttpSource extends AsyncDisposable {
  readonly port: number;
}

async function httpSource(answer: RequestListener): Promise<HttpSource> {
  const server = createServer(answer);
  server.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

it.each([
  [401, 'UNAUTHENTICATED'],
  [403, 'FORBIDDEN'],
  [503, 'SUBGRAPH_UNAVAILABLE'],
] as const)(
  'a subgraph that answers %i instead of events, or to the upgrade, is told as %s',
  async (status, code) => {
    await using source = await httpSource((_request, response) => response.writeHead(status).end());
    for (const protocol of ['sse', 'ws'] as const) {
      const url = `http://127.0.0.1:${source.port}/`;
      await using market = await marketWith({ protocol, url, perConnection: 100 });
      const { all, client } = subscribe(market);
      await eventually(() =>
        expect([protocol, all.errors]).toMatchObject([protocol, [[{ extensions: { code } }]]]),
      );
      await client.dispose();
    }
  },
);

it('errors of an event are errors whatever form they have, as those of an answer are', async () => {
  const events = [
    { data: { sold: { price: 1 } }, errors: { message: 'an object' } },
    { data: { sold: { price: 2 } }, errors: ['a text'] },
    { data: { sold: { price: 3 } }, errors: [] },
  ];
  await using source = await httpSource((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of events) response.write(`event: next\ndata: ${JSON.stringify(event)}\n\n`);
    response.end('event: complete\ndata:\n\n');
  });
  const url = `http://127.0.0.1:${source.port}/`;
  await using market = await marketWith({ protocol: 'sse', url, perConnection: 100 });
  const { all, client } = subscribe(market);
  await eventually(() => expect(all.isComplete).toBe(true));
  const extensions = { serviceName: 'ticker' };
  expect(all.payloads).toEqual([
    { data: { sold: { price: 1 } }, errors: [{ message: 'an object', extensions }] },
    { data: { sold: { price: 2 } }, errors: [{ message: 'An error of the subgraph ticker.', extensions }] },
    { data: { sold: { price: 3 } } },
  ]);
  await client.dispose();
});

it('a stream of events that is silent for longer than is allowed ends with STREAM_INTERRUPTED', async () => {
  await using market = await marketWith({
    protocol: 'sse',
    path: '/stream',
    idleMs: 500,
    perConnection: 100,
  });
  const { all, client } = subscribe(market);
  await eventually(() => expect(market.ticker.inForce).toBe(1));
  market.ticker.sell({ upc: '1', price: 3 });
  await eventually(() => expect(all.payloads).toEqual([{ data: { sold: { price: 3 } } }]));
  await eventually(() =>
    expect(all.errors).toMatchObject([[{ extensions: { code: 'STREAM_INTERRUPTED' } }]]),
  );
  await eventually(() => expect(market.ticker.inForce).toBe(0));
  await client.dispose();
});
