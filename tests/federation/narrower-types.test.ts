import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])\n  directive @up on FIELD\n`;
const told = { __resolveReference: (self: object) => self };
const interfaces = {
  I: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
  J: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
};
const first = { __typename: 'A', id: 'a1' };
const second = { __typename: 'A', id: 'a2' };

/** `next` is an I in the graph, and always an A: the second subgraph says so. */
const narrowerBehind: readonly SubgraphSource[] = [
  {
    name: 'one',
    sdl: `${link} type Query { a: A } interface I { id: ID! } type A implements I @key(fields: "id") { id: ID! next: I @shareable n1: Int }`,
    resolvers: {
      I: interfaces.I,
      Query: { a: () => first },
      A: { ...told, next: () => second, n1: () => 1 },
    },
  },
  {
    name: 'two',
    sdl: `${link} type Query { all: [I] tops: [T] } interface I { id: ID! next: I } type T @key(fields: "id") { id: ID! a: A i: I }
      type A implements I @key(fields: "id") { id: ID! next: A @shareable n2: Int }
      type B implements I @key(fields: "id") { id: ID! b(of: Int): Int next: I }`,
    resolvers: {
      I: interfaces.I,
      Query: { all: () => [first], tops: () => [{ id: 't', a: first, i: first }] },
      A: { ...told, next: () => second, n2: () => 2 },
      B: told,
    },
  },
];

/** The same, and it is the first one that says so. */
const narrowerBefore: readonly SubgraphSource[] = [
  {
    name: 'one',
    sdl: `${link} type Query { a: A as: [[A!]!] } interface I { id: ID! } type A implements I @key(fields: "id") { id: ID! next: A @shareable n1: Int }`,
    resolvers: {
      Query: { a: () => first, as: () => [[first, second]] },
      A: { ...told, next: () => second, n1: () => 1 },
    },
  },
  {
    name: 'two',
    sdl: `${link} type Query { all: [I] } interface I { id: ID! } type A implements I @key(fields: "id") { id: ID! next: I @shareable n2: Int }
      type B implements I @key(fields: "id") { id: ID! b: Int next: I }`,
    resolvers: {
      I: interfaces.I,
      Query: { all: () => [first] },
      A: { ...told, next: () => second, n2: () => 2 },
      B: told,
    },
  },
];

/** A narrower interface: of its objects there are several. */
const narrowerInterface: readonly SubgraphSource[] = [
  {
    name: 'one',
    sdl: `${link} type Query { a: A } interface I { id: ID! } interface J implements I { id: ID! } type A implements I & J @key(fields: "id") { id: ID! next: I @shareable n1: Int }
      type B implements I & J @key(fields: "id") { id: ID! b(of: Int): Int } type C implements I & J @key(fields: "id") { id: ID! c: Int }`,
    resolvers: { ...interfaces, Query: { a: () => first }, A: told, B: told, C: { ...told, c: () => 4 } },
  },
  {
    name: 'two',
    sdl: `${link} type Query { as: [A] is: [I] } interface I { id: ID! } interface J implements I { id: ID! } type A implements I & J @key(fields: "id") { id: ID! next: J @shareable n2: Int }
      type B implements I @key(fields: "id") { id: ID! far(of: Int): Int } type C implements I & J @key(fields: "id") { id: ID! d: Int }`,
    resolvers: {
      ...interfaces,
      Query: { as: () => [first], is: () => [] },
      A: { ...told, next: () => ({ __typename: 'C', id: 'c' }), n2: () => 2 },
      B: told,
      C: { ...told, d: () => 5 },
    },
  },
];

describe.each(['apollo', 'hive'] as const)('planned by %s', (planner) => {
  it.each([
    ['{ all { ... on A { next { ... on B { b } } } } }', { all: [{ next: {} }] }],
    ['{ all { next { ... on A { next { ... on B { b } } } } } }', { all: [{ next: { next: {} } }] }],
    ['{ tops { a { next { ... on B { b } id } } } }', { tops: [{ a: { next: { id: 'a2' } } }] }],
    [
      '{ tops { i { ... on A { next { ... on A { next { ... on B { b } } } } } } } }',
      { tops: [{ i: { next: { next: {} } } }] },
    ],
    [
      '{ a { next { ... on A { n2 next { ... on A { id n1 } ... on B { b } } } } } }',
      { a: { next: { n2: 2, next: { id: 'a2', n1: 1 } } } },
    ],
    [
      '{ a { n1 next { ... on A { n2 next { id ... on I { id next { id } } } } } } }',
      { a: { n1: 1, next: { n2: 2, next: { id: 'a2', next: { id: 'a2' } } } } },
    ],
  ])(
    'a type that objects of a field cannot be of in its subgraph is not asked there: %s',
    async (query, data) => {
      expect(await federated(narrowerBehind, {}, planner).ask(query)).toEqual({ data });
    },
  );

  it('what only such a type is asked with is not sent', async () => {
    const { ask, fetches } = federated(narrowerBehind, {}, planner);
    const query = 'query ($of: Int) { all { ... on A { n2 next { id ... on B { b(of: $of) } } } } }';
    expect(await ask(query, { of: 3 })).toEqual({ data: { all: [{ n2: 2, next: { id: 'a2' } }] } });
    expect(fetches.map(({ variables }) => variables)).toEqual([{}]);
  });

  it.each([
    [
      '{ a { n1 next { ... on A { n1 next { id } } } } }',
      { a: { n1: 1, next: { n1: 1, next: { id: 'a2' } } } },
    ],
    [
      '{ a { n1 @up next { ... on A { n1 next { id } } } } }',
      { a: { n1: 1, next: { n1: 1, next: { id: 'a2' } } } },
    ],
    [
      '{ a { n1 @up next { ... on A { n1 next { id ... on A { n1 } } } } } }',
      { a: { n1: 1, next: { n1: 1, next: { id: 'a2', n1: 1 } } } },
    ],
    ['{ a { n1 next { ... on A { next { ... on B { b } } } } } }', { a: { n1: 1, next: { next: {} } } }],
    [
      '{ as { next { ... on A { n1 n2 } ... on B { b } } } }',
      { as: [[{ next: { n1: 1, n2: 2 } }, { next: { n1: 1, n2: 2 } }]] },
    ],
  ])('an object of which only the graph asks the type is known to be of one: %s', async (query, data) => {
    expect(await federated(narrowerBefore, {}, planner).ask(query)).toEqual({ data });
  });

  it.each([
    ['{ as { next { ... on C { c d } ... on B { far } } } }', { as: [{ next: { c: 4, d: 5 } }] }],
    ['{ as { n1 next { ... on B { id far } } } }', { as: [{ n1: null, next: {} }] }],
  ])('a narrower interface has fewer objects: %s', async (query, data) => {
    expect(await federated(narrowerInterface, {}, planner).ask(query)).toEqual({ data });
  });
});

it('what is the same in all subgraphs is asked as it was planned', async () => {
  const { ask, fetches } = federated(narrowerBefore, {}, 'apollo');
  await ask('{ a { id n1 } }');
  expect(fetches.map(({ query }) => query)).toEqual(['{a{id n1}}']);
});
