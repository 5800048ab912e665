import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@interfaceObject", "@requires", "@external"])\n';

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

const told = (name: string) => (self: Record<string, unknown>) => {
  if (self['id'] === undefined) throw new Error('no key was told');
  if (self[name] === undefined) throw new Error(`${name} was not told`);
  return `${self['id']} of ${self[name]}`;
};

/** What the shop's subgraph tells of media, of what it is told of them. */
const described: readonly SubgraphSource[] = [
  {
    name: 'catalogue',
    sdl: `${link}
      type Query { all: [Media!]! }
      interface Media @key(fields: "id") { id: ID! title: String! size: Int }
      type Book implements Media @key(fields: "id") { id: ID! title: String! size: Int }
      type Film implements Media @key(fields: "id") { id: ID! title: String! size: Int }`,
    resolvers: {
      Query: { all: () => ['b1', 'f1'].map(media) },
      Media: { __resolveReference: ({ id }: Self) => media(id) },
      Book: { ...own, size: () => 1 },
      Film: { ...own, size: () => 2 },
    },
  },
  {
    name: 'shop',
    sdl: `${link}
      type Query { sold: [Media!]! }
      type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int title: String! @external size: Int @external
        slug: String @requires(fields: "title") label: String @requires(fields: "title") parcel: String @requires(fields: "size") }`,
    resolvers: {
      Query: { sold: () => [{ id: 'b2' }, { id: 'f2' }] },
      Media: {
        ...reference,
        stars: ({ id }: Self) => Number(id.slice(1)),
        slug: told('title'),
        label: told('title'),
        parcel: told('size'),
      },
    },
  },
];

describe.each(['apollo', 'hive'] as const)(
  'fields of interface objects that require others, planned by %s',
  (planner) => {
    const { ask } = federated(described, {}, planner);
    const slugs = ['b1', 'f1', 'b2', 'f2'].map((id) => `${id} of title of ${id}`);
    const [, slugOfFilm, , slugOfSold] = slugs;

    it.each([
      [
        '{ stars ... on Film { slug } }',
        [{ stars: 1 }, { stars: 1, slug: slugOfFilm }],
        [{ stars: 2 }, { stars: 2, slug: slugOfSold }],
      ],
      ['{ ... on Film { slug } }', [{}, { slug: slugOfFilm }], [{}, { slug: slugOfSold }]],
      [
        '{ title ... on Film { slug } }',
        [{ title: 'title of b1' }, { title: 'title of f1', slug: slugOfFilm }],
        [{ title: 'title of b2' }, { title: 'title of f2', slug: slugOfSold }],
      ],
      [
        '{ ... on Book { parcel } ... on Film { slug } }',
        [{ parcel: 'b1 of 1' }, { slug: slugOfFilm }],
        [{ parcel: 'b2 of 1' }, { slug: slugOfSold }],
      ],
      [
        '{ slug parcel label stars }',
        ...[1, 2].map((n) =>
          ['b', 'f'].map((letter, at) => {
            const id = `${letter}${n}`;
            const slug = `${id} of title of ${id}`;
            return { slug, parcel: `${id} of ${at + 1}`, label: slug, stars: n };
          }),
        ),
      ],
    ])('are told what each object has that is asked for them: %s', async (asked, all, sold) => {
      expect(await ask(`{ all ${asked} }`)).toEqual({ data: { all } });
      expect(await ask(`{ sold ${asked} }`)).toEqual({ data: { sold } });
    });
  },
);
