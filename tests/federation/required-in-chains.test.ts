import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@external", "@shareable"])\n';

interface Told {
  readonly id: string;
  readonly [name: string]: unknown;
}

/** Fields of parcels by name, each with what it requires; all of them say what they were told. */
function parcels(name: string, fields: Readonly<Record<string, string>>): SubgraphSource {
  const required = new Set(Object.values(fields).flatMap((names) => names.split(' ').filter(Boolean)));
  const own = Object.entries(fields).map(
    ([field, requires]) => `${field}: String${requires === '' ? '' : ` @requires(fields: "${requires}")`}`,
  );
  const external = [...required].map((field) => `${field}: String @external`);
  return {
    name,
    sdl: `${link}type Query { ${name}: Parcel }
      type Parcel @key(fields: "id") { id: ID! ${[...own, ...external].join(' ')} }`,
    resolvers: {
      Query: { [name]: () => ({ id: 'p' }) },
      Parcel: {
        __resolveReference: (told: Told) => told,
        ...Object.fromEntries(
          Object.entries(fields).map(([field, requires]) => [
            field,
            (told: Told) =>
              `${field}(${requires
                .split(' ')
                .flatMap((each) => (each === '' ? [] : [told[each]]))
                .join()})`,
          ]),
        ),
        ...Object.fromEntries(
          [...required].map((field) => [
            field,
            (told: Told) => {
              if (told[field] === undefined) throw new Error(`${name} is not told ${field}`);
              return told[field];
            },
          ]),
        ),
      },
    },
  };
}

const values: Readonly<Record<string, string>> = {
  size: 'size()',
  weight: 'weight(size())',
  price: 'price(weight(size()))',
  total: 'total(price(weight(size())),size())',
};

/** By what each form is told apart: which subgraph has which field. */
const forms: Readonly<Record<string, readonly SubgraphSource[]>> = {
  'the last and the first in one subgraph': [
    parcels('shop', { size: '', price: 'weight' }),
    parcels('scales', { weight: 'size' }),
  ],
  'each in a subgraph': [
    parcels('shop', { price: 'weight' }),
    parcels('scales', { weight: 'size' }),
    parcels('rulers', { size: '' }),
    parcels('others', { name: '' }),
  ],
  'four, two of them in each subgraph': [
    parcels('shop', { size: '', price: 'weight' }),
    parcels('scales', { weight: 'size', total: 'price size' }),
  ],
  'four, in three subgraphs': [
    parcels('shop', { price: 'weight' }),
    parcels('scales', { weight: 'size', total: 'price size' }),
    parcels('rulers', { size: '' }),
  ],
};

const planned = Object.entries(forms).flatMap(([form, subgraphs]) =>
  (['apollo', 'hive'] as const).map((planner) => ({ form, planner, subgraphs })),
);

describe.each(planned)(
  'fields that require what requires others: $form, planned by $planner',
  ({ planner, subgraphs }) => {
    const { ask } = federated(subgraphs, {}, planner);
    const fields = Object.keys(values).filter((name) =>
      subgraphs.some(({ resolvers }) => name in (resolvers as { Parcel: object }).Parcel),
    );

    it.each(subgraphs.map(({ name }) => name))(
      'are told in their order, from an object of %s',
      async (from) => {
        const orders = [...fields.map((field) => [field]), fields, [...fields].reverse()];
        for (const order of orders)
          expect(await ask(`{ ${from} { ${order.join(' ')} } }`)).toEqual({
            data: { [from]: Object.fromEntries(order.map((field) => [field, values[field]])) },
          });
      },
    );
  },
);

/** A field in the middle that is an object, with more of the same type below it. */
const packed: readonly SubgraphSource[] = [
  {
    name: 'shop',
    sdl: `${link}type Query { shop: Parcel }
      enum Kind { BOX TUBE }
      type Pack @shareable { kind: Kind! }
      type Parcel @key(fields: "id") { id: ID! size: Int! pack(for: Kind): Pack @external fee: String @requires(fields: "pack(for: TUBE) { kind }") }`,
    resolvers: {
      Query: { shop: () => ({ id: 'p1' }) },
      Parcel: {
        __resolveReference: (told: Told) => told,
        size: ({ id }: Told) => Number(id.slice(1)) * 10,
        fee: ({ pack }: { pack?: { kind?: string } }) => `fee for ${pack?.kind}`,
      },
    },
  },
  {
    name: 'packing',
    sdl: `${link}type Query { packing: Parcel }
      enum Kind { BOX TUBE }
      union Inside = Parcel | Note
      type Note { text: String! }
      interface Holding { inside: [Inside!]! }
      type Pack implements Holding @shareable { kind: Kind! inside: [Inside!]! }
      type Parcel @key(fields: "id") { id: ID! name: String! size: Int! @external pack(for: Kind): Pack @requires(fields: "size") }`,
    resolvers: {
      Query: { packing: () => ({ id: 'p2' }) },
      Parcel: {
        __resolveReference: (told: Told) => told,
        name: ({ id }: Told) => `name of ${id}`,
        pack: ({ id, size }: Told, { for: kind }: { for?: string }) => {
          if (size === undefined) throw new Error('no size was told');
          const inside = [
            { __typename: 'Note', text: `within ${size}` },
            { __typename: 'Parcel', id: `${id}1` },
          ];
          return { __typename: 'Pack', kind: kind ?? 'BOX', inside };
        },
      },
    },
  },
];

describe.each(['apollo', 'hive'] as const)(
  'a field in the middle with fields of its own, planned by %s',
  (planner) => {
    it.each(['shop', 'packing'])('is told what it requires, from an object of %s', async (from) => {
      const { ask } = federated(packed, {}, planner);
      expect(await ask(`{ ${from} { fee } }`)).toEqual({ data: { [from]: { fee: 'fee for TUBE' } } });
      const id = from === 'shop' ? 'p1' : 'p2';
      const size = Number(id.slice(1)) * 10;
      const query = `{ ${from} { fee pack { kind ... on Holding { inside { __typename ... on Note { text } ... on Parcel { name size fee pack { kind } } } } } name } }`;
      expect(await ask(query)).toEqual({
        data: {
          [from]: {
            fee: 'fee for TUBE',
            pack: {
              kind: 'BOX',
              inside: [
                { __typename: 'Note', text: `within ${size}` },
                {
                  __typename: 'Parcel',
                  name: `name of ${id}1`,
                  size: Number(`${id.slice(1)}1`) * 10,
                  fee: 'fee for TUBE',
                  pack: { kind: 'BOX' },
                },
              ],
            },
            name: `name of ${id}`,
          },
        },
      });
    });
  },
);

it.each(['apollo', 'hive'] as const)(
  'a subgraph in the middle of a chain may lead back to the root, planned by %s',
  async (planner) => {
    const scales = parcels('scales', { weight: 'size' });
    const leadingBack: SubgraphSource = {
      ...scales,
      sdl: `${scales.sdl} extend type Query { receipt: Receipt } type Receipt { again: Query }`,
      resolvers: {
        ...scales.resolvers,
        Query: { scales: () => ({ id: 'p' }), receipt: () => ({}) },
        Receipt: { again: () => ({}) },
      },
    };
    const graph = federated([parcels('shop', { size: '', price: 'weight' }), leadingBack], {}, planner);
    const { data, errors } = await graph.ask('{ receipt { again { scales { price } shop { weight } } } }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      receipt: { again: { scales: { price: 'price(weight(size()))' }, shop: { weight: 'weight(size())' } } },
    });
  },
);

/** The objects come from a field of others, in the subgraph of which a field in the middle is. */
const assembled: readonly SubgraphSource[] = [
  {
    name: 'one',
    sdl: `${link}type Query { items: [Item!]! }
      type Item @key(fields: "id") { id: ID! }
      type Part @key(fields: "id") { id: ID! a: Int @external a2: String @requires(fields: "a") b: String @external c: String @requires(fields: "b") }`,
    resolvers: {
      Query: { items: () => [{ id: 'i' }] },
      Part: {
        __resolveReference: (told: Told) => told,
        a2: ({ a }: Told) => `a2(${a})`,
        c: ({ b }: Told) => `c(${b})`,
      },
    },
  },
  {
    name: 'two',
    sdl: `${link}type Item @key(fields: "id") { id: ID! part: Part! }
      type Part @key(fields: "id") { id: ID! a: Int a2: String @external b: String @requires(fields: "a2") }`,
    resolvers: {
      Item: { __resolveReference: (told: Told) => told, part: () => ({ id: 'p' }) },
      Part: { __resolveReference: (told: Told) => told, a: () => 7, b: ({ a2 }: Told) => `b(${a2})` },
    },
  },
];

it.each(['apollo', 'hive'] as const)(
  'a chain begins below a field of another object, planned by %s',
  async (planner) => {
    const { ask } = federated(assembled, {}, planner);
    for (const fields of ['c', 'b', 'a2 c', 'c a'])
      expect(await ask(`{ items { part { ${fields} } } }`)).toEqual({
        data: {
          items: [
            {
              part: Object.fromEntries(
                fields
                  .split(' ')
                  .map((name) => [name, { a: 7, a2: 'a2(7)', b: 'b(a2(7))', c: 'c(b(a2(7)))' }[name]]),
              ),
            },
          ],
        },
      });
  },
);
