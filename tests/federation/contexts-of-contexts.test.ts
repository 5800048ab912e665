import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@external", "@requires", "@context", "@fromContext", "@inaccessible"])\n`;

interface Self {
  readonly id: string;
  /** In the form of one server: the nearest reader above. */
  readonly reader?: Self;
}
type Fields = Readonly<Record<string, (self: Self) => unknown>>;
const reference = { __resolveReference: (told: object) => told };
const townOf = (id: string): string => `town of ${id}`;
const moodIn = (town: unknown): string => `mood in ${town}`;
const tunedTo = (id: string, mood: unknown): string => `${id} tuned to ${mood}`;
const wishFor = (tuned: unknown): string => `wish for ${tuned}`;
const wishedBy = (id: string, wish: unknown): string => `${id} wished by ${wish}`;
const dreamOf = (wished: unknown): string => `dream of ${wished}`;
const hiddenIn = (town: unknown): string => `hidden in ${town}`;
const veilOver = (veiled: unknown): string => `veil over ${veiled}`;
const favouriteOf = ({ id }: Self): Self | null => (id === 'bob' ? null : { id: `best of ${id}` });

const ways = {
  Query: {
    readers: () => [{ id: 'ann' }, { id: 'bob' }, { id: 'cid' }],
    first: () => ({ id: 'ann' }),
  },
  House: { readers: ({ id }: Self) => [{ id: `ann of ${id}` }, { id: 'bob' }], host: () => ({ id: 'cid' }) },
  Reader: {
    favourite: favouriteOf,
    shelf: ({ id }: Self) => [[{ id: `one of ${id}` }, null], [{ id: 'atlas' }]],
    friend: ({ id }: Self) => (id === 'cid' ? null : { id: 'cid' }),
  },
  Book: { owner: ({ id }: Self) => ({ id: `owner of ${id}` }) },
} satisfies Readonly<Record<string, Fields>>;

/** What is taken from a reader requires what the reader's book takes from the reader, which requires something in its turn. */
const books: readonly SubgraphSource[] = [
  {
    name: 'house',
    sdl: `${link}
      type Query { readers: [Reader!]! first: Reader }
      type Reader @key(fields: "id") { id: ID! favourite: Book shelf: [[Book]] friend: Reader }
      type Book @key(fields: "id") { id: ID! owner: Reader }`,
    resolvers: {
      ...ways,
      Reader: { ...reference, ...ways.Reader },
      Book: { ...reference, ...ways.Book },
    },
  },
  {
    name: 'library',
    sdl: `${link}
      type Query { member: Reader }
      type Reader @key(fields: "id") @context(name: "reader") { id: ID!
        hidden: String @inaccessible @requires(fields: "town") veil: String @requires(fields: "favourite { veiled }")
        town: String @external favourite: Book @external
        mood: String @requires(fields: "town")
        wish: String @requires(fields: "favourite { tuned }")
        dream: String @requires(fields: "favourite { wished }") }
      type Book @key(fields: "id") { id: ID!
        tuned(mood: String @fromContext(field: "$reader { mood }")): String
        wished(wish: String @fromContext(field: "$reader { wish }")): String
        veiled(hidden: String @fromContext(field: "$reader { hidden }")): String
        dreamt(dream: String @fromContext(field: "$reader { dream }")): String }`,
    resolvers: {
      Query: { member: () => ({ id: 'dan' }) },
      Reader: {
        ...reference,
        hidden: ({ town }: { town: unknown }) => hiddenIn(town),
        veil: ({ favourite }: { favourite?: { veiled: unknown } }) => veilOver(favourite?.veiled),
        mood: ({ town }: { town: unknown }) => moodIn(town),
        wish: ({ favourite }: { favourite?: { tuned: unknown } }) => wishFor(favourite?.tuned),
        dream: ({ favourite }: { favourite?: { wished: unknown } }) => dreamOf(favourite?.wished),
      },
      Book: {
        ...reference,
        tuned: ({ id }: Self, { mood }: { mood: unknown }) => tunedTo(id, mood),
        wished: ({ id }: Self, { wish }: { wish: unknown }) => wishedBy(id, wish),
        veiled: ({ id }: Self, { hidden }: { hidden: unknown }) => `${id} veiled by ${hidden}`,
        dreamt: ({ id }: Self, { dream }: { dream: unknown }) => `${id} in ${dream}`,
      },
    },
  },
  {
    name: 'facts',
    sdl: `${link} type Reader @key(fields: "id") { id: ID! town: String }`,
    resolvers: {
      Reader: { ...reference, town: ({ id }: Self) => townOf(id) },
    },
  },
];

const moodOf = ({ id }: Self): string => moodIn(townOf(id));
const wishOf = (self: Self): string => {
  const favourite = favouriteOf(self);
  return wishFor(favourite === null ? undefined : tunedTo(favourite.id, moodOf(self)));
};
const dreamFor = (self: Self): string => {
  const favourite = favouriteOf(self);
  return dreamOf(favourite === null ? undefined : wishedBy(favourite.id, wishOf(self)));
};
const none: Self = { id: '' };
const veiledFor = (id: string, reader: Self): string => `${id} veiled by ${hiddenIn(townOf(reader.id))}`;
const veilFor = (self: Self): string => {
  const favourite = favouriteOf(self);
  return veilOver(favourite === null ? undefined : veiledFor(favourite.id, self));
};

/** As one server, in which every object knows who stands above it. */
function oneServer() {
  const knowing = (reader: Self | undefined, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((each) => knowing(reader, each));
    return typeof value === 'object' && value !== null ? { ...value, reader } : value;
  };
  const fields: Readonly<Record<string, Fields>> = {
    Query: { ...ways.Query, member: () => ({ id: 'dan' }) },
    Reader: {
      ...ways.Reader,
      veil: veilFor,
      town: ({ id }) => townOf(id),
      mood: moodOf,
      wish: wishOf,
      dream: dreamFor,
    },
    Book: {
      ...ways.Book,
      tuned: ({ id, reader = none }) => tunedTo(id, moodOf(reader)),
      wished: ({ id, reader = none }) => wishedBy(id, wishOf(reader)),
      veiled: ({ id, reader = none }) => veiledFor(id, reader),
      dreamt: ({ id, reader = none }) => `${id} in ${dreamFor(reader)}`,
    },
  };
  return buildSubgraphSchema({
    typeDefs: parse(`type Query { readers: [Reader!]! first: Reader member: Reader }
      type Reader { id: ID! favourite: Book shelf: [[Book]] friend: Reader town: String mood: String wish: String dream: String veil: String }
      type Book { id: ID! owner: Reader veiled: String tuned: String wished: String dreamt: String }`),
    resolvers: Object.fromEntries(
      Object.entries(fields).map(([type, own]) => [
        type,
        Object.fromEntries(
          Object.entries(own).map(([name, resolve]) => [
            name,
            (self: Self = none) => knowing(type === 'Reader' ? self : self.reader, resolve(self)),
          ]),
        ),
      ]),
    ),
  });
}

const server = oneServer();
const operations = [
  '{ readers { favourite { tuned } } }',
  '{ readers { wish } }',
  '{ readers { favourite { wished } } }',
  '{ first { favourite { wished tuned } wish mood } }',
  '{ readers { shelf { wished } } }',
  '{ readers { friend { shelf { wished tuned owner { shelf { wished } } } } } }',
  '{ readers { dream } }',
  '{ readers { favourite { dreamt } } }',
  '{ readers { a: favourite { b: dreamt c: wished } favourite { id } shelf { dreamt tuned } } }',
  '{ readers { shelf { owner { favourite { wished owner { favourite { dreamt } } } } } } }',
  '{ readers { ... on Reader @include(if: true) { favourite { dreamt } } } first { wish shelf { wished } } }',
  '{ member { wish mood dream } }',
  '{ member { favourite { wished dreamt } shelf { tuned } } }',
  '{ readers { favourite { veiled } } }',
  '{ readers { veil } }',
  '{ readers { shelf { veiled wished } veil } }',
  '{ member { veil favourite { veiled owner { veil } } } }',
];

describe.each(['apollo', 'hive'] as const)(
  'values from context that require what itself takes one, planned by %s',
  (planner) => {
    it.each(operations)('are as one server would give them: %s', async (query) => {
      const expected = await execute({ schema: server, document: parse(query) });
      expect(expected.errors).toBeUndefined();
      const { data, errors } = await federated(books, {}, planner).ask(query);
      expect(errors).toBeUndefined();
      expect(data).toEqual(JSON.parse(JSON.stringify(expected.data)));
    });

    it.each(operations)('are not asked for before what they require is there: %s', async (query) => {
      const { ask, fetches } = federated(books, {}, planner);
      await ask(query);
      const untold = fetches
        .filter(({ subgraph, query: text }) => subgraph === 'library' && /\bmood\b(?!:)/.test(text))
        .filter(({ variables }) =>
          Object.values(variables).some(
            (list) =>
              Array.isArray(list) && list.some((told) => told.__typename === 'Reader' && !('town' in told)),
          ),
        );
      expect(untold).toEqual([]);
    });
  },
);

it('do not compose where they lead back to themselves', () => {
  const mood = 'mood: String @requires(fields: "town")';
  const parts = books.map((part) => ({
    ...part,
    sdl: part.sdl.replace(mood, 'mood: String @requires(fields: "favourite { tuned }")'),
  }));
  expect(() => federated(parts)).toThrow(
    /The subgraphs do not compose: .* leads back to the fields themselves/,
  );
});
