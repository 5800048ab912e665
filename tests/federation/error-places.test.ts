import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires"])\n`;
const thing = (__typename: string, id: string) => ({ __typename, id });
const fails = (): never => {
  throw new Error('nobody knows');
};
const told = { __resolveReference: (reference: object) => reference };

/** What is said of prices differs from one type to the other in one subgraph, and not in the whole: both cannot be asked for under one name there. */
const shop: readonly SubgraphSource[] = [
  {
    name: 'shelf',
    sdl: `${link}
      type Query { things: [Thing!]! book: Book }
      union Thing = Book | Film
      type Book @key(fields: "id") { id: ID! weight(unit: String = "g"): Int near: [Book] }
      type Film @key(fields: "id") { id: ID! }`,
    resolvers: {
      Query: { things: () => [thing('Book', 'b'), thing('Film', 'f')], book: () => thing('Book', 'b') },
      Book: {
        ...told,
        weight: ({ id }: { id: string }) => (id === 'b' ? fails() : 7),
        near: () => [thing('Book', 'light'), thing('Book', 'b')],
      },
      Film: told,
    },
  },
  {
    name: 'prices',
    sdl: `${link}
      type Query { offers: [Offer!]! }
      union Offer = Book | Film
      type Book @key(fields: "id") { id: ID! price: Price! @shareable weight(unit: String = "g"): Int @external
        postage: Int @requires(fields: "weight(unit: \\"kg\\")") stamp: Int @requires(fields: "weight(unit: \\"oz\\")") }
      type Film @key(fields: "id") { id: ID! price: Price }
      type Price @shareable { amount: Int }`,
    resolvers: {
      Query: { offers: () => [thing('Book', 'b'), thing('Film', 'f')] },
      Book: {
        ...told,
        price: () => ({ amount: fails }),
        postage: ({ weight }: { weight: number | null }) => weight,
        stamp: ({ weight }: { weight: number | null }) => weight,
      },
      Film: { ...told, price: () => ({ amount: fails }) },
    },
  },
  {
    name: 'old',
    sdl: `${link} type Query { dear: Book } type Book @key(fields: "id") { id: ID! price: Price @shareable } type Price @shareable { amount: Int }`,
    resolvers: { Query: { dear: () => null }, Book: { ...told, price: () => ({ amount: fails }) } },
  },
];

const price = '... on Book { price { amount } } ... on Film { price { amount } }';
const cases: readonly (readonly [string, unknown, readonly (readonly unknown[])[]])[] = [
  [
    `{ offers { ${price} } }`,
    { offers: [{ price: { amount: null } }, { price: { amount: null } }] },
    [
      ['offers', 0, 'price', 'amount'],
      ['offers', 1, 'price', 'amount'],
    ],
  ],
  [
    `{ things { ... on Book { cost: price { sum: amount } } ... on Film { cost: price { sum: amount } } } }`,
    { things: [{ cost: { sum: null } }, { cost: { sum: null } }] },
    [
      ['things', 0, 'cost', 'sum'],
      ['things', 1, 'cost', 'sum'],
    ],
  ],
  ['{ mine: book { postage } }', { mine: { postage: null } }, [['mine']]],
  [
    '{ book { near { postage stamp } } }',
    {
      book: {
        near: [
          { postage: 7, stamp: 7 },
          { postage: null, stamp: null },
        ],
      },
    },
    [
      ['book', 'near', 1],
      ['book', 'near', 1],
    ],
  ],
  [
    '{ book { near { weight postage weight__1: stamp } } }',
    {
      book: {
        near: [
          { weight: 7, postage: 7, weight__1: 7 },
          { weight: null, postage: null, weight__1: null },
        ],
      },
    },
    [
      ['book', 'near', 1],
      ['book', 'near', 1],
      ['book', 'near', 1, 'weight'],
    ],
  ],
];

describe.each(['apollo', 'hive'] as const)(
  'errors are told at places that were asked, planned by %s',
  (planner) => {
    it.each(cases)('%s', async (query, expected, paths) => {
      const { data, errors = [] } = await federated(shop, {}, planner).ask(query);
      expect(data).toEqual(expected);
      expect(errors.map(({ path }) => JSON.stringify(path)).toSorted()).toEqual(
        paths.map((path) => JSON.stringify(path)).toSorted(),
      );
    });
  },
);
