import { expect, test } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires", "@external"])\n';

/** Parcels are weighed and valued in one subgraph; what the other asks for them depends on the weight in two units, and on two parts of the way. */
const parcels: readonly SubgraphSource[] = [
  {
    name: 'scales',
    sdl: `${link}
      type Query { parcels(first: Int = 2): [Parcel!]! }
      type Parcel @key(fields: "id") { id: ID! name: String weight(unit: Unit! = GRAMS): Int way: Way! }
      type Way { length(part: Int!, unit: Unit): Int }
      enum Unit { GRAMS OUNCES }`,
    resolvers: {
      Query: {
        parcels: (_: unknown, { first }: { first: number }) =>
          Array.from({ length: first }, (_parcel, at) => ({ id: `p${at + 1}` })),
      },
      Parcel: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        name: ({ id }: { id: string }) => `parcel ${id}`,
        weight: ({ id }: { id: string }, { unit }: { unit: string }) =>
          Number(id.slice(1)) * (unit === 'GRAMS' ? 100 : 7),
        way: ({ id }: { id: string }) => ({ id }),
      },
      Way: {
        length: ({ id }: { id: string }, { part }: { part: number }) => part * 10 + Number(id.slice(1)),
      },
    },
  },
  {
    name: 'prices',
    sdl: `${link}
      type Parcel @key(fields: "id") {
        id: ID!
        weight(unit: Unit! = GRAMS): Int @external
        way: Way! @external
        postage(plus: Int = 0): Int @requires(fields: "weight(unit: GRAMS)")
        exported: Int @requires(fields: "weight(unit: OUNCES) way { length(part: 2) }")
        plain: Int @requires(fields: "weight")
        carried: String @requires(fields: "way { length(part: 1) }")
        stamp: String
      }
      type Way @external { length(part: Int!, unit: Unit): Int }
      enum Unit { GRAMS OUNCES }`,
    resolvers: {
      Parcel: {
        __resolveReference: (reference: object) => reference,
        postage: ({ weight }: { weight: number }, { plus }: { plus: number }) => weight + plus,
        exported: ({ weight, way }: { weight: number; way: { length: number } }) =>
          weight * 1_000 + way.length,
        plain: ({ weight }: { weight: number }) => weight,
        carried: ({ way }: { way: { length: number } }) => `over ${way.length}`,
        stamp: ({ id }: { id: string }) => `stamp of ${id}`,
      },
    },
  },
];

test.each(['apollo', 'hive'] as const)(
  'fields that require one with different arguments are each told theirs (%s)',
  async (planner) => {
    const { ask } = federated(parcels, {}, planner);
    expect(await ask('{ parcels { exported stamp postage plain carried name } }')).toEqual({
      data: {
        parcels: [
          {
            exported: 7_021,
            stamp: 'stamp of p1',
            postage: 100,
            plain: 100,
            carried: 'over 11',
            name: 'parcel p1',
          },
          {
            exported: 14_022,
            stamp: 'stamp of p2',
            postage: 200,
            plain: 200,
            carried: 'over 12',
            name: 'parcel p2',
          },
        ],
      },
    });
  },
);

test.each(['apollo', 'hive'] as const)(
  'variables go with the fields that use them, and names of clients with what they ask for (%s)',
  async (planner) => {
    const { ask } = federated(parcels, {}, planner);
    const query = `query ($first: Int, $plus: Int, $unit: Unit!) {
      parcels(first: $first) { weight: postage(plus: $plus) exported weight__1: name weight__2: weight(unit: $unit) way { length__1: length(part: 3) } }
    }`;
    expect(await ask(query, { first: 1, plus: 5, unit: 'OUNCES' })).toEqual({
      data: {
        parcels: [
          { weight: 105, exported: 7_021, weight__1: 'parcel p1', weight__2: 7, way: { length__1: 31 } },
        ],
      },
    });
  },
);

test('one call looks up what is required in different ways', async () => {
  const { ask, fetches } = federated(parcels);
  await ask('{ parcels { exported postage } }');
  expect(fetches.map(({ subgraph }) => subgraph)).toEqual(['scales', 'prices']);
});

test('a client cannot ask for the names that planning makes up', async () => {
  const { ask } = federated(parcels);
  await expect(ask('{ parcels { weight__1(unit: GRAMS) } }')).rejects.toThrow(
    /Parcel has no field weight__1/,
  );
});
