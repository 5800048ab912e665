import { expect, test } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires", "@external"])\n';

/** Parcels are weighed in one subgraph and priced in another, which names a key that it does not answer for before the one it does. */
const parcels: readonly SubgraphSource[] = [
  {
    name: 'scales',
    sdl: `${link}type Query { weighed: String } type Parcel @key(fields: "id") @key(fields: "code") { id: ID! code: ID! weight: Int! }`,
    resolvers: {
      Parcel: {
        __resolveReference: ({ id, code }: { id?: string; code?: string }) => ({
          id: id ?? `p${code?.slice(1)}`,
          code: code ?? `c${id?.slice(1)}`,
        }),
        weight: ({ id }: { id: string }) => Number(id.slice(1)) * 10,
      },
    },
  },
  {
    name: 'prices',
    sdl: `${link}type Query { parcels: [Parcel!]! } type Parcel @key(fields: "code", resolvable: false) @key(fields: "id") { id: ID! code: ID! weight: Int! @external price: Int! @requires(fields: "weight") }`,
    resolvers: {
      Query: { parcels: () => [1, 2].map((n) => ({ id: `p${n}`, code: `c${n}` })) },
      Parcel: {
        __resolveReference: (reference: { id?: string; weight?: number }) => {
          if (reference.id === undefined) throw new Error('this key is not answered for here');
          return { ...reference, code: `c${reference.id.slice(1)}` };
        },
        price: ({ weight }: { weight: number }) => weight + 5,
      },
    },
  },
];

test.each(['apollo', 'hive'] as const)(
  'a subgraph is asked again after @requires with a key that it resolves, whichever stands first (%s)',
  async (planner) => {
    const { ask } = federated(parcels, {}, planner);
    expect(await ask('{ parcels { price } }')).toEqual({ data: { parcels: [{ price: 15 }, { price: 25 }] } });
  },
);
