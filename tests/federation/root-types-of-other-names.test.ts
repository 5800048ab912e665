import { expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])\n`;
const subgraphs = (): readonly SubgraphSource[] => {
  let paid = 0;
  const pay = () => {
    paid += 1;
    return { query: {}, q: {}, count: paid, all: [{}, {}] };
  };
  return [
    {
      name: 'one',
      sdl: `${link} schema { query: Root mutation: Change }
        type Root { users: [User!]! now: Int! } type Change { one: Paid! }
        type Paid { query: Root! count: Int! all: [Root!]! } type User @key(fields: "id") { id: ID! email: String }`,
      resolvers: {
        Root: { users: () => [{ id: '1', email: 'e' }], now: () => paid },
        Change: { one: pay },
        User: { __resolveReference: ({ id }: { id: string }) => ({ id, email: `e${id}` }) },
      },
    },
    {
      name: 'two',
      sdl: `${link} type Query { two: Int! others: [User!]! } type Mutation { pay: Pay! }
        type Pay { q: Query! } type User @key(fields: "id") { id: ID! other: String }`,
      resolvers: {
        Query: { two: () => 2, others: () => [{ id: '9' }] },
        Mutation: { pay },
        User: { other: ({ id }: { id: string }) => `o${id}` },
      },
    },
  ];
};

const parts = `now users { other }`;
const users = [{ other: 'o1' }];
const given: readonly (readonly [string, object])[] = [
  ['mutation { pay { q { now two } } }', { pay: { q: { now: 1, two: 2 } } }],
  [
    `mutation { c: one { count query { ${parts} } all { two now others { email } } } d: pay { q { ${parts} } } }`,
    {
      c: {
        count: 1,
        query: { now: 1, users },
        all: Array(2).fill({ two: 2, now: 1, others: [{ email: 'e9' }] }),
      },
      d: { q: { now: 2, users } },
    },
  ],
  [
    `mutation { a: one { query { ${parts} } all { ${parts} } } b: one { query { ${parts} } all { ${parts} } } }`,
    {
      a: { query: { now: 1, users }, all: Array(2).fill({ now: 1, users }) },
      b: { query: { now: 2, users }, all: Array(2).fill({ now: 2, users }) },
    },
  ],
];

it.each(
  given.flatMap(([query, data]) =>
    (['apollo', 'hive'] as const).map((planner) => ({ planner, query, data })),
  ),
)('a subgraph calls its root types as it likes ($planner): $query', async ({ planner, query, data }) => {
  expect(await federated(subgraphs(), {}, planner).ask(query)).toEqual({ data });
});
