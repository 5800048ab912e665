import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires"])\n`;

const products = [
  { id: 'p1', weight: 3 },
  { id: 'p2', weight: 5 },
];
/** Knows products by one key; the other subgraph by two. */
const catalogue: SubgraphSource = {
  name: 'catalogue',
  sdl: `${link}type Query { products: [Product!]! } type Product @key(fields: "id") { id: ID! weight: Int }`,
  resolvers: { Query: { products: () => products } },
};
const shipping: SubgraphSource = {
  name: 'shipping',
  sdl: `${link}type Product @key(fields: "id") @key(fields: "sku") {
    id: ID! sku: String! weight: Int @external shippingCost: Int @requires(fields: "weight") }`,
  resolvers: {
    Product: {
      __resolveReference: ({ id, weight }: { id: string; weight: number }) => ({
        id,
        sku: `s-${id}`,
        weight,
      }),
      shippingCost: ({ weight }: { weight: number }) => weight * 10,
    },
  },
};
const tree: SubgraphSource = {
  name: 'tree',
  sdl: `${link}type Query { node: Node } interface Node { id: ID! parent: Taggable } interface Taggable { id: ID! tags: [Tag!]! }
    type Leaf implements Node & Taggable { id: ID! parent: Taggable tags: [Tag!]! } type Tag @key(fields: "id") { id: ID! color: String }`,
  resolvers: {
    Query: { node: () => ({ __typename: 'Leaf', id: 'l1' }) },
    Leaf: {
      parent: () => ({ __typename: 'Leaf', id: 'l0' }),
      tags: () => [{ id: 't1', color: 'green' }],
    },
  },
};

// Each of them ends the native planner's process, whoever sends it.
describe.each(['apollo', 'hive'] as const)('planned by %s', (planner) => {
  it.each([1, 2])(
    'what requires a field of a product that is known by one key of two is answered (%i)',
    async () => {
      const shop = federated([catalogue, shipping], {}, planner);
      const asked = await Promise.all([
        shop.ask('{ products { shippingCost } }'),
        shop.ask('{ products { sku } }'),
        shop.ask('{ products { shippingCost weight } }'),
      ]);
      expect(asked.map(({ data, errors }) => [data, errors])).toEqual([
        [{ products: [{ shippingCost: 30 }, { shippingCost: 50 }] }, undefined],
        [{ products: [{ sku: 's-p1' }, { sku: 's-p2' }] }, undefined],
        [
          {
            products: [
              { shippingCost: 30, weight: 3 },
              { shippingCost: 50, weight: 5 },
            ],
          },
          undefined,
        ],
      ]);
    },
  );

  it('a field that is asked for under its own name as an alias is answered', async () => {
    const { data, errors } = await federated([tree], {}, planner).ask(
      '{ node { parent { ... on Taggable { tags { color id: id } } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ node: { parent: { tags: [{ color: 'green', id: 't1' }] } } });
  });
});
