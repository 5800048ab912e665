import { once } from 'node:events';
import { createServer } from 'node:http';
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

it('a subgraph that refuses a stream of events with a status is told as that', async () => {
  const server = createServer((_request, response) => response.writeHead(401).end());
  server.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await using market = await marketWith({ protocol: 'sse', url, perConnection: 100 });
  const { all, client } = subscribe(market);
  await eventually(() => expect(all.errors).toMatchObject([[{ extensions: { code: 'UNAUTHENTICATED' } }]]));
  await client.dispose();
  server.close();
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
