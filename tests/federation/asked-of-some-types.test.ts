import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@interfaceObject", "@requires", "@external"])\n';

interface Self {
  readonly id: string;
}
const reference = { __resolveReference: (told: object) => told };
const product = (id: string) => ({
  __typename: { t: 'Toy', b: 'Book', m: 'Map' }[id[0] ?? ''] ?? 'None',
  id,
});
const own = { ...reference, title: ({ id }: Self) => `title of ${id}`, size: ({ id }: Self) => id.length };
const ofToys =
  <Value>(value: (self: Self) => Value) =>
  (self: Self): Value => {
    if (!self.id.startsWith('t')) throw new Error(`asked of ${self.id}`);
    return value(self);
  };

/** What the shop has of all products as objects of one type, it has of toys alone. */
const shop: readonly SubgraphSource[] = [
  {
    name: 'catalog',
    sdl: `${link}
      type Query { products: [Product!]! }
      interface Product @key(fields: "id") { id: ID! title: String! size: Int }
      type Book implements Product @key(fields: "id") { id: ID! title: String! size: Int pages: Int }
      type Toy implements Product @key(fields: "id") { id: ID! title: String! size: Int }
      type Map implements Product @key(fields: "id") { id: ID! title: String! size: Int }`,
    resolvers: {
      Query: { products: () => ['t1', 'b1', 'm1'].map(product) },
      Product: { __resolveReference: ({ id }: Self) => product(id) },
      Book: { ...own, pages: () => 100 },
      Toy: own,
      Map: own,
    },
  },
  {
    name: 'shop',
    sdl: `${link}
      type Query { sold: [Product!]! }
      type Offer { of: Product! price: Int! }
      type Product @interfaceObject @key(fields: "id") { id: ID! stars: Int! age(plus: Int! = 0): Int! offer: Offer! near: [Product!]!
        title: String! @external label: String! @requires(fields: "title") }`,
    resolvers: {
      Query: { sold: () => [{ id: 't2' }, { id: 'b2' }, { id: 'm2' }] },
      Product: {
        ...reference,
        stars: ofToys(() => 5),
        age: (self: Self, { plus }: { plus: number }) => ofToys(() => 3 + plus)(self),
        offer: ofToys(({ id }) => ({ of: { id: `b${id}` }, price: 9 })),
        near: ofToys(({ id }) => [{ id: `t${id}` }, { id: `m${id}` }]),
        label: ofToys((self) => `label of ${(self as Self & { title: string }).title}`),
      },
    },
  },
  {
    name: 'people',
    sdl: `${link}
      type Query { wanted: [Product!]! }
      type Product @interfaceObject @key(fields: "id") { id: ID! }`,
    resolvers: {
      Query: { wanted: () => [{ id: 't3' }, { id: 'b3' }, { id: 'm3' }] },
      Product: reference,
    },
  },
];
const roots = ['products', 'sold', 'wanted'];

describe.each(['apollo', 'hive'] as const)('behind an interface object, planned by %s', (planner) => {
  const { ask, fetches } = federated(shop, {}, planner);

  it.each([
    ['alone', '{ ... on Toy { stars } }', () => [{ stars: 5 }, {}, {}]],
    [
      'beside what is asked of all',
      '{ title ... on Toy { stars label } }',
      (n: number) => [
        { title: `title of t${n}`, stars: 5, label: `label of title of t${n}` },
        { title: `title of b${n}` },
        { title: `title of m${n}` },
      ],
    ],
    [
      'beside what is asked of other types',
      '{ ... on Book { pages size } ... on Map { title } ... on Toy { label old: age(plus: 4) } }',
      (n: number) => [
        { label: `label of title of t${n}`, old: 7 },
        { pages: 100, size: 2 },
        { title: `title of m${n}` },
      ],
    ],
    [
      'with more below them',
      '{ ... on Toy { offer { price of { title ... on Book { pages } } } near { id ... on Toy { near { title } } } } size }',
      (n: number) => [
        {
          size: 2,
          offer: { price: 9, of: { title: `title of bt${n}`, pages: 100 } },
          near: [
            { id: `tt${n}`, near: [{ title: `title of ttt${n}` }, { title: `title of mtt${n}` }] },
            { id: `mt${n}` },
          ],
        },
        { size: 2 },
        { size: 2 },
      ],
    ],
  ])('fields of some types are asked of objects of those: %s', async (_how, asked, expected) => {
    for (const [at, root] of roots.entries())
      expect(await ask(`{ ${root} ${asked} }`)).toEqual({ data: { [root]: expected(at + 1) } });
  });

  it('fields of several types are asked of each', async () => {
    const query = '{ products { ... on Toy { mine: stars } ... on Book { mine: stars size } } }';
    const { data, errors } = await ask(query);
    expect(data).toBeNull();
    expect(errors?.map(({ message, path }) => [message, path])).toEqual([
      ['asked of b1', ['products', 1, 'mine']],
    ]);
  });

  it('what all types are asked is asked of all at once', async () => {
    fetches.length = 0;
    await ask(
      '{ products { ... on Toy { stars } ... on Book { stars } ... on Map { stars } ... on Toy { age } } }',
    );
    const asked = fetches.filter(({ subgraph }) => subgraph === 'shop');
    expect(asked.map(({ variables }) => Object.values(variables ?? {}))).toEqual([
      [
        ['t1', 'b1', 'm1'].map((id) => ({ __typename: 'Product', id })),
        [{ __typename: 'Product', id: 't1' }],
      ],
    ]);
  });

  it('names of clients are none that planning makes up', async () => {
    const query = '{ products { ... on Toy { stars__of_0: title age__of_1: size stars age } } }';
    expect(await ask(query)).toEqual({
      data: { products: [{ stars__of_0: 'title of t1', age__of_1: 2, stars: 5, age: 3 }, {}, {}] },
    });
  });
});
