import {
  ApolloGateway,
  type GatewayConfig,
  IntrospectAndCompose,
  RemoteGraphQLDataSource,
  type SupergraphSdlHook,
} from '@apollo/gateway';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { CompiledGateway, type CompiledGatewayConfig } from '@tributary/gateway/apollo';
import { composeSupergraph } from '@tributary/schema';
import { parse } from 'graphql';
import { describe, expect, it, onTestFinished } from 'vitest';

interface Part {
  readonly name: string;
  readonly sdl: string;
  readonly resolvers: object;
}

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n';
const books: Part = {
  name: 'books',
  sdl: `${link}type Query { books: [Book!]! } type Book @key(fields: "id") { id: ID! title: String! }`,
  resolvers: { Query: { books: () => [1, 2].map((id) => ({ id, title: `title ${id}` })) } },
};
const reviews: Part = {
  name: 'reviews',
  sdl: `${link}type Book @key(fields: "id") { id: ID! stars(least: Int = 0): Int asker: String }`,
  resolvers: {
    Book: {
      stars: ({ id }: { id: string }, { least }: { least: number }) => {
        if (id === '2') throw new Error('nobody counted');
        return Math.max(3, least);
      },
      asker: (_book: unknown, _args: unknown, { asker }: { asker: string }) => asker,
    },
  },
};
const withPages: Part = {
  ...books,
  sdl: books.sdl.replace('title: String!', 'title: String! pages: Int'),
  resolvers: { ...books.resolvers, Book: { pages: () => 100 } },
};

/** A subgraph as others run them: Apollo Server by HTTP. */
async function served({
  name,
  sdl,
  resolvers,
}: Part): Promise<{ readonly name: string; readonly url: string }> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
  const server = new ApolloServer({ schema, plugins: [ApolloServerPluginInlineTraceDisabled()] });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req }) => ({ asker: String(req.headers['x-asker'] ?? 'nobody') }),
  });
  onTestFinished(() => server.stop());
  return { name, url };
}

function composed(parts: readonly Part[], urls: Readonly<Record<string, string>>): string {
  return composeSupergraph(parts).replaceAll(
    /http:\/\/(\w+)\.invalid/g,
    (_all, name: string) => urls[name] ?? '',
  );
}

async function asking(gateway: ApolloGateway, plugins: readonly ApolloServerPlugin[] = []) {
  const server = new ApolloServer({ gateway, plugins: [...plugins], logger: silent });
  await server.start();
  onTestFinished(() => server.stop());
  return async (query: string, variables: Record<string, unknown> = {}, asker = 'Ann') => {
    const { body } = await server.executeOperation({ query, variables }, { contextValue: { asker } });
    if (body.kind !== 'single') throw new TypeError('an answer in parts');
    return JSON.parse(JSON.stringify(body.singleResult)) as typeof body.singleResult;
  };
}

const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

const operations: readonly (readonly [string, Record<string, unknown>])[] = [
  ['{ books { id title } }', {}],
  ['query ($least: Int) { books { title stars(least: $least) } }', { least: 5 }],
  ['query ($title: Boolean!) { all: books { title @include(if: $title) __typename } }', { title: false }],
  ['{ __typename __schema { queryType { name } } books { id } }', {}],
  ['{ books { nothing } }', {}],
];

describe.each(['apollo', 'hive'] as const)(
  'an Apollo Server over the compiled gateway, planned by %s',
  (planner) => {
    const compiled = (config: GatewayConfig): CompiledGateway =>
      new CompiledGateway({ logger: silent, ...config, planner } as CompiledGatewayConfig);

    it('answers what it answered over Apollo’s gateway, composed by the same manager', async () => {
      const subgraphs = [await served(books), await served(reviews)];
      const config = (): GatewayConfig => ({
        supergraphSdl: new IntrospectAndCompose({ subgraphs, subgraphHealthCheck: true, logger: silent }),
        logger: silent,
      });
      const before = await asking(new ApolloGateway(config()));
      const after = await asking(compiled(config()));
      for (const [query, variables] of operations) {
        const [expected, { data, errors = [] }] = [
          await before(query, variables),
          await after(query, variables),
        ];
        expect(data).toEqual(expected.data);
        const told = ({ message, path }: { message: string; path?: unknown }) => ({ message, path });
        expect(errors.map(told)).toEqual((expected.errors ?? []).map(told));
      }
    });

    it('asks through the data sources that were given, with the context of the request', async () => {
      const subgraphs = [await served(books), await served(reviews)];
      class Naming extends RemoteGraphQLDataSource<{ asker?: string }> {
        override willSendRequest({
          request,
          context,
        }: Parameters<NonNullable<RemoteGraphQLDataSource['willSendRequest']>>[0]): void {
          request.http?.headers.set('x-asker', context['asker'] ?? 'nobody');
        }
      }
      const seen: unknown[] = [];
      const plugin: ApolloServerPlugin = {
        requestDidStart: async () => ({
          willSendResponse: async ({ response }) => {
            if (response.body.kind === 'single') seen.push(response.body.singleResult.data);
          },
        }),
      };
      const gateway = compiled({
        supergraphSdl: new IntrospectAndCompose({ subgraphs, logger: silent }),
        buildService: ({ url = '' }) => new Naming({ url }),
      });
      const ask = await asking(gateway, [plugin]);
      const data = { books: ['1', '2'].map((id) => ({ id, asker: 'Bob' })) };
      expect(await ask('{ books { id asker } }', {}, 'Bob')).toEqual({ data });
      expect(seen).toEqual([data]);
    });

    it('takes what a manager updates it to, tells who listens, and keeps what it has when that does not hold', async () => {
      const [plain, pages] = [await served(books), await served(withPages)];
      const supergraph = (part: Part, url: string): string => composed([part], { [part.name]: url });
      let manager: Parameters<SupergraphSdlHook>[0] | undefined;
      const gateway = compiled({
        supergraphSdl: async (options) => {
          manager = options;
          return { supergraphSdl: supergraph(books, plain.url) };
        },
      });
      const told: string[] = [];
      gateway.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => told.push(coreSupergraphSdl));
      const ask = await asking(gateway);
      expect((await ask('{ books { pages } }')).errors?.[0]?.message).toMatch(/Cannot query field "pages"/);
      const next = supergraph(withPages, pages.url);
      manager?.update(next);
      expect(await ask('{ books { pages } }')).toEqual({ data: { books: [{ pages: 100 }, { pages: 100 }] } });
      expect(told.at(-1)).toBe(next);
      expect(() => manager?.update('type Query { nothing: Int }')).toThrow();
      expect((await ask('{ books { pages } }')).errors).toBeUndefined();
    });

    it('answers the other fields when a subgraph is away, and says so when asked for its health', async () => {
      const away = 'http://127.0.0.1:1/';
      const supergraphSdl = composed([books, reviews], { books: (await served(books)).url, reviews: away });
      const gateway = compiled({ supergraphSdl });
      const ask = await asking(gateway);
      const { data, errors = [] } = await ask('{ books { title stars } }');
      expect(data).toEqual({ books: [1, 2].map((id) => ({ title: `title ${id}`, stars: null })) });
      expect(errors.map(({ path }) => path)).toEqual([['books', 0, 'stars']]);
      await expect(gateway.serviceHealthCheck()).rejects.toThrow(/\[reviews\]/);
    });
  },
);
