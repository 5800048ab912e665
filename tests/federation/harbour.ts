import fc from 'fast-check';
import type { LibraryPart } from './library.ts';
import type { Words } from './operation-generator.ts';

/**
 * A harbour in two forms, as the library, of fields that have one name on several types and values of different shapes: which lists, what may be null, which
 * leaf. What one type's fields require stands in the subgraphs' texts beside what clients ask of the other.
 */
interface Self {
  readonly __typename?: string;
  readonly id: string;
}
type Resolvers = Record<string, (self: never, args: never) => unknown>;

const number = (id: string): number => Number(id.slice(1));
const ship = (id: string): Self => ({ __typename: id.startsWith('f') ? 'Ferry' : 'Tug', id });
const holdOf = (n: number) => ({ wide: n, high: n * 10 });

const query = {
  ships: () => ['f1', 't1', 'f2', 't2', 'f3'].map(ship),
  moored: () => ['t2', 'f3', 't3'].map(ship),
  first: () => ship('t1'),
  repaired: () => ['f2', 't3', 'f1'].map(ship),
} satisfies Resolvers;

/** Of both, with nulls where ferries may have them. */
const ofShips = {
  hold: ({ id }: Self) => (id === 'f2' ? null : holdOf(number(id))),
  decks: ({ id }: Self) => [holdOf(number(id)), ...(id === 'f1' ? [null] : []), holdOf(7)],
  load: ({ id }: Self) => ({ weight: id === 'f3' ? null : number(id), box: { size: number(id) * 3 } }),
  pilot: ({ id }: Self, { rank }: { rank: number }) =>
    id === 'f3' ? null : { name: `pilot ${rank} of ${id}` },
  mast: ({ id }: Self, { of }: { of: number }) => holdOf(number(id) + of),
  flag: ({ id }: Self) => ({ colour: `colour of ${id}` }),
  tow: ({ id }: Self) => (id === 'f1' ? null : ship(id.startsWith('f') ? `t${number(id)}` : 'f2')),
  berth: ({ id }: Self) => ({ id: `b of ${id}` }),
} satisfies Resolvers;
const [knot, speed] = [({ id }: Self) => number(id), ({ id }: Self) => `${number(id)} knots`];

type Hold = ReturnType<typeof holdOf>;
type Load = ReturnType<typeof ofShips.load>;
const texts = {
  held: (hold: Partial<Hold> | null) => `holds ${hold?.wide}`,
  space: (hold: Partial<Hold> | null) => `space ${hold?.wide} ${hold?.high}`,
  stacked: (decks: readonly (Partial<Hold> | null)[]) => `stacked ${decks.map((deck) => deck?.wide)}`,
  weighed: (load: Partial<Load>) => `weighs ${load.weight} ${load.box?.size}`,
  led: (pilot: { readonly name: string } | null) => `led by ${pilot?.name}`,
  rigged: (mast: Partial<Hold>) => `rigged ${mast.wide} ${mast.high}`,
  shown: (flag: { readonly colour: string }) => `shows ${flag.colour}`,
  run: (pace: number | string) => `runs ${pace}`,
};

const ferries: Resolvers = {
  ...ofShips,
  pace: knot,
  held: (self: Self) => texts.held(ofShips.hold(self)),
  stacked: (self: Self) => texts.stacked(ofShips.decks(self)),
  weighed: (self: Self) => texts.weighed(ofShips.load(self)),
  led: (self: Self) => texts.led(ofShips.pilot(self, { rank: 1 })),
  rigged: (self: Self) => texts.rigged(ofShips.mast(self, { of: 2 })),
  shown: (self: Self) => texts.shown(ofShips.flag(self)),
  run: (self: Self) => texts.run(knot(self)),
};
const tugs: Resolvers = {
  ...ofShips,
  pace: speed,
  space: (self: Self) => texts.space(ofShips.hold(self)),
  stacked: (self: Self) => texts.stacked(ofShips.decks(self)),
  weighed: (self: Self) => texts.weighed(ofShips.load(self)),
  led: (self: Self) => texts.led(ofShips.pilot(self, { rank: 1 })),
  rigged: (self: Self) => texts.rigged(ofShips.mast(self, { of: 2 })),
  shown: (self: Self) => texts.shown(ofShips.flag(self)),
  run: (self: Self) => texts.run(speed(self)),
  tariff: ({ id }: Self) => number(id) + 100,
};

const pick = (all: Resolvers, ...names: readonly string[]): Resolvers =>
  Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name))) as Resolvers;
const reference = { __resolveReference: (told: object) => told };

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires"])\n`;
const shared = 'type Flag @shareable { colour: String } type Berth @shareable { id: ID! }';
const values =
  'type Hold { wide: Int high: Int } type Cargo { weight: Int box: Box } type Box { size: Int } type Rope { weight: Int! box: Crate! } type Crate { size: Int! }';

export const harbourParts: readonly LibraryPart[] = [
  {
    name: 'quay',
    sdl: `${link}${shared}${values}
      type Query { ships: [Ship!]! moored: [Moored!]! first: Ship }
      union Moored = Ferry | Tug
      interface Ship { id: ID! hold: Hold flag: Flag mast(of: Int! = 1): Hold }
      type Ferry implements Ship @key(fields: "id") { id: ID! hold: Hold decks: [Hold] load: Cargo pace: Int mast(of: Int! = 1): Hold flag: Flag @shareable tow: Tug berth: Berth }
      type Tug implements Ship @key(fields: "id") @key(fields: "berth { id }") { id: ID! hold: Hold! decks: [Hold!]! load: Rope! pace: String! mast(of: Int! = 1): Hold! flag: Flag! @shareable tow: Ferry! berth: Berth! }`,
    resolvers: {
      Query: pick(query, 'ships', 'moored', 'first'),
      Ferry: {
        ...reference,
        ...pick(ferries, 'hold', 'decks', 'load', 'pace', 'mast', 'flag', 'tow', 'berth'),
      },
      Tug: { ...reference, ...pick(tugs, 'hold', 'decks', 'load', 'pace', 'mast', 'flag', 'tow', 'berth') },
    },
  },
  {
    name: 'office',
    sdl: `${link}
      type Flag @external { colour: String }
      type Hold @external { wide: Int high: Int } type Cargo @external { weight: Int box: Box } type Box @external { size: Int }
      type Rope @external { weight: Int! box: Crate! } type Crate @external { size: Int! }
      type Pilot @external { name: String! }
      type Ferry @key(fields: "id") { id: ID! hold: Hold @external decks: [Hold] @external load: Cargo @external pace: Int @external mast(of: Int! = 1): Hold @external flag: Flag @external pilot(rank: Int! = 1): Pilot @external
        held: String @requires(fields: "hold { wide }") stacked: String @requires(fields: "decks { wide }")
        weighed: String @requires(fields: "load { weight box { size } }") run: String @requires(fields: "pace")
        led: String @requires(fields: "pilot(rank: 1) { name }") shown: String @requires(fields: "flag { colour }") rigged: String @requires(fields: "mast(of: 2) { wide high }") }
      type Tug @key(fields: "id") { id: ID! hold: Hold! @external decks: [Hold!]! @external load: Rope! @external pace: String! @external mast(of: Int! = 1): Hold! @external flag: Flag @external pilot(rank: Int! = 1): Pilot! @external
        space: String @requires(fields: "hold { wide high }") stacked: String @requires(fields: "decks { wide }")
        weighed: String @requires(fields: "load { weight box { size } }") run: String @requires(fields: "pace")
        led: String @requires(fields: "pilot(rank: 1) { name }") shown: String @requires(fields: "flag { colour }") rigged: String @requires(fields: "mast(of: 2) { wide high }") }`,
    resolvers: {
      Ferry: {
        ...reference,
        held: ({ hold }: { hold: Hold | null }) => texts.held(hold),
        stacked: ({ decks }: { decks: readonly Hold[] }) => texts.stacked(decks),
        weighed: ({ load }: { load: Load }) => texts.weighed(load),
        led: ({ pilot }: { pilot: { name: string } | null }) => texts.led(pilot),
        rigged: ({ mast }: { mast: Hold }) => texts.rigged(mast),
        shown: ({ flag }: { flag: { colour: string } }) => texts.shown(flag),
        run: ({ pace }: { pace: number }) => texts.run(pace),
      },
      Tug: {
        ...reference,
        space: ({ hold }: { hold: Hold }) => texts.space(hold),
        stacked: ({ decks }: { decks: readonly Hold[] }) => texts.stacked(decks),
        weighed: ({ load }: { load: Load }) => texts.weighed(load),
        led: ({ pilot }: { pilot: { name: string } | null }) => texts.led(pilot),
        rigged: ({ mast }: { mast: Hold }) => texts.rigged(mast),
        shown: ({ flag }: { flag: { colour: string } }) => texts.shown(flag),
        run: ({ pace }: { pace: string }) => texts.run(pace),
      },
    },
  },
  {
    name: 'yard',
    sdl: `${link}
      type Query { repaired: [Repaired!]! }
      union Repaired = Ferry | Tug
      type Flag @shareable { colour: String }
      type Pilot { name: String! }
      type Ferry @key(fields: "id") { id: ID! pilot(rank: Int! = 1): Pilot }
      type Tug @key(fields: "id") { id: ID! pilot(rank: Int! = 1): Pilot! flag: Flag @shareable }`,
    resolvers: {
      Query: pick(query, 'repaired'),
      Ferry: { ...reference, ...pick(ferries, 'pilot') },
      Tug: { ...reference, ...pick(tugs, 'pilot', 'flag') },
    },
  },
  {
    name: 'rates',
    sdl: `${link} type Berth @shareable { id: ID! } type Tug @key(fields: "berth { id }") { berth: Berth! tariff: Int }`,
    resolvers: {
      Tug: { ...reference, tariff: ({ berth }: { berth: Self }) => number(berth.id.slice(5)) + 100 },
    },
  },
];

const requiring = 'stacked: String weighed: String run: String led: String shown: String rigged: String';
export const wholeHarbour: LibraryPart = {
  name: 'whole',
  sdl: `${shared.replaceAll('@shareable', '')}${values} type Pilot { name: String! }
    type Query { ships: [Ship!]! moored: [Moored!]! first: Ship repaired: [Repaired!]! }
    union Moored = Ferry | Tug
    union Repaired = Ferry | Tug
    interface Ship { id: ID! hold: Hold flag: Flag mast(of: Int! = 1): Hold }
    type Ferry implements Ship { id: ID! hold: Hold decks: [Hold] load: Cargo pace: Int mast(of: Int! = 1): Hold flag: Flag tow: Tug berth: Berth pilot(rank: Int! = 1): Pilot held: String ${requiring} }
    type Tug implements Ship { id: ID! hold: Hold! decks: [Hold!]! load: Rope! pace: String! mast(of: Int! = 1): Hold! flag: Flag tow: Ferry! berth: Berth! pilot(rank: Int! = 1): Pilot! space: String tariff: Int ${requiring} }`,
  resolvers: { Query: query, Ferry: ferries, Tug: tugs },
};

export const harbourWords: Words = {
  depth: 4,
  given: {
    pilot: ['pilot', 'pilot_2: pilot(rank: 2)'],
    mast: ['mast', 'mast_3: mast(of: 3)'],
  },
  document: (selection) => `query ($yes: Boolean!) { ...Uses ${selection.slice(1)}
      fragment Uses on Query { uses: first @include(if: $yes) { id } }`,
  variables: fc.record({ yes: fc.boolean() }),
};
