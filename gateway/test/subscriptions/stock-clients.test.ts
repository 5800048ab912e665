import { ApolloClient, ApolloLink, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createResumableClient } from '@tributary/client';
import { eventually } from '@tributary/test-kit';
import { subscriptionExchange, Client as UrqlClient } from '@urql/core';
import { createClient } from 'graphql-ws';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { airportUpdated } from './airport-subgraph.ts';
import { type RealTimeGateway, realTimeGateway } from './real-time-gateway.ts';

const query = 'subscription { airportChanged { airport { name } } }';

interface Changed {
  readonly airportChanged: { readonly airport: { readonly name: string } };
}

/** Remembers sockets, so that a test can cut the cable, and counts acknowledged subscriptions. */
function observed() {
  const seen = { sockets: [] as WebSocket[], subscribed: 0 };
  const on = {
    opened: (socket: unknown) => void seen.sockets.push(socket as WebSocket),
    ping: (_received: boolean, payload: Record<string, unknown> | undefined) => {
      if (payload?.['subscribed'] !== undefined) seen.subscribed += 1;
    },
  };
  return { seen, on };
}

/** Three events: seen, missed while the cable was cut, seen again. */
async function throughACut(
  gateway: RealTimeGateway,
  watched: ReturnType<typeof observed>,
  names: readonly string[],
): Promise<void> {
  const { seen } = watched;
  await eventually(() => expect(seen.subscribed).toBe(1));
  seen.sockets.at(-1)?.terminate();
  await gateway.log.append('data.record', [airportUpdated('a1', 'missed at once')]);
  await eventually(() => expect(names).toEqual(['missed at once']));
  seen.sockets.at(-1)?.terminate();
  await gateway.log.append('data.record', [airportUpdated('a1', 'missed')]);
  await eventually(() => expect(names).toEqual(['missed at once', 'missed']));
  await gateway.log.append('data.record', [airportUpdated('a1', 'live')]);
  await eventually(() => expect(names).toEqual(['missed at once', 'missed', 'live']));
}

const retryWait = async (): Promise<void> => undefined;

test('a stock graphql-ws client iterates over live payloads', async () => {
  await using gateway = await realTimeGateway();
  const { seen, on } = observed();
  const client = createClient({ url: gateway.url, webSocketImpl: WebSocket, on });
  const payloads = client.iterate<Changed>({ query });
  const next = payloads.next();
  await eventually(() => expect(seen.subscribed).toBe(1));
  await gateway.log.append('data.record', [airportUpdated('a1', 'hello')]);
  expect((await next).value).toMatchObject({ data: { airportChanged: { airport: { name: 'hello' } } } });
  await payloads.return?.();
  await client.dispose();
});

test('the resumable client loses nothing, even when it is cut off before its first payload', async () => {
  await using gateway = await realTimeGateway();
  const watched = observed();
  const client = createResumableClient({
    url: gateway.url,
    webSocketImpl: WebSocket,
    retryWait,
    on: watched.on,
  });
  const names: string[] = [];
  const stop = client.subscribe<Changed>(
    { query },
    {
      next: ({ data }) => data && names.push(data.airportChanged.airport.name),
      error: () => undefined,
      complete: () => undefined,
    },
  );
  await throughACut(gateway, watched, names);
  stop();
  await client.dispose();
});

test('Apollo Client loses nothing over the resumable client', async () => {
  await using gateway = await realTimeGateway();
  const watched = observed();
  const client = createResumableClient({
    url: gateway.url,
    webSocketImpl: WebSocket,
    retryWait,
    on: watched.on,
  });
  const apollo = new ApolloClient({
    link: ApolloLink.from([new GraphQLWsLink(client)]),
    cache: new InMemoryCache(),
  });
  const names: string[] = [];
  const running = apollo.subscribe<Changed>({ query: gql(query) }).subscribe({
    next: ({ data }) => data && names.push(data.airportChanged.airport.name),
  });
  await throughACut(gateway, watched, names);
  running.unsubscribe();
  await client.dispose();
});

test('urql loses nothing over the resumable client', async () => {
  await using gateway = await realTimeGateway();
  const watched = observed();
  const client = createResumableClient({
    url: gateway.url,
    webSocketImpl: WebSocket,
    retryWait,
    on: watched.on,
  });
  const forwardSubscription = (request: {
    query?: string | undefined;
    variables?: Record<string, unknown>;
  }) => ({
    subscribe: (sink: Parameters<typeof client.subscribe>[1]) => ({
      unsubscribe: client.subscribe({ ...request, query: request.query ?? '' }, sink),
    }),
  });
  const urql = new UrqlClient({
    url: 'http://unused.invalid',
    preferGetMethod: false,
    exchanges: [subscriptionExchange({ forwardSubscription: forwardSubscription as never })],
  });
  const names: string[] = [];
  const running = urql.subscription<Changed>(query, {}).subscribe(({ data }) => {
    if (data !== undefined) names.push(data.airportChanged.airport.name);
  });
  await throughACut(gateway, watched, names);
  running.unsubscribe();
  await client.dispose();
});
