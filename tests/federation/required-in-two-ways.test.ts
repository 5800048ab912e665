import { expect, test } from 'vitest';
import { archiveParts } from './archive.ts';
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

/** What stands in texts as enums, objects, lists, numbers and strings; and the same field without arguments, below lists and beside other requirements. */
const letters: readonly SubgraphSource[] = [
  {
    name: 'post-office',
    sdl: `${link}
      type Query { letter: Letter letters: [[Letter]] }
      type Letter @key(fields: "id") { id: ID! rate(to: Zone = NEAR, of: Weight, days: [Int!], note: String = "no"): String copies: [Letter!]! again: [[Letter]] part: Part! }
      type Part { rate(to: Zone = NEAR): String }
      enum Zone { NEAR FAR } input Weight { grams: Float! parts: [Weight!] }`,
    resolvers: {
      Query: { letter: () => ({ id: '1' }), letters: () => [[{ id: '1' }, null], [{ id: '2' }]] },
      Letter: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        rate: ({ id }: { id: string }, given: object) => `${id} ${JSON.stringify(given)}`,
        copies: ({ id }: { id: string }) => [{ id: `${id}a` }, { id: `${id}b` }],
        again: ({ id }: { id: string }) => [[{ id: `${id}c` }, null]],
        part: () => ({ id: '' }),
      },
      Part: { rate: (_: unknown, given: object) => JSON.stringify(given) },
    },
  },
  {
    name: 'counter',
    sdl: `${link}
      type Letter @key(fields: "id") { id: ID!
        rate(to: Zone = NEAR, of: Weight, days: [Int!], note: String = "no"): String @external
        part: Part! @external
        far: String @requires(fields: "rate(to: FAR)")
        heavy: String @requires(fields: "rate(of: {grams: 1.50, parts: [{grams: 2}]})")
        late: String @requires(fields: "rate(days: [1, 2], note: \\"a \\\\\\"b\\\\\\"\\")")
        plain: String @requires(fields: "rate") within: String @requires(fields: "rate(to: FAR) part { rate }") }
      type Part { rate(to: Zone = NEAR): String @external }
      enum Zone { NEAR FAR } input Weight { grams: Float! parts: [Weight!] }`,
    resolvers: {
      Letter: {
        __resolveReference: (told: object) => told,
        ...Object.fromEntries(
          ['far', 'heavy', 'late', 'plain'].map((name) => [name, ({ rate }: { rate: string }) => rate]),
        ),
        within: ({ rate, part }: { rate: string; part: { rate: string } }) => `${rate} ${part.rate}`,
      },
    },
  },
];

const rateOf = (id: string, given: object): string => `${id} ${JSON.stringify(given)}`;
const answersOf = (id: string) => ({
  far: rateOf(id, { to: 'FAR', note: 'no' }),
  heavy: rateOf(id, { to: 'NEAR', note: 'no', of: { grams: 1.5, parts: [{ grams: 2 }] } }),
  late: rateOf(id, { to: 'NEAR', days: [1, 2], note: 'a "b"' }),
  plain: rateOf(id, { to: 'NEAR', note: 'no' }),
  within: `${rateOf(id, { to: 'FAR', note: 'no' })} {"to":"NEAR"}`,
});
const inOneOrder = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_key, each) =>
    typeof each === 'string' && each.includes('{')
      ? each.replace(/\{.*?\}(?=$| \{)/g, (text) => JSON.stringify(Object.entries(JSON.parse(text)).sort()))
      : each,
  );

test.each(['apollo', 'hive'] as const)(
  'literals of every kind are told as they were required, each to the field that requires it, wherever it stands (%s)',
  async (planner) => {
    const { ask } = federated(letters, {}, planner);
    const all = '{ far heavy late plain within }';
    const { data, errors } = await ask(
      `{ letter { ...All copies ${all} again { copies ${all} } } letters ${all} } fragment All on Letter ${all}`,
    );
    expect(errors).toBeUndefined();
    expect(inOneOrder(data)).toEqual(
      inOneOrder({
        letter: {
          ...answersOf('1'),
          copies: [answersOf('1a'), answersOf('1b')],
          again: [[{ copies: [answersOf('1ca'), answersOf('1cb')] }, null]],
        },
        letters: [[answersOf('1'), null], [answersOf('2')]],
      }),
    );
  },
);

test.each(['apollo', 'hive'] as const)(
  'names of clients are none that planners make up for what is required, whichever they are (%s)',
  async (planner) => {
    const { ask } = federated(letters, {}, planner);
    const { data } = await ask(
      '{ letter { copies { rate rate__1: far rate__2: heavy rate__3: plain _internal_qp_alias_0: late _internal_qp_alias_1: id id__alias_0: __typename } } }',
    );
    const expected = ['1a', '1b'].map((id) => {
      const { far, heavy, plain, late } = answersOf(id);
      return {
        rate: plain,
        rate__1: far,
        rate__2: heavy,
        rate__3: plain,
        _internal_qp_alias_0: late,
        _internal_qp_alias_1: id,
        id__alias_0: 'Letter',
      };
    });
    expect(inOneOrder(data)).toEqual(inOneOrder({ letter: { copies: expected } }));
    const beside = await ask('{ letter { copies { rate(days: [3]) far heavy late } } }');
    const asked = ['1a', '1b'].map((id) => {
      const { far, heavy, late } = answersOf(id);
      return { rate: rateOf(id, { to: 'NEAR', days: [3], note: 'no' }), far, heavy, late };
    });
    expect(inOneOrder(beside.data)).toEqual(inOneOrder({ letter: { copies: asked } }));
  },
);

test.each(['apollo', 'hive'] as const)(
  'a field that is asked in several places is told what it requires in each (%s)',
  async (planner) => {
    const { ask } = federated(archiveParts, {}, planner);
    const query = '{ items { ... on Paper { tax stamp pages id } ... on Map { toll } } papers { stamp } }';
    expect(await ask(query)).toEqual({
      data: {
        items: [{ tax: '0.5 on 203', stamp: 'stamp 17', pages: [1, null, 11], id: 'p2' }, { toll: 5 }],
        papers: [{ stamp: 'stamp 10' }, { stamp: 'stamp 17' }, { stamp: 'stamp 24' }],
      },
    });
  },
);

test('what is required cannot take a variable, which no operation would have', () => {
  const [office, counter] = letters as [SubgraphSource, SubgraphSource];
  const asking = { ...counter, sdl: counter.sdl.replace('rate(to: FAR)', 'rate(to: $zone)') };
  expect(() => federated([office, asking])).toThrow(/Invalid value \$zone/);
});
