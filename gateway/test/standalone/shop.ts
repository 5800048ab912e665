import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, createSecureServer, type Http2Session } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { defaultStandaloneSettings, type StandaloneSettings } from '../../src/standalone/settings-file.ts';
import {
  buildStandaloneGateway,
  type StandaloneGateway,
  type StandaloneOptions,
} from '../../src/standalone/standalone-gateway.ts';
import { silentLog } from '../graph/silent-log.ts';
import type { SelfSigned } from './self-signed.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires"])';

export const catalogueSdl = `${link}
type Query { products: [Product!]! product(upc: ID!): Product whoami: String fails: String }
type Mutation { rename(upc: ID!, name: String!): Product }
type Product @key(fields: "upc") { upc: ID! name: String! weight: Int }`;

export const stockSdl = `${link}
type Product @key(fields: "upc") { upc: ID! weight: Int @external inStock: Boolean shipping: Int @requires(fields: "weight") }`;

export interface SubgraphUnderTest extends AsyncDisposable {
  readonly url: string;
  /** The fields of every request that came, in their order. */
  readonly seen: IncomingHttpHeaders[];
  /** How many were ever made to it. */
  readonly connections: number;
  readonly openConnections: number;
  /** What was agreed on by those that were made over TLS. */
  readonly protocols: TLSSocket['alpnProtocol'][];
  /** Lets requests come and wait, until what it answers is called. */
  hold(): () => void;
  /** Ends all connections at once; over HTTP/2 it says so before, and what is under way may end (GOAWAY). */
  leave(): void;
  /** Answers in its stead when it is set. */
  answerWith: { status: number; body: string } | 'nothing' | 'cut' | 'cut once' | undefined;
}

export interface SubgraphServer {
  /** With prior knowledge; over TLS it speaks HTTP/1.1 and HTTP/2, as its client likes. */
  readonly h2?: boolean;
  readonly tls?: SelfSigned;
  /** Over TLS it speaks HTTP/1.1 alone. */
  readonly older?: boolean;
}

/** A subgraph of somebody's behind HTTP, that knows nothing of this product. */
export async function subgraph(
  sdl: string,
  resolvers: object,
  { h2 = false, tls, older = false }: SubgraphServer = {},
): Promise<SubgraphUnderTest> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
  const seen: IncomingHttpHeaders[] = [];
  let held: Promise<void> | undefined;
  let connections = 0;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    seen.push(request.headers);
    const { answerWith } = under;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    await held;
    // A socket that nothing here speaks.
    if (chunks.length === 0) {
      response.writeHead(400).end();
      return;
    }
    if (answerWith === 'cut once') under.answerWith = undefined;
    if (answerWith === 'cut' || answerWith === 'cut once') request.socket.destroy();
    if (answerWith === 'nothing' || answerWith === 'cut' || answerWith === 'cut once') return;
    if (answerWith !== undefined) {
      response.writeHead(answerWith.status, { 'content-type': 'application/json' }).end(answerWith.body);
      return;
    }
    const { query, variables, operationName } = JSON.parse(Buffer.concat(chunks).toString()) as never;
    const contextValue = request.headers;
    const answer = await graphql({
      schema,
      source: query,
      variableValues: variables,
      operationName,
      contextValue,
    });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  };
  const open = new Set<Socket>();
  // The compatibility layer of http2 hands over what has the same form.
  const plain = h2 ? createHttp2Server(handle as never) : createServer(handle);
  const secure = (own: SelfSigned) =>
    older ? createTlsServer(own, handle) : createSecureServer({ ...own, allowHTTP1: true }, handle as never);
  const server = tls ? secure(tls) : plain;
  const sessions = new Set<Http2Session>();
  server.on('session', (session: Http2Session) => sessions.add(session));
  const protocols: TLSSocket['alpnProtocol'][] = [];
  server.on('secureConnection', ({ alpnProtocol }: TLSSocket) => protocols.push(alpnProtocol));
  server.on('connection', (socket: Socket) => {
    connections += 1;
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve));
  const under: SubgraphUnderTest = {
    protocols,
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    seen,
    get connections() {
      return connections;
    },
    get openConnections() {
      return open.size;
    },
    answerWith: undefined,
    leave: () => {
      for (const session of sessions) session.close();
      if (sessions.size === 0) for (const socket of open) socket.destroy();
      sessions.clear();
    },
    hold: () => {
      let letGo: () => void = () => undefined;
      held = new Promise((resolve) => {
        letGo = resolve;
      });
      return letGo;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return under;
}

const products = [
  { upc: '1', name: 'Table', weight: 100 },
  { upc: '2', name: 'Couch', weight: 1000 },
];

export function catalogue(how: SubgraphServer = {}): Promise<SubgraphUnderTest> {
  const named = (upc: string) => products.find((product) => product.upc === upc);
  return subgraph(
    catalogueSdl,
    {
      Query: {
        products: () => products,
        product: (_: unknown, { upc }: { upc: string }) => named(upc),
        whoami: (_: unknown, _args: unknown, headers: IncomingHttpHeaders) =>
          headers.authorization ?? 'nobody',
        fails: () => {
          throw Object.assign(new Error('The shelf is gone.'), {
            extensions: { code: 'SHELF_GONE', shelf: 7 },
          });
        },
      },
      Mutation: {
        rename: (_: unknown, { upc, name }: { upc: string; name: string }) => ({ ...named(upc), name }),
      },
      Product: { __resolveReference: ({ upc }: { upc: string }) => named(upc) },
    },
    how,
  );
}

export function stock(how: SubgraphServer = {}): Promise<SubgraphUnderTest> {
  const resolvers = {
    Product: {
      __resolveReference: (reference: object) => reference,
      inStock: ({ upc }: { upc: string }) => upc === '1',
      shipping: ({ weight }: { weight: number }) => weight / 10,
    },
  };
  return subgraph(stockSdl, resolvers, how);
}

const known = new Map<string, string>();

/** Each test's subgraphs listen elsewhere, and are the same few: they are composed once, and then have their addresses put in. */
export function supergraphOf(subgraphs: Readonly<Record<string, { sdl: string; url: string }>>): string {
  const parts = Object.entries(subgraphs).map(([name, { sdl }]) => ({
    name,
    sdl,
    place: `place of ${name}`,
  }));
  const told = JSON.stringify(parts);
  const supergraph = known.get(told) ?? composedOf(parts);
  known.set(told, supergraph);
  return parts.reduce(
    (text, { name, place }) => text.replaceAll(JSON.stringify(place), JSON.stringify(subgraphs[name]?.url)),
    supergraph,
  );
}

function composedOf(
  parts: readonly { readonly name: string; readonly sdl: string; readonly place: string }[],
) {
  const { supergraphSdl, errors } = composeServices(
    parts.map(({ name, sdl, place }) => ({ name, url: place, typeDefs: parse(sdl) })),
  );
  if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

export interface Shop extends AsyncDisposable {
  readonly url: string;
  readonly catalogue: SubgraphUnderTest;
  readonly stock: SubgraphUnderTest;
  readonly gateway: StandaloneGateway;
  readonly supergraphSdl: string;
  ask(query: string, more?: { headers?: Record<string, string>; variables?: object }): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: { data?: Record<string, unknown> | null; errors?: readonly ShownError[] };
}

interface ShownError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Record<string, unknown>;
}

/** The gateway over two subgraphs behind HTTP. */
export async function openShop(
  different: Partial<StandaloneSettings> = {},
  more: Partial<StandaloneOptions> = {},
): Promise<Shop> {
  const h2 = different.subgraphs?.['catalogue']?.h2 === true;
  const parts = { catalogue: await catalogue({ h2 }), stock: await stock() };
  const supergraphSdl = supergraphOf({
    catalogue: { sdl: catalogueSdl, url: parts.catalogue.url },
    stock: { sdl: stockSdl, url: parts.stock.url },
  });
  const settings = { ...defaultStandaloneSettings, ...different };
  const gateway = buildStandaloneGateway({ supergraphSdl, settings, log: silentLog, ...more });
  const { url } = await gateway.listen({ port: 0, host: '127.0.0.1' });
  return {
    ...parts,
    url,
    gateway,
    supergraphSdl,
    ask: async (query, { headers = {}, variables } = {}) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      const type = response.headers.get('content-type');
      return { status: response.status, type, body: (await response.json()) as Answer['body'] };
    },
    [Symbol.asyncDispose]: async () => {
      await gateway[Symbol.asyncDispose]();
      await parts.catalogue[Symbol.asyncDispose]();
      await parts.stock[Symbol.asyncDispose]();
    },
  };
}
