import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@interfaceObject"])\n';

interface Self {
  readonly __typename: string;
  readonly id: string;
}
const media = (id: string): Self => ({
  __typename: { b: 'Book', f: 'Film', s: 'Song' }[id[0] ?? ''] ?? 'None',
  id,
});
const reference = { __resolveReference: (told: object) => told };
const own = {
  ...reference,
  title: ({ id }: Self) => `title of ${id}`,
  code: ({ id }: Self) => `code of ${id}`,
};

/** What media are called, one subgraph knows; the shop has them all as objects of one type. */
const shop: readonly SubgraphSource[] = [
  {
    name: 'catalogue',
    sdl: `${link}
      type Query { all: [Media!]! things: [Thing!]! coded: [Coded!]! }
      interface Named { title: String! }
      interface Media implements Named @key(fields: "id") { id: ID! title: String! }
      interface Printed { id: ID! code: String! }
      interface Coded { code: String! }
      union Thing = Book | Song | Shelf
      type Shelf implements Coded { code: String! }
      type Book implements Named & Media & Printed & Coded @key(fields: "id") { id: ID! title: String! code: String! pages: Int }
      type Film implements Named & Media & Coded @key(fields: "id") { id: ID! title: String! code: String! }
      type Song implements Named & Media @key(fields: "id") { id: ID! title: String! }`,
    resolvers: {
      Query: {
        all: () => ['b1', 'f1', 's1'].map(media),
        things: () => [media('b2'), media('s2'), { __typename: 'Shelf', code: 'shelf' }],
        coded: () => [media('b3'), media('f3'), { __typename: 'Shelf', code: 'shelf' }],
      },
      Media: { __resolveReference: ({ id }: Self) => media(id) },
      Book: { ...own, pages: ({ id }: Self) => Number(id.slice(1)) * 100 },
      Film: own,
      Song: own,
    },
  },
  {
    name: 'shop',
    sdl: `${link}
      type Query { sold: [Media!]! gift: Media }
      type Media @interfaceObject @key(fields: "id") { id: ID! price: Int with: [Media!]! }`,
    resolvers: {
      Query: { sold: () => [{ id: 'b1' }, { id: 'f2' }, { id: 's3' }], gift: () => ({ id: 'b4' }) },
      Media: {
        ...reference,
        price: ({ id }: Self) => Number(id.slice(1)) * 10,
        with: ({ id }: Self) => [{ id: `s${id.slice(1)}` }, { id: `b${id.slice(1)}` }],
      },
    },
  },
];

describe.each(['apollo', 'hive'] as const)('below an interface object, planned by %s', (planner) => {
  const { ask } = federated(shop, {}, planner);

  it.each([
    ['a fragment on another interface', '{ sold { ... on Printed { id } } }', [{ id: 'b1' }, {}, {}]],
    [
      'it beside fields',
      '{ sold { price ... on Printed { code } } }',
      [{ price: 10, code: 'code of b1' }, { price: 20 }, { price: 30 }],
    ],
    [
      'one that interfaces of the interface have',
      '{ sold { ... on Named { title } } }',
      ['b1', 'f2', 's3'].map((id) => ({ title: `title of ${id}` })),
    ],
    [
      'a fragment on a union',
      '{ sold { ... on Thing { __typename ... on Book { pages } } } }',
      [{ __typename: 'Book', pages: 100 }, {}, { __typename: 'Song' }],
    ],
    [
      'fragments in fragments',
      `{ sold { ... on Coded { code ... on Media { price ... on Printed { id } } ...Films } } }
        fragment Films on Film { ... on Named { title } }`,
      [
        { code: 'code of b1', price: 10, id: 'b1' },
        { code: 'code of f2', price: 20, title: 'title of f2' },
        {},
      ],
    ],
    [
      'one below an object type',
      '{ sold { ... on Book { ... on Coded { code } ... on Media { price } } } }',
      [{ code: 'code of b1', price: 10 }, {}, {}],
    ],
    [
      'fragments that no object meets',
      '{ sold { ... on Printed { ... on Coded { ... on Film { code } } } } }',
      [{}, {}, {}],
    ],
    [
      'more of the same below',
      '{ sold { with { ... on Printed { id ... on Media { with { ... on Thing { ... on Song { title } } } } } } } }',
      [1, 2, 3].map((n) => ({
        with: [{}, { id: `b${n}`, with: [{ title: `title of s${n}` }, {}] }],
      })),
    ],
  ])('%s is answered', async (_what, query, sold) => {
    expect(await ask(query)).toEqual({ data: { sold } });
  });

  it('an object with nothing that applies is there', async () => {
    expect(await ask('{ gift { ... on Coded { ... on Film { title } } } }')).toEqual({ data: { gift: {} } });
  });

  it('its fields are found from objects of other interfaces and of unions', async () => {
    const query = `{ things { ... on Media { price ... on Coded { code } } } coded { ... on Media { price ... on Printed { id } } } }`;
    expect(await ask(query)).toEqual({
      data: {
        things: [{ price: 20, code: 'code of b2' }, { price: 20 }, {}],
        coded: [{ price: 30, id: 'b3' }, { price: 30 }, {}],
      },
    });
  });
});
