import { ApolloGateway, type GatewayConfig, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { Trace } from '@apollo/usage-reporting-protobuf';
import { CompiledGateway, type CompiledGatewayConfig } from '@tributary/gateway/apollo';
import { composeSupergraph } from '@tributary/schema';
import { parse } from 'graphql';
import { describe, expect, it, onTestFinished } from 'vitest';

const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n';
const parts = [
  {
    name: 'books',
    sdl: `${link}type Query { books: [Book!]! } type Mutation { add(id: ID!): Book } type Book @key(fields: "id") { id: ID! title: String }`,
    resolvers: {
      Query: { books: () => [{ id: '1' }, { id: '2' }] },
      Mutation: { add: (_root: unknown, { id }: { id: string }) => ({ id }) },
    },
  },
  {
    name: 'book-reviews',
    sdl: `${link}type Book @key(fields: "id") { id: ID! stars: Int lost: Int }`,
    resolvers: {
      Book: {
        stars: () => 3,
        lost: () => {
          throw new Error('nobody counted');
        },
      },
    },
  },
];

async function served({ sdl, resolvers }: (typeof parts)[number], isTraced: boolean): Promise<string> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
  const server = new ApolloServer({
    schema,
    logger: silent,
    plugins: isTraced ? [ApolloServerPluginInlineTrace()] : [],
  });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  onTestFinished(() => server.stop());
  return url;
}

type Node = Trace.IQueryPlanNode;

/** What of a plan's trace is no matter of time. */
function shapeOf({ sequence, parallel, flatten, fetch }: Node): unknown {
  if (sequence != null) return { sequence: sequence.nodes?.map(shapeOf) };
  if (parallel != null) return { parallel: parallel.nodes?.map(shapeOf) };
  if (flatten != null)
    return {
      at: flatten.responsePath?.map(({ fieldName }) => fieldName),
      node: flatten.node && shapeOf(flatten.node),
    };
  const { serviceName, trace, traceParsingFailed, sentTime, receivedTime, sentTimeOffset } = fetch ?? {};
  return {
    serviceName,
    traceParsingFailed,
    fields: trace?.root?.child?.map(({ responseName, parentType }) => [parentType, responseName]),
    isTimed: [sentTime?.seconds, receivedTime?.seconds, sentTimeOffset].every((each) => Number(each) > 0),
  };
}

interface Asked {
  readonly query: string;
  readonly isTraced?: boolean;
  readonly isWanted?: boolean;
}

/** Everything that data sources and plugins are told while one operation runs. */
async function toldBy(
  make: (config: GatewayConfig) => ApolloGateway,
  { query, isTraced = true, isWanted = true }: Asked,
) {
  const urls = Object.fromEntries(
    await Promise.all(parts.map(async (part) => [part.name, await served(part, isTraced)] as const)),
  );
  const sent: unknown[] = [];
  const received: unknown[] = [];
  class Noting extends RemoteGraphQLDataSource {
    override willSendRequest(
      options: Parameters<NonNullable<RemoteGraphQLDataSource['willSendRequest']>>[0],
    ) {
      const { request } = options;
      const path = 'pathInIncomingRequest' in options ? options.pathInIncomingRequest : 'none';
      const header = request.http?.headers.get('apollo-federation-include-trace');
      const inText = /^(?:query|mutation) (\w+)/.exec(request.query ?? '')?.[1];
      sent.push({ name: request.operationName, inText, path, header });
    }
    override didReceiveResponse({
      response,
      pathInIncomingRequest,
    }: Parameters<NonNullable<RemoteGraphQLDataSource['didReceiveResponse']>>[0]) {
      received.push(pathInIncomingRequest);
      return response;
    }
  }
  const gateway = make({
    supergraphSdl: composeSupergraph(parts),
    buildService: ({ name }) => new Noting({ url: urls[name] ?? '' }),
  });
  let tree: unknown;
  let untraced: unknown;
  const plugin: ApolloServerPlugin = {
    requestDidStart: async ({ metrics }) => {
      if (isWanted) metrics.captureTraces = true;
      return {
        willSendResponse: async () => {
          tree = metrics.queryPlanTrace && shapeOf(metrics.queryPlanTrace);
          untraced = metrics.nonFtv1ErrorPaths;
        },
      };
    },
  };
  const server = new ApolloServer({ gateway, plugins: [plugin], logger: silent });
  await server.start();
  onTestFinished(() => server.stop());
  await server.executeOperation({ query, variables: {} });
  return { sent, received, tree, untraced };
}

const cases: readonly (readonly [string, Asked])[] = [
  ['of a query', { query: 'query Page { books { title stars } }' }],
  ['of a mutation', { query: 'mutation Save { add(id: "3") { stars } }' }],
  ['of an operation without a name', { query: '{ books { stars } }' }],
  ['of errors with a trace', { query: 'query Page { books { lost } }' }],
  ['of errors without one', { query: 'query Page { books { lost } }', isTraced: false }],
  ['where no plugin wants traces', { query: 'query Page { books { stars } }', isWanted: false }],
];

describe.each(['apollo', 'hive'] as const)('the compiled gateway, planned by %s', (planner) => {
  it.each(cases)(
    'tells data sources and plugins of fetches what Apollo’s gateway tells: %s',
    async (_of, asked) => {
      const expected = await toldBy((config) => new ApolloGateway({ ...config, logger: silent }), asked);
      const config = (given: GatewayConfig) =>
        ({ ...given, logger: silent, planner }) as CompiledGatewayConfig;
      expect(await toldBy((given) => new CompiledGateway(config(given)), asked)).toEqual(expected);
      expect(expected.sent).toHaveLength(2);
      if (asked.isWanted !== false) expect(expected.tree).toBeDefined();
    },
  );
});
