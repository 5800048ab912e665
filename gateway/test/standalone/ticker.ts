import { EventEmitter, on } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { Registry } from '@tributary/runtime';
import { GraphQLError, parse } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/http';
import { useServer as serveSockets } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { defaultStandaloneSettings, type StandaloneSettings } from '../../src/standalone/settings-file.ts';
import {
  buildStandaloneGateway,
  type StandaloneGateway,
  type StandaloneOptions,
} from '../../src/standalone/standalone-gateway.ts';
import { silentLog } from '../graph/silent-log.ts';
import { catalogue, catalogueSdl, type SubgraphUnderTest, supergraphOf } from './shop.ts';

export const tickerSdl = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
type Query { tickerIsUp: Boolean }
type Subscription { sold(upc: ID): Sale! refused: Int counted(to: Int!): Int }
type Sale { product: Product price: Int! buyer: String }
type Product @key(fields: "upc", resolvable: false) { upc: ID! }`;

interface Sale {
  readonly upc: string;
  readonly price: number;
}

export interface Ticker extends AsyncDisposable {
  readonly url: string;
  /** What clients of it said when they subscribed: its upgrade or request, and what `connection_init` held. */
  readonly subscribed: { readonly request: IncomingMessage; readonly params: unknown }[];
  /** Subscriptions in force. */
  readonly inForce: number;
  readonly sockets: number;
  sell(sale: Sale): void;
  /** Cuts every connection. */
  cut(): void;
}

/** Somebody's subgraph that tells of sales, over graphql-ws at `/graphql` and graphql-sse at `/stream`, with the stock servers of both. */
export async function ticker(): Promise<Ticker> {
  const sales = new EventEmitter().setMaxListeners(0);
  const subscribed: Ticker['subscribed'] = [];
  const connections = new Set<Socket>();
  let inForce = 0;
  const asker = (context: Context) => {
    const { request, params } = context;
    subscribed.push({ request, params });
    return request.headers.authorization ?? null;
  };
  const schema = buildSubgraphSchema([
    {
      typeDefs: parse(tickerSdl),
      resolvers: {
        Query: { tickerIsUp: () => true },
        Subscription: {
          sold: {
            subscribe: (_: unknown, { upc }: { upc?: string }, context: Context) => {
              const buyer = asker(context);
              inForce += 1;
              const heard = on(sales, 'sale') as AsyncIterableIterator<[Sale]>;
              // A generator that waits for its source cannot be told to return.
              const next = async (): Promise<IteratorResult<unknown>> => {
                for (;;) {
                  const { done, value } = await heard.next();
                  if (done === true) return { done, value: undefined };
                  const [{ upc: of, price }] = value;
                  if (upc === undefined || of === upc)
                    return { done: false, value: { sold: { product: { upc: of }, price, buyer } } };
                }
              };
              const end = async (): Promise<IteratorResult<unknown>> => {
                await heard.return?.();
                inForce -= 1;
                return { done: true, value: undefined };
              };
              return { next, return: end, [Symbol.asyncIterator]: () => ({ next, return: end }) };
            },
          },
          refused: {
            subscribe: () => {
              throw new GraphQLError('Not for you.', { extensions: { code: 'NO_WAY' } });
            },
          },
          counted: {
            subscribe: async function* (_: unknown, { to }: { to: number }) {
              for (let at = 1; at <= to; at += 1) yield { counted: at };
            },
          },
        },
      } as never,
    },
  ]);
  const stream = createHandler<Context>({
    schema,
    context: (request) => ({ request: request.raw as IncomingMessage, params: null }),
  });
  const server = createServer((request, response) => void stream(request, response));
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  const wss = new WebSocketServer({ server, path: '/graphql' });
  serveSockets<Record<string, unknown>>(
    {
      schema,
      context: ({ extra, connectionParams }) => ({
        request: (extra as unknown as { request: IncomingMessage }).request,
        params: connectionParams ?? null,
      }),
    },
    wss,
  );
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    subscribed,
    get inForce() {
      return inForce;
    },
    get sockets() {
      return wss.clients.size;
    },
    sell: (sale) => void sales.emit('sale', sale),
    cut: () => {
      for (const connection of connections) connection.destroy();
    },
    [Symbol.asyncDispose]: async () => {
      for (const connection of connections) connection.destroy();
      wss.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Context = { readonly request: IncomingMessage; readonly params: unknown };

export interface Market extends AsyncDisposable {
  readonly url: string;
  readonly socketUrl: string;
  readonly ticker: Ticker;
  readonly catalogue: SubgraphUnderTest;
  readonly gateway: StandaloneGateway;
  readonly supergraphSdl: string;
}

/** The gateway over a subgraph that tells of sales and one that knows the products. */
export async function openMarket(
  protocol: 'ws' | 'sse',
  different: Partial<StandaloneSettings> = {},
  more: Partial<StandaloneOptions> = {},
): Promise<Market> {
  const parts = { ticker: await ticker(), catalogue: await catalogue() };
  const supergraphSdl = supergraphOf({
    ticker: { sdl: tickerSdl, url: parts.ticker.url },
    catalogue: { sdl: catalogueSdl, url: parts.catalogue.url },
  });
  const none = { forward: [], set: {} };
  const subscriptions =
    protocol === 'ws' ? { protocol, perConnection: 100 } : { protocol, path: '/stream', perConnection: 100 };
  const settings: StandaloneSettings = {
    ...defaultStandaloneSettings,
    headers: { forward: ['authorization'], set: { 'x-from': 'gateway' } },
    subgraphs: { ticker: { headers: none, subscriptions } },
    ...different,
  };
  const gateway = buildStandaloneGateway({
    supergraphSdl,
    settings,
    metrics: new Registry(),
    log: silentLog,
    ...more,
  });
  const { url } = await gateway.listen({ port: 0, host: '127.0.0.1' });
  return {
    ...parts,
    url: `${url}/graphql`,
    socketUrl: `${url.replace('http', 'ws')}/graphql`,
    gateway,
    supergraphSdl,
    [Symbol.asyncDispose]: async () => {
      await gateway[Symbol.asyncDispose]();
      await parts.ticker[Symbol.asyncDispose]();
      await parts.catalogue[Symbol.asyncDispose]();
    },
  };
}
