import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createResumableClient, type ResumableClient } from '@tributary/client';
import { fetchExchange, subscriptionExchange, Client as UrqlClient } from '@urql/core';
import { type ExecutionResult, OperationTypeNode } from 'graphql';
import WebSocket from 'ws';

type Variables = Readonly<Record<string, unknown>>;

/** What an application does with a GraphQL client, in the words of none. */
export interface StockClient {
  query<Data>(query: string, variables?: Variables): Promise<Data>;
  mutate<Data>(mutation: string, variables?: Variables): Promise<Data>;
  /** Payloads go to `onData` until the answer is called. */
  subscribe<Data>(subscription: string, onData: (data: Data) => void): () => void;
}

export interface ClientAddress {
  readonly url: string;
  readonly authorization: string | undefined;
  /** The socket of the client, resumable. */
  readonly socket: ResumableClient;
}

/** Apollo Client 4 as its documentation sets it up: `HttpLink` for what is asked, `GraphQLWsLink` for what is subscribed to. */
function apollo({ url, authorization = '', socket }: ClientAddress): StockClient {
  const client = new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new HttpLink({ uri: `${url}/graphql`, headers: { authorization } }),
    ),
    cache: new InMemoryCache(),
  });
  return {
    query: async <Data>(query: string, variables: Variables = {}) =>
      (await client.query({ query: gql(query), variables })).data as Data,
    mutate: async <Data>(mutation: string, variables: Variables = {}) =>
      (await client.mutate({ mutation: gql(mutation), variables })).data as Data,
    subscribe: <Data>(subscription: string, onData: (data: Data) => void) => {
      const running = client
        .subscribe({ query: gql(subscription) })
        .subscribe(({ data }) => data && onData(data as Data));
      return () => running.unsubscribe();
    },
  };
}

/** urql with `fetchExchange` and `subscriptionExchange`, as in the README of `@tributary/client`. */
function urql({ url, authorization = '', socket }: ClientAddress): StockClient {
  const client = new UrqlClient({
    url: `${url}/graphql`,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization } },
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe({ ...request, query: request.query ?? '' }, sink as never),
          }),
        }),
      }),
    ],
  });
  const dataOf = <Data>({ data, error }: { data?: unknown; error?: Error | undefined }): Data => {
    if (error !== undefined) throw error;
    return data as Data;
  };
  return {
    query: async <Data>(query: string, variables: Variables = {}) =>
      dataOf<Data>(await client.query(query, variables).toPromise()),
    mutate: async <Data>(mutation: string, variables: Variables = {}) =>
      dataOf<Data>(await client.mutation(mutation, variables).toPromise()),
    subscribe: (subscription, onData) => {
      const running = client.subscription(subscription, {}).subscribe((result) => onData(dataOf(result)));
      return () => running.unsubscribe();
    },
  };
}

/** graphql-ws by itself: everything over the one socket. */
function graphqlWs({ socket }: ClientAddress): StockClient {
  const once = <Data>(query: string, variables: Variables = {}): Promise<Data> =>
    new Promise((resolve, reject) => {
      let last: ExecutionResult | undefined;
      socket.subscribe(
        { query, variables },
        {
          next: (result) => {
            last = result as ExecutionResult;
          },
          error: reject,
          complete: () =>
            last?.errors === undefined ? resolve(last?.data as Data) : reject(new Error(String(last.errors))),
        },
      );
    });
  return {
    query: once,
    mutate: once,
    subscribe: <Data>(query: string, onData: (data: Data) => void) =>
      socket.subscribe(
        { query },
        {
          next: ({ data }) => data && onData(data as Data),
          error: (trouble) => {
            throw trouble;
          },
          complete: () => undefined,
        },
      ),
  };
}

export const stockClients = { apollo, urql, graphqlWs };

/** The socket of a client, the cable to cut, and a gate that holds back the reconnect while a test makes it miss something. */
export interface CutSocket {
  readonly client: ResumableClient;
  /** Subscriptions the gateway has said are in force, over all connections. */
  readonly subscribed: number;
  cut(): void;
  letBackIn(): void;
}

export function cutSocket(url: string, authorization: string | undefined): CutSocket {
  let subscribed = 0;
  let socket: WebSocket | undefined;
  let letBackIn = (): void => undefined;
  const client = createResumableClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: authorization === undefined ? {} : { authorization },
    retryWait: () =>
      new Promise((resolve) => {
        letBackIn = resolve;
      }),
    on: {
      opened: (opened) => {
        socket = opened as WebSocket;
      },
      ping: (received, payload) => {
        if (received && payload?.['subscribed'] !== undefined) subscribed += 1;
      },
    },
  });
  return {
    client,
    get subscribed() {
      return subscribed;
    },
    cut: () => socket?.terminate(),
    letBackIn: () => letBackIn(),
  };
}
