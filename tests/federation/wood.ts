import fc from 'fast-check';
import type { LibraryPart } from './library.ts';
import type { Words } from './operation-generator.ts';

/**
 * A wood in two forms, as the library, of fields that are wider in the graph than in one subgraph or the other: an interface that one of its types is, a union of
 * which only one member comes, in lists, at the root, and one below the other. Which subgraph says more differs from type to type.
 */
interface Self {
  readonly __typename?: string;
  readonly id: string;
}
type Resolvers = Record<string, (self: never, args: never) => unknown>;

const number = (id: string): number => Number(id.slice(1));
const being = (id: string): Self => ({
  __typename: { b: 'Bee', o: 'Owl', m: 'Mole' }[id[0] ?? ''] ?? '',
  id,
});
const next = ({ id }: Self, to: string): Self => being(`${to}${(number(id) % 4) + 1}`);
const nest = (of: string) => ({ __typename: 'Nest', of: `nest of ${of}`, high: number(of) * 3 });
const den = (of: string) => ({ __typename: 'Den', of: `den of ${of}`, deep: number(of) });

const query = {
  beings: () => ['b1', 'o1', 'm2', 'b3'].map(being),
  bee: () => being('b2'),
  found: () => ['o2', 'm1', 'b4', 'o3'].map(being),
  bees: () => [[being('b1')], [], [being('b3'), being('b4')]],
  first: () => being('b1'),
} satisfies Resolvers;

const name = ({ id }: Self) => `name of ${id}`;
const bees = {
  name,
  near: (self: Self) => (self.id === 'b3' ? null : next(self, 'o')),
  kin: (self: Self) => [next(self, 'b'), being('b2')],
  home: ({ id }: Self) => nest(id),
  stings: ({ id }: Self) => number(id) * 100,
  honey: ({ id }: Self) => (id === 'b4' ? null : number(id) * 7),
} satisfies Resolvers;
const owls = {
  name,
  near: (self: Self) => next(self, 'b'),
  kin: (self: Self) => [next(self, 'o'), next(self, 'm')],
  home: ({ id }: Self) => nest(id),
  sees: ({ id }: Self) => `what ${id} sees`,
  wings: ({ id }: Self) => number(id) + 2,
} satisfies Resolvers;
const moles = {
  name,
  near: (self: Self) => next(self, 'm'),
  kin: (self: Self) => (self.id === 'm2' ? null : [next(self, 'b'), null]),
  home: ({ id }: Self) => den(id),
  digs: ({ id }: Self) => number(id) * 9,
  hears: ({ id }: Self) => `what ${id} hears`,
} satisfies Resolvers;
const sweet = (honey: number | null) => `sweet as ${honey}`;

const pick = (all: Resolvers, ...names: readonly string[]): Resolvers =>
  Object.fromEntries(Object.entries(all).filter(([key]) => names.includes(key))) as Resolvers;
const reference = { __resolveReference: (told: object) => told };

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires"])\n`;
const homes =
  'union Home = Nest | Den type Nest @shareable { of: String high: Int } type Den @shareable { of: String deep: Int }';

export const woodParts: readonly LibraryPart[] = [
  {
    name: 'ground',
    sdl: `${link}${homes}
      type Query { beings: [Being!]! bee: Bee first: Being @shareable }
      interface Being { id: ID! name: String }
      type Bee implements Being @key(fields: "id") { id: ID! name: String near: Being @shareable kin: [Being!] @shareable home: Home @shareable stings: Int }
      type Owl implements Being @key(fields: "id") { id: ID! name: String near: Bee @shareable kin: [Being!] home: Nest sees: String }
      type Mole implements Being @key(fields: "id") { id: ID! name: String near: Being @shareable kin: [Being] home: Home digs: Int }`,
    resolvers: {
      Query: pick(query, 'beings', 'bee', 'first'),
      Bee: { ...reference, ...pick(bees, 'name', 'near', 'kin', 'home', 'stings') },
      Owl: { ...reference, ...pick(owls, 'name', 'near', 'kin', 'home', 'sees') },
      Mole: { ...reference, ...pick(moles, 'name', 'near', 'kin', 'home', 'digs') },
    },
  },
  {
    name: 'crowns',
    sdl: `${link}${homes}
      type Query { found: [Being!]! bees: [[Bee!]!]! first: Bee @shareable }
      interface Being { id: ID! }
      type Bee implements Being @key(fields: "id") { id: ID! near: Owl @shareable kin: [Bee!]! @shareable home: Nest @shareable honey: Int }
      type Owl implements Being @key(fields: "id") { id: ID! near: Being @shareable wings: Int }
      type Mole implements Being @key(fields: "id") { id: ID! near: Mole @shareable hears: String }`,
    resolvers: {
      Query: pick(query, 'found', 'bees', 'first'),
      Bee: { ...reference, ...pick(bees, 'near', 'kin', 'home', 'honey') },
      Owl: { ...reference, ...pick(owls, 'near', 'wings') },
      Mole: { ...reference, ...pick(moles, 'near', 'hears') },
    },
  },
  {
    name: 'larder',
    sdl: `${link} type Bee @key(fields: "id") { id: ID! honey: Int @external sweet: String @requires(fields: "honey") }`,
    resolvers: { Bee: { ...reference, sweet: ({ honey }: { honey: number | null }) => sweet(honey) } },
  },
];

export const wholeWood: LibraryPart = {
  name: 'whole',
  sdl: `${homes.replaceAll('@shareable', '')}
    type Query { beings: [Being!]! bee: Bee first: Being found: [Being!]! bees: [[Bee!]!]! }
    interface Being { id: ID! name: String }
    type Bee implements Being { id: ID! name: String near: Being kin: [Being!] home: Home stings: Int honey: Int sweet: String }
    type Owl implements Being { id: ID! name: String near: Being kin: [Being!] home: Nest sees: String wings: Int }
    type Mole implements Being { id: ID! name: String near: Being kin: [Being] home: Home digs: Int hears: String }`,
  resolvers: {
    Query: query,
    Bee: { ...bees, sweet: (self: Self) => sweet(bees.honey(self)) },
    Owl: owls,
    Mole: moles,
  },
};

export const woodWords: Words = {
  depth: 3,
  given: {},
  document: (selection) => `query ($yes: Boolean!) { ...Uses ${selection.slice(1)}
    fragment Uses on Query { uses: bee @include(if: $yes) { id } }`,
  variables: fc.record({ yes: fc.boolean() }),
};
