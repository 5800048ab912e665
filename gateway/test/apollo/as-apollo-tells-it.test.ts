import { ApolloGateway, type GatewayConfig, type GraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { CompiledGateway, type CompiledGatewayConfig } from '@tributary/gateway/apollo';
import { composeSupergraph } from '@tributary/schema';
import { expect, it, onTestFinished } from 'vitest';

const nothing = (): void => undefined;
const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const supergraphSdl = composeSupergraph([
  {
    name: 'shelves',
    sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
scalar DateTime
enum Size { SMALL }
type Query { count: Int counts: [Int!] size: Size day(of: DateTime): DateTime must: Must }
type Subscription { moved: Int }
type Must { have: String! }`,
  },
]);

type Answers = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** What clients of an Apollo Server over it are told; the words for values that do not fit are each gateway's own. */
async function told(gateway: ApolloGateway, query: string) {
  const server = new ApolloServer({ gateway, logger });
  await server.start();
  onTestFinished(() => server.stop());
  const { body, http } = await server.executeOperation({ query, variables: { of: '2020-01-01' } });
  if (body.kind !== 'single') throw new TypeError('an answer in parts');
  const { data, errors = [], extensions = {} } = JSON.parse(JSON.stringify(body.singleResult));
  const { valueCompletion = [] } = extensions as { valueCompletion?: readonly Told[] };
  return {
    status: http.status,
    data,
    errors: errors.map(({ message, path, extensions: { code } }: Told) => ({ message, path, code })),
    completed: valueCompletion.map(({ path, extensions: { code } }) => ({ path, code })),
  };
}

interface Told {
  readonly message: string;
  readonly path?: unknown;
  readonly extensions: { readonly code?: unknown };
}

const cases: readonly (readonly [string, string, Readonly<Record<string, Answers>>])[] = [
  ['a leaf of a wrong type', '{ count }', { shelves: { data: { count: 'x' } } }],
  ['one in a list', '{ counts }', { shelves: { data: { counts: [1, 'x'] } } }],
  ['a value the enum does not have', '{ size }', { shelves: { data: { size: 'LARGE' } } }],
  ['a null where there can be none', '{ must { have } }', { shelves: { data: { must: { have: null } } } }],
  [
    'an error without a code',
    '{ count }',
    { shelves: { data: { count: null }, errors: [{ message: 'It fell.', path: ['count'] }] as never } },
  ],
  [
    'an error with one',
    '{ count }',
    {
      shelves: {
        data: { count: null },
        errors: [{ message: 'It fell.', path: ['count'], extensions: { code: 'FELL' } }] as never,
      },
    },
  ],
  [
    'an error beside a wrong leaf',
    '{ count size }',
    {
      shelves: {
        data: { count: 'x', size: null },
        errors: [{ message: 'It fell.', path: ['size'] }] as never,
      },
    },
  ],
  ['a subscription', 'subscription { moved }', { shelves: { data: { moved: 1 } } }],
  [
    'a day of its own form',
    'query ($of: DateTime) { day(of: $of) }',
    { shelves: { data: { day: '2020-01-01' } } },
  ],
];

it.each(cases)('%s is told as Apollo’s gateway tells it', async (_what, query, answers) => {
  const config = (): GatewayConfig => ({
    supergraphSdl,
    logger,
    buildService: ({ name }) => ({ process: async () => structuredClone(answers[name] ?? {}) }),
  });
  const expected = await told(new ApolloGateway(config()), query);
  for (const planner of ['apollo', 'hive'] as const) {
    const compiled: CompiledGatewayConfig = { ...config(), planner } as CompiledGatewayConfig;
    expect(await told(new CompiledGateway(compiled), query)).toEqual(expected);
  }
});

it('an operation that nobody chose is refused in Apollo’s words, as a mistake of whoever asks', async () => {
  const config = { supergraphSdl, logger };
  const query = 'query One { count } query Two { size }';
  const { errors } = await told(new ApolloGateway(config), query);
  expect(await told(new CompiledGateway(config), query)).toMatchObject({
    status: 400,
    errors: [{ message: errors[0]?.message, code: 'OPERATION_RESOLUTION_FAILURE' }],
  });
});
