import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@external", "@requires", "@context", "@fromContext"])\n`;

interface Self {
  readonly id: string;
  /** In the form of one server: the nearest objects above that set something. */
  readonly reader?: string;
  readonly place?: string;
}
/** What a reader's fields require. */
interface Told {
  readonly favourite?: { readonly pages?: number; readonly title?: string } | null;
}
type Given = Readonly<Record<string, string | null | undefined>>;

const languageOf = (id: string): string => `language of ${id}`;
const lightOf = (id: string): string | null => (id === 'dark' ? null : `light of ${id}`);
const townOf = (id: string): string => `town of ${id}`;
const reader = (id: string) => ({ id });
const written = ({ id }: Self, given: Given): string | null =>
  id === 'torn' ? null : `${id} ${JSON.stringify(given)}`;

/** How objects lead to each other; only the subgraph `house` knows. */
const ways = {
  Query: {
    room: () => ({ id: 'hall' }),
    rooms: () => [[{ id: 'hall' }, null], [{ id: 'dark' }]],
    places: () => [
      { __typename: 'Room', id: 'hall' },
      { __typename: 'Garden', id: 'dark' },
      { __typename: 'Garden', id: 'east' },
    ],
  },
  Mutation: { move: () => ({ id: 'dark' }) },
  Reader: {
    shelf: ({ id }: Self) => [[{ id: `novel of ${id}` }], [{ id: 'atlas' }, null]],
    favourite: ({ id }: Self) => (id === 'bob' ? null : { id: 'atlas' }),
    torn: () => [{ id: 'torn' }],
    friend: ({ id }: Self) => (id === 'cid' ? null : reader(id === 'ann' ? 'bob' : 'cid')),
  },
  Room: {
    reader: () => reader('ann'),
    readers: () => [reader('ann'), reader('bob')],
    lamps: ({ id }: Self) => [{ id: `lamp of ${id}` }],
  },
  Garden: {
    readers: () => [reader('bob')],
    lamps: () => [{ id: 'torn' }, { id: 'sun' }],
  },
  Book: {
    owner: () => reader('cid'),
    next: ({ id }: Self) => (id === 'atlas' ? { id: 'globe' } : null),
  },
} satisfies Record<string, Record<string, (self: Self) => unknown>>;
const reference = { __resolveReference: (found: Self) => found };

const subgraphs: readonly SubgraphSource[] = [
  {
    name: 'house',
    sdl: `${link}
      union Place = Room | Garden
      type Query { room: Room rooms: [[Room]] places: [Place!]! } type Mutation { move: Room }
      type Reader @key(fields: "id") { id: ID! shelf: [[Book]] favourite: Book torn: [Book!] friend: Reader }
      type Room @key(fields: "id") { id: ID! reader: Reader readers: [Reader!]! lamps: [Lamp!]! }
      type Garden @key(fields: "id") { id: ID! readers: [Reader!]! lamps: [Lamp!]! }
      type Lamp @key(fields: "id") { id: ID! }
      type Book @key(fields: "id") { id: ID! owner: Reader next: Book }`,
    resolvers: {
      ...ways,
      Reader: { ...reference, ...ways.Reader },
      Room: { ...reference, ...ways.Room },
      Garden: { ...reference, ...ways.Garden },
      Lamp: reference,
      Book: { ...reference, ...ways.Book },
    },
  },
  {
    name: 'library',
    sdl: `${link}
      type Reader @key(fields: "id") @context(name: "reader") { id: ID! language: String! home: Home @external
        favourite: Book @external taste: String @requires(fields: "favourite { pages }")
        habit: String @requires(fields: "favourite { title }") }
      type Home { town: String @external }
      type Room @key(fields: "id") @context(name: "place") { id: ID! light: String @external }
      type Garden @key(fields: "id") @context(name: "place") { id: ID! light: String }
      type Lamp @key(fields: "id") { id: ID! lit(light: String @fromContext(field: "$place { light }")): String }
      type Book @key(fields: "id") { id: ID! pages: Int
        title(language: String @fromContext(field: "$reader { language }")): String
        text(language: String @fromContext(field: "$reader { language }")): String!
        sent(town: String @fromContext(field: "$reader { home { town } }")): String
        seen(light: String @fromContext(field: "$place { light }")
          language: String @fromContext(field: "$reader { language }")): String
        liked(taste: String @fromContext(field: "$reader { taste }")): String
        lent(habit: String @fromContext(field: "$reader { habit }")): String
        writer: Reader }`,
    resolvers: {
      Reader: {
        ...reference,
        language: ({ id }: Self) => languageOf(id),
        taste: ({ favourite }: Told) => `${favourite?.pages ?? 'no'} pages`,
        habit: ({ favourite }: Told) => `to read ${favourite?.title}`,
      },
      Room: reference,
      Garden: { ...reference, light: ({ id }: Self) => lightOf(id) },
      Lamp: { ...reference, lit: written },
      Book: {
        ...reference,
        pages: ({ id }: Self) => id.length,
        title: written,
        text: written,
        sent: written,
        seen: written,
        liked: written,
        lent: written,
        writer: () => reader('dan'),
      },
    },
  },
  {
    name: 'facts',
    sdl: `${link}
      type Room @key(fields: "id") { id: ID! light: String }
      type Reader @key(fields: "id") { id: ID! home: Home age: Int }
      type Home { town: String }`,
    resolvers: {
      Room: { ...reference, light: ({ id }: Self) => lightOf(id) },
      Reader: { ...reference, age: () => 30, home: ({ id }: Self) => ({ town: townOf(id) }) },
    },
  },
];

/** As one server: every object knows who stands above it. */
function oneServer() {
  const knowing = (type: string, self: Self, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((each) => knowing(type, self, each));
    if (typeof value !== 'object' || value === null) return value;
    const { reader, place } = self;
    const own =
      type === 'Reader'
        ? { reader: self.id }
        : type === 'Room' || type === 'Garden'
          ? { place: self.id }
          : {};
    return { reader, place, ...own, ...value };
  };
  const language = ({ reader = '' }: Self) => languageOf(reader);
  const light = ({ place = '' }: Self) => lightOf(place);
  const fields: Readonly<Record<string, Readonly<Record<string, (self: Self) => unknown>>>> = {
    ...ways,
    Reader: { ...ways.Reader, age: () => 30, language: ({ id }) => languageOf(id) },
    Book: {
      ...ways.Book,
      pages: ({ id }) => id.length,
      title: (self) => written(self, { language: language(self) }),
      text: (self) => written(self, { language: language(self) }),
      sent: (self) => written(self, { town: townOf(self.reader ?? '') }),
      seen: (self) => written(self, { light: light(self), language: language(self) }),
      liked: (self) => {
        const favourite = ways.Reader.favourite({ id: self.reader ?? '' });
        return written(self, { taste: `${favourite?.id.length ?? 'no'} pages` });
      },
      lent: (self) => {
        const favourite = ways.Reader.favourite({ id: self.reader ?? '' });
        const title = favourite === null ? undefined : written(favourite, { language: language(self) });
        return written(self, { habit: `to read ${title}` });
      },
      writer: () => reader('dan'),
    },
    Lamp: { lit: (self) => written(self, { light: light(self) }) },
  };
  return buildSubgraphSchema({
    typeDefs: parse(`union Place = Room | Garden
      type Query { room: Room rooms: [[Room]] places: [Place!]! } type Mutation { move: Room }
      type Reader { id: ID! language: String! age: Int shelf: [[Book]] favourite: Book torn: [Book!] friend: Reader }
      type Room { id: ID! reader: Reader readers: [Reader!]! lamps: [Lamp!]! }
      type Garden { id: ID! readers: [Reader!]! lamps: [Lamp!]! }
      type Lamp { id: ID! lit: String }
      type Book { id: ID! pages: Int owner: Reader next: Book writer: Reader
        title: String text: String! sent: String seen: String liked: String lent: String }`),
    resolvers: Object.fromEntries(
      Object.entries(fields).map(([type, own]) => [
        type,
        Object.fromEntries(
          Object.entries(own).map(([name, resolve]) => [
            name,
            (self: Self | undefined) => {
              const above = self ?? { id: '' };
              return knowing(type, above, resolve(above));
            },
          ]),
        ),
      ]),
    ),
  });
}

const server = oneServer();
const operations = [
  '{ room { reader { favourite { title } } } }',
  '{ room { reader { favourite { text } } } }',
  '{ room { reader { language favourite { pages title text } } } }',
  '{ rooms { readers { shelf { title text id } } } }',
  '{ rooms { reader { torn { title } } } }',
  '{ room { readers { torn { text } favourite { title } } } }',
  '{ room { reader { favourite { sent } friend { shelf { sent title } } } } }',
  '{ rooms { lamps { lit } } }',
  '{ places { ... on Room { lamps { lit } } ... on Garden { lamps { id lit } readers { shelf { seen } } } } }',
  '{ rooms { readers { shelf { seen } favourite { title seen } } lamps { lit } } }',
  '{ room { reader { friend { friend { shelf { title next { title text } } } } favourite { owner { favourite { text } } } } } }',
  '{ room { reader { favourite { title writer { favourite { title next { owner { shelf { text } } } } } } } } }',
  '{ a: room { b: reader { c: favourite { d: title title: text } language: age } } rooms { readers { favourite { id owner { friend { favourite { seen } } } } } } }',
  '{ room { readers { favourite { liked } } } }',
  '{ room { readers { favourite { lent } } } }',
  '{ rooms { readers { shelf { lent liked } favourite { liked title lent next { liked } } } } }',
  'mutation { first: move { reader { favourite { text } } } second: move { readers { shelf { seen } } } }',
];

describe.each(['apollo', 'hive'] as const)(
  'arguments from context of objects that another subgraph leads to, planned by %s',
  (planner) => {
    it.each(operations)('are given as one server would: %s', async (query) => {
      const { ask } = federated(subgraphs, {}, planner);
      const expected = await execute({ schema: server, document: parse(query) });
      const { data, errors = [] } = await ask(query);
      expect(data).toEqual(JSON.parse(JSON.stringify(expected.data)));
      const paths = (told: readonly { readonly path?: unknown }[] = []) =>
        told.map(({ path }) => JSON.stringify(path)).toSorted();
      expect(paths(errors)).toEqual(paths(expected.errors));
    });
  },
);
