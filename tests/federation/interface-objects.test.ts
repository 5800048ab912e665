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

/** Whose favourites are what; no more is known of them there. */
const people: SubgraphSource = {
  name: 'people',
  sdl: `${link}type Query { me: Person } type Person @key(fields: "id") { id: ID! favourites: [Media!]! }
    type Media @interfaceObject @key(fields: "id") { id: ID! }`,
  resolvers: {
    Query: { me: () => ({ id: 'm' }) },
    Person: { favourites: () => [{ id: 'b5' }, { id: 'f5' }] },
    Media: reference,
  },
};

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
      type Query { all: [Media!]! pile: [Thing!]! }
      union Thing = Book | Film | Note
      type Note @key(fields: "id") { id: ID! }
      interface Media @key(fields: "id") { id: ID! title: String! size: Int }
      type Book implements Media @key(fields: "id") { id: ID! title: String! size: Int }
      type Film implements Media @key(fields: "id") { id: ID! title: String! size: Int }`,
    resolvers: {
      Query: {
        all: () => ['b1', 'f1'].map(media),
        pile: () => [media('b1'), media('f1'), { __typename: 'Note', id: 'n' }],
      },
      Media: { __resolveReference: ({ id }: Self) => media(id) },
      Book: { ...own, size: () => 1 },
      Film: { ...own, size: () => 2 },
    },
  },
  {
    name: 'shop',
    sdl: `${link}
      type Query { sold: [Media!]! }
      type Note @key(fields: "id") { id: ID! text: String }
      type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int title: String! @external size: Int @external
        slug: String @requires(fields: "title") label: String @requires(fields: "title") parcel: String @requires(fields: "size") }`,
    resolvers: {
      Query: { sold: () => [{ id: 'b2' }, { id: 'f2' }] },
      Note: { ...reference, text: () => 'a note' },
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
    const { ask } = federated([...described, people], {}, planner);
    const slug = (id: string): string => `${id} of title of ${id}`;
    const answers = (n: number): Readonly<Record<string, unknown>> => {
      const [book, film] = [`b${n}`, `f${n}`];
      return {
        '{ stars ... on Film { slug } }': [{ stars: n }, { stars: n, slug: slug(film) }],
        '{ ... on Film { slug } }': [{}, { slug: slug(film) }],
        '{ title ... on Film { slug } }': [
          { title: `title of ${book}` },
          { title: `title of ${film}`, slug: slug(film) },
        ],
        '{ ... on Book { parcel } ... on Film { slug } }': [{ parcel: `${book} of 1` }, { slug: slug(film) }],
        '{ slug parcel label stars }': [book, film].map((id, at) => ({
          slug: slug(id),
          parcel: `${id} of ${at + 1}`,
          label: slug(id),
          stars: n,
        })),
      };
    };

    it.each(Object.keys(answers(0)))(
      'are told what each object has that is asked for them: %s',
      async (asked) => {
        expect(await ask(`{ all ${asked} }`)).toEqual({ data: { all: answers(1)[asked] } });
        expect(await ask(`{ sold ${asked} }`)).toEqual({ data: { sold: answers(2)[asked] } });
      },
    );

    it('are asked apart from what is asked of objects of other types beside them', async () => {
      const query = '{ pile { ... on Media { stars } ... on Book { slug } ... on Note { text } } }';
      const pile = [{ stars: 1, slug: slug('b1') }, { stars: 1 }, { text: 'a note' }];
      expect(await ask(query)).toEqual({ data: { pile } });
    });

    it('are asked of objects that come from a third subgraph', async () => {
      const query = `{ me { favourites { ... on Film { slug } ... on Book { parcel title } } } }`;
      const favourites = [{ parcel: 'b5 of 1', title: 'title of b5' }, { slug: 'f5 of title of f5' }];
      expect(await ask(query)).toEqual({ data: { me: { favourites } } });
    });
  },
);
