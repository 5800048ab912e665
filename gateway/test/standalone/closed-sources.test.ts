import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createLogger, Registry } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { createClient } from 'graphql-ws';
import { expect, it } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import type { StandaloneOptions } from '../../src/standalone/standalone-gateway.ts';
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

function marketOver(
  { url }: SocketSource,
  timeoutMs?: number,
  more: Partial<StandaloneOptions> = {},
): Promise<Market> {
  const none = { forward: [], set: {} };
  const subscriptions = { protocol: 'ws', url, perConnection: 100 } as const;
  return openMarket('ws', { subgraphs: { ticker: { headers: none, timeoutMs, subscriptions } } }, more);
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

it('whoever runs the gateway is told why a source is away or was cut, and how often', async () => {
  await using source = await socketSource((socket, nth) => {
    if (nth === 1) acknowledge(socket);
    else socket.once('message', () => socket.close(1013, 'secret-7'));
  });
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const metrics = new Registry();
  const log = createLogger({ name: 'test', level: 'warn', destination });
  await using market = await marketOver(source, undefined, { metrics, log });
  const first = subscribe(market);
  await eventually(() => expect(source.subscribed).toBe(1));
  source.close(1000);
  await eventually(() => expect(first.all.errors).toMatchObject(interrupted));
  for (const _time of [1, 2]) {
    const late = subscribe(market);
    await eventually(() => expect(late.all.errors).toMatchObject(away));
    await late.client.dispose();
  }
  await first.client.dispose();
  const subgraph = 'ticker';
  const closedWith = (code: number) => ({ reason: `The socket was closed with ${code}.` });
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { subgraph, err: { code: 'STREAM_INTERRUPTED', cause: closedWith(1000) } },
    { subgraph, err: { code: 'SUBGRAPH_UNAVAILABLE', cause: closedWith(1013) } },
  ]);
  const { values } = (await metrics.getSingleMetric('tributary_subscription_source_ends_total')?.get()) ?? {};
  expect(values).toEqual([
    expect.objectContaining({ labels: { subgraph, reason: 'cut' }, value: 1 }),
    expect.objectContaining({ labels: { subgraph, reason: 'away' }, value: 2 }),
  ]);
});
