import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])\n';
const withContexts = link.replace('"@key"', '"@key", "@requires", "@external", "@context", "@fromContext"');
interface Self {
  readonly id: string;
}
const reference = { __resolveReference: (told: object) => told };
const lost = (what: string) => (): never => {
  throw new Error(`no ${what}`);
};

const weight = ({ id }: Self) => (id === '2' ? lost('weight')() : 7);
const height = ({ id }: Self, { of }: { of: number }) => (id === '1' ? lost('height')() : of);

/** One subgraph promises more of a toy than the graph does. */
const toys: readonly SubgraphSource[] = [
  {
    name: 'list',
    sdl: `${link} type Query { toys: [Toy!]! } type Toy @key(fields: "id") { id: ID! friend: Toy }`,
    resolvers: {
      Query: { toys: () => [{ id: '1' }, { id: '2' }] },
      Toy: { ...reference, friend: ({ id }: Self) => ({ id: `${id}f` }) },
    },
  },
  {
    name: 'scales',
    sdl: `${link} type Toy @key(fields: "id") { id: ID! weight: Int! @shareable height(of: Int = 1): Int! @shareable colour: String name: String! }`,
    resolvers: {
      Toy: {
        ...reference,
        weight,
        height,
        colour: ({ id }: Self) => `red ${id}`,
        name: ({ id }: Self) => (id === '2f' ? lost('name')() : `toy ${id}`),
      },
    },
  },
  {
    name: 'archive',
    sdl: `${link} type Toy @key(fields: "id") { id: ID! weight: Int @shareable height(of: Int = 1): Int @shareable }`,
    resolvers: { Toy: { ...reference, weight, height } },
  },
];

describe.each(['apollo', 'hive'] as const)(
  'a field that may be null in the graph and not in its subgraph, planned by %s',
  (planner) => {
    const { ask, fetches } = federated(toys, {}, planner);

    it('fails alone', async () => {
      fetches.length = 0;
      const query = 'query ($of: Int) { toys { id weight tall: height(of: $of) colour } }';
      const { data, errors } = await ask(query, { of: 3 });
      expect(data).toEqual({
        toys: [
          { id: '1', weight: 7, tall: null, colour: 'red 1' },
          { id: '2', weight: null, tall: 3, colour: 'red 2' },
        ],
      });
      expect(errors?.map(({ path }) => path?.join('.')).sort()).toEqual(['toys.0.tall', 'toys.1.weight']);
      const asked = fetches.map(({ subgraph }) => subgraph);
      expect(asked).toEqual([...new Set(asked)]);
    });

    it('takes nothing along that stands elsewhere, and is taken along by what must be there', async () => {
      const query = '{ toys { colour friend { weight colour name } } }';
      const { data, errors } = await ask(query);
      expect(data).toEqual({
        toys: [
          { colour: 'red 1', friend: { weight: 7, colour: 'red 1f', name: 'toy 1f' } },
          { colour: 'red 2', friend: null },
        ],
      });
      expect(errors?.map(({ message, path }) => [message, path?.join('.')])).toEqual([
        ['no name', 'toys.1.friend.name'],
      ]);
    });

    it('is asked for as ever where it is all that is asked', async () => {
      fetches.length = 0;
      await ask('{ toys { weight } }');
      expect(fetches.map(({ query }) => query.match(/_entities/g)?.length)).toEqual([undefined, 1]);
    });
  },
);

interface Prices {
  readonly currency: string;
}
/** As above, with a field that takes something from context. */
const shops: readonly SubgraphSource[] = [
  {
    name: 'places',
    sdl: `${link} type Query { shops: [Shop!]! } type Shop @key(fields: "id") { id: ID! items: [Item!]! } type Item @key(fields: "id") { id: ID! }`,
    resolvers: {
      Query: {
        shops: () => [
          { id: 'EUR', items: [{ id: '1' }, { id: '2' }] },
          { id: 'CHF', items: [{ id: '3' }] },
        ],
      },
    },
  },
  {
    name: 'prices',
    sdl: `${withContexts} type Shop @key(fields: "id") @context(name: "shop") { id: ID! currency: String! }
      type Item @key(fields: "id") { id: ID! weight: Int! @shareable height: Int! @shareable other: Int size: Int @external
        price(currency: String @fromContext(field: "$shop { currency }")): String
        box(currency: String @fromContext(field: "$shop { currency }")): String @requires(fields: "size") }`,
    resolvers: {
      Shop: { ...reference, currency: ({ id }: Self) => id },
      Item: {
        ...reference,
        weight,
        height: ({ id }: Self) => (id === '1' ? lost('height')() : 3),
        other: ({ id }: Self) => Number(id),
        price: ({ id }: Self, { currency }: Prices) => `${id} ${currency}`,
        box: ({ size }: { size: number }, { currency }: Prices) => `${size} ${currency}`,
      },
    },
  },
  {
    name: 'sizes',
    sdl: `${withContexts} type Item @key(fields: "id") { id: ID! weight: Int @shareable height: Int @shareable size: Int }`,
    resolvers: { Item: { ...reference, weight, height: () => 3, size: ({ id }: Self) => 10 * Number(id) } },
  },
];

it.each(['apollo', 'hive'] as const)(
  'a field that is narrower in its subgraph fails alone beside one that takes an argument from context, planned by %s',
  async (planner) => {
    const { ask } = federated(shops, {}, planner);
    const { data, errors } = await ask('{ shops { items { price weight tall: height other box } } }');
    expect(data).toEqual({
      shops: [
        {
          items: [
            { price: '1 EUR', weight: 7, tall: null, other: 1, box: '10 EUR' },
            { price: '2 EUR', weight: null, tall: 3, other: 2, box: '20 EUR' },
          ],
        },
        { items: [{ price: '3 CHF', weight: 7, tall: 3, other: 3, box: '30 CHF' }] },
      ],
    });
    expect(errors?.map(({ path }) => path?.join('.')).sort()).toEqual([
      'shops.0.items.0.tall',
      'shops.0.items.1.weight',
    ]);
  },
);
