import { composeSupergraph } from '@tributary/schema';
import { loadSupergraph } from '../../src/planning/supergraph.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@external", "@context", "@fromContext"])\n`;

/** What subgraphs know, and change between one question and the next. */
export interface World {
  readonly orders: { id: string; customer: string }[];
  readonly names: Record<string, string>;
  readonly away: Set<string>;
}

export const subgraphsOf = (world: World) => ({
  orders: {
    sdl: `${link}type Query { orders(first: Int): [Order!] hello: String } type Order @key(fields: "id") @context(name: "order") { id: ID! customer: Customer }
      type Customer @key(fields: "id") { id: ID! mark(order: ID @fromContext(field: "$order { id }")): String }`,
    resolvers: {
      Query: {
        orders: (_: unknown, { first = 9 }: { first?: number }) =>
          world.orders.slice(0, first).map(({ id, customer }) => ({ id, customer: { id: customer } })),
        hello: () => world.names['hello'],
      },
      Customer: {
        mark: ({ id }: { id: string }, { order }: { order: string }) => `${world.names[id]} of ${order}`,
      },
    },
  },
  customers: {
    sdl: `${link}type Customer @key(fields: "id") { id: ID! name: String friends: [Customer!] }`,
    resolvers: {
      Customer: {
        name: ({ id }: { id: string }) => world.names[id] ?? null,
        friends: ({ id }: { id: string }) =>
          Object.keys(world.names)
            .filter((other) => other > id)
            .map((other) => ({ id: other })),
      },
    },
  },
  greetings: {
    sdl: `${link}type Customer @key(fields: "id") { id: ID! name: String @external greeting: String @requires(fields: "name") }`,
    resolvers: { Customer: { greeting: ({ name }: { name?: string }) => `Good day ${name}` } },
  },
});

const contracts = Object.entries(subgraphsOf({ orders: [], names: {}, away: new Set() })).map(
  ([name, { sdl }]) => ({ name, sdl }),
);
export const supergraph = loadSupergraph(composeSupergraph(contracts), { isTrusted: true, planner: 'hive' });

/** One fetch, several, some with values from context, some that need fields of others. */
export const queries = [
  '{ hello }',
  '{ orders { id customer { id } } }',
  '{ orders { customer { mark friends { mark } } } }',
  'query ($first: Int) { orders(first: $first) { id customer { name greeting friends { greeting } } } hello }',
];
