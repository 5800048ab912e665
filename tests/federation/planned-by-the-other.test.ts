import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@interfaceObject", "@requires", "@external", "@shareable"])\ndirective @up on FIELD\n';

interface Told {
  readonly id: string;
  readonly [name: string]: unknown;
}
const reference = { __resolveReference: (told: Told) => told };

/** A field of an interface object requires one of another: Apollo's planner fails at it where the objects come from their own subgraph. */
const sold: readonly SubgraphSource[] = [
  {
    name: 'one',
    sdl: `${link}type Query { books: [Book!]! items: [Item!]! }
      type Item @key(fields: "id") { id: ID! name: String }
      interface Product @key(fields: "id") { id: ID! weight: Int }
      type Book implements Product @key(fields: "id") { id: ID! weight: Int }
      type Film implements Product @key(fields: "id") { id: ID! weight: Int }`,
    resolvers: {
      Query: { books: () => [{ id: 'b' }], items: () => [{ id: 'i', name: 'an item' }] },
      Product: {
        __resolveReference: ({ id }: Told) => ({ __typename: 'Book', id }),
        __resolveType: () => 'Book',
      },
      Book: { ...reference, weight: () => 7 },
      Film: { ...reference, weight: () => 9 },
      Item: reference,
    },
  },
  {
    name: 'two',
    sdl: `${link}type Product @interfaceObject @key(fields: "id") { id: ID! weight: Int @external postage: String @requires(fields: "weight") }`,
    resolvers: { Product: { ...reference, postage: ({ weight }: Told) => `postage(${weight})` } },
  },
  {
    name: 'three',
    sdl: `${link}type Product @interfaceObject @key(fields: "id") { id: ID! postage: String @external total: String @requires(fields: "postage") }`,
    resolvers: { Product: { ...reference, total: ({ postage }: Told) => `total(${postage})` } },
  },
];

const postage = 'postage(7)';
const total = `total(${postage})`;

describe('what Apollo’s planner has no plan for', () => {
  it.each([
    ['{ books { total } }', { books: [{ total }] }],
    ['{ books { id postage total } }', { books: [{ id: 'b', postage, total }] }],
    ['{ books { sum: total } items { name } }', { books: [{ sum: total }], items: [{ name: 'an item' }] }],
    ['{ books { ... on Product { total weight } } }', { books: [{ total, weight: 7 }] }],
  ])('is planned by the native one: %s', async (query, data) => {
    expect(await federated(sold, {}, 'hive').ask(query)).toEqual({ data });
  });

  it('is so too where a branch beside it is for objects that its subgraph never brings', async () => {
    const finds = (members: string): string =>
      `union Found = ${members} type Leaf @shareable { name: String }`;
    const found: readonly SubgraphSource[] = [
      ...sold,
      {
        name: 'four',
        sdl: `${link}type Query { found: [Found!]! } ${finds('Leaf')}`,
        resolvers: { Query: { found: () => [{ name: 'a leaf' }] }, Found: { __resolveType: () => 'Leaf' } },
      },
      {
        name: 'five',
        sdl: `${link}${finds('Leaf | Book')} type Book @key(fields: "id") { id: ID! }`,
        resolvers: { Book: reference },
      },
    ];
    const { ask } = federated(found, {}, 'hive');
    expect(await ask('{ found { ... on Book { total } ... on Leaf { name } } books { total } }')).toEqual({
      data: { found: [{ name: 'a leaf' }], books: [{ total }] },
    });
  });

  it('has an error with a code where the native one would leave something out', async () => {
    const { ask } = federated(sold, {}, 'hive');
    await expect(ask('{ books { total @up } }')).rejects.toMatchObject({ code: 'OPERATION_NOT_PLANNED' });
  });

  it('has one where there is no other planner', async () => {
    const { ask } = federated(sold, {}, 'apollo');
    await expect(ask('{ books { total } }')).rejects.toMatchObject({ code: 'OPERATION_NOT_PLANNED' });
    expect(await ask('{ books { postage } }')).toEqual({ data: { books: [{ postage }] } });
  });
});
