import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { eventually } from '@tributary/test-kit';
import { createClient } from 'graphql-ws';
import { expect, it } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { heard } from './heard.ts';
import { type Market, openMarket } from './ticker.ts';

interface SocketSource extends AsyncDisposable {
  readonly url: string;
  /** Sockets that were ever opened. */
  readonly opened: number;
  /** Subscriptions that were ever asked for. */
  readonly subscribed: number;
  close(code: number): void;
}

/** A subgraph that has a way of its own with the sockets it gets, and no events. */
async function socketSource(begin: (socket: WebSocket, nth: number) => void): Promise<SocketSource> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const seen = { opened: 0, subscribed: 0 };
  server.on('connection', (socket) => {
    seen.opened += 1;
    socket.on('message', (message: Buffer) => {
      const { type } = JSON.parse(message.toString()) as { type: string };
      if (type === 'subscribe') seen.subscribed += 1;
    });
    begin(socket, seen.opened);
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    get opened() {
      return seen.opened;
    },
    get subscribed() {
      return seen.subscribed;
    },
    close: (code) => {
      for (const socket of server.clients) socket.close(code);
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}

function marketOver({ url }: SocketSource, timeoutMs?: number): Promise<Market> {
  const none = { forward: [], set: {} };
  const subscriptions = { protocol: 'ws', url, perConnection: 100 } as const;
  return openMarket('ws', { subgraphs: { ticker: { headers: none, timeoutMs, subscriptions } } });
}

function subscribe(market: Market, query = 'subscription { sold { price } }') {
  const { all, sink } = heard();
  const client = createClient({ url: market.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
  client.subscribe({ query }, sink);
  return { all, client };
}

const acknowledge = (socket: WebSocket): void =>
  void socket.once('message', () => socket.send(JSON.stringify({ type: 'connection_ack' })));
const away = [[{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]];
const interrupted = [[{ extensions: { code: 'STREAM_INTERRUPTED' } }]];

it('a subgraph that closes its socket with 1000 before it acknowledges is away, and is asked once', async () => {
  await using source = await socketSource((socket) => socket.once('message', () => socket.close(1000)));
  await using market = await marketOver(source);
  const { all, client } = subscribe(market);
  await eventually(() => expect(all.errors).toMatchObject(away));
  expect(source.opened).toBe(1);
  await client.dispose();
});

it('a subgraph that closes its socket with 1000 cuts the events of all who share it, and is not asked again in silence', async () => {
  await using source = await socketSource((socket, nth) => {
    if (nth === 1) acknowledge(socket);
    else socket.once('message', () => socket.close(1000));
  });
  await using market = await marketOver(source);
  const all = ['sold', 'sold(upc: "1")'].map((field) =>
    subscribe(market, `subscription { ${field} { price } }`),
  );
  await eventually(() => expect(source.subscribed).toBe(2));
  source.close(1000);
  await eventually(() => {
    for (const { all: told } of all) expect(told.errors).toMatchObject(interrupted);
  });
  expect(source.opened).toBe(1);
  await Promise.all(all.map(({ client }) => client.dispose()));
  const late = subscribe(market);
  await eventually(() => expect(late.all.errors).toMatchObject(away));
  expect(source.opened).toBe(2);
  await late.client.dispose();
});

it('a subgraph that neither acknowledges nor answers the close is away once its time is over', async () => {
  await using source = await socketSource((socket) => socket.pause());
  await using market = await marketOver(source, 300);
  const { all, client } = subscribe(market);
  await eventually(() => expect(all.errors).toMatchObject(away));
  expect(source.opened).toBe(1);
  await client.dispose();
});
