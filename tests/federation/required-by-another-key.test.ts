import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@external"])\n';

interface Told {
  readonly [name: string]: unknown;
}
const reference = { __resolveReference: (told: Told) => told };
const from = (name: string, required: string) => ({
  [name]: (told: Told) => `${name}(${String(told[required])})`,
});

/** Parcels come by their number, and all but one subgraph know them by their id: fields that require each other need it first. */
const parcels: readonly SubgraphSource[] = [
  {
    name: 'list',
    sdl: `${link}type Query { parcels: [Parcel] } type Parcel @key(fields: "number") { number: Int! }`,
    resolvers: { Query: { parcels: () => [{ number: 1 }] } },
  },
  {
    name: 'shop',
    sdl: `${link}type Query { parcel: Parcel }
      type Parcel @key(fields: "id") @key(fields: "number") {
        id: ID! number: Int! size: Int weight: String @external price: String @requires(fields: "weight")
      }`,
    resolvers: {
      Query: { parcel: () => ({ id: 'p' }) },
      Parcel: { ...reference, id: () => 'p', number: () => 1, size: () => 7, ...from('price', 'weight') },
    },
  },
  {
    name: 'scales',
    sdl: `${link}type Parcel @key(fields: "id") {
        id: ID! size: Int @external weight: String @requires(fields: "size")
        price: String @external total: String @requires(fields: "price")
      }`,
    resolvers: { Parcel: { ...reference, ...from('weight', 'size'), ...from('total', 'price') } },
  },
];
const weight = 'weight(7)';
const price = `price(${weight})`;
const total = `total(${price})`;

describe.each(['apollo', 'hive'] as const)('planned by %s', (planner) => {
  const { ask, fetches } = federated(parcels, {}, planner);

  it.each([
    ['weight', { weight }],
    ['price', { price }],
    ['total', { total }],
    ['id size weight price total', { id: 'p', size: 7, weight, price, total }],
  ])('a chain begins at objects that come by another key than it needs: %s', async (fields, parcel) => {
    expect(await ask(`{ parcels { ${fields} } }`)).toEqual({ data: { parcels: [parcel] } });
    expect(await ask(`{ parcel { ${fields} } }`)).toEqual({ data: { parcel } });
  });

  it('asks for each field of a chain once, and tells the key that was asked for before', async () => {
    fetches.length = 0;
    await ask('{ parcels { cost: price } }');
    expect(fetches.map(({ subgraph }) => subgraph)).toEqual(['list', 'shop', 'scales', 'shop']);
    expect(fetches.map(({ variables }) => variables?.['representations'])).toEqual([
      undefined,
      [{ __typename: 'Parcel', number: 1 }],
      [{ __typename: 'Parcel', id: 'p', size: 7 }],
      [{ __typename: 'Parcel', id: 'p', weight }],
    ]);
  });
});
