import fc from 'fast-check';
import type { LibraryPart } from './library.ts';
import type { Words } from './operation-generator.ts';

/**
 * An archive in two forms, as the library: of arguments with defaults (enums, scalars of its own, lists, objects), one field that is required with several
 * literals, and fields that fail, some where there may be a null and some where what is around them is null with them.
 */
interface Self {
  readonly id: string;
}
type Resolvers = Record<string, (self: never, args: never) => unknown>;

const number = (id: string): number => Number(id.slice(1));
const paper = (n: number) => ({ __typename: 'Paper', id: `p${n % 5}` });
const map = (n: number) => ({ __typename: 'Map', id: `m${n % 4}` });
const writer = (n: number) => ({ __typename: 'Writer', id: `w${n % 3}` });
const told = (what: string, { id }: Self, args: object): string =>
  `${what} of ${id} ${Object.entries(args)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .toSorted()
    .join()}`;
/** Fails for one of so many. */
const unless = <Value>(isFailing: boolean, value: Value): Value => {
  if (isFailing) throw new Error('it is lost');
  return value;
};
const weightOf = ({ id }: Self, { unit, plus }: { unit: string; plus: readonly number[] }): number =>
  number(id) * (unit === 'GRAMS' ? 100 : 7) + plus.reduce((sum, each) => sum + each, 0);
const sizeOf = ({ id }: Self, { of }: { of?: { wide: number; high: number } | null }): number | null =>
  of === null || of === undefined ? null : number(id) + of.wide * of.high;

const fields = {
  Query: {
    papers: () => [paper(1), paper(2), paper(3)],
    paper: (_: unknown, { id }: { id: string }) => (id === 'none' ? null : paper(number(id))),
    items: (_: unknown, { kinds }: { kinds?: readonly string[] | null }) =>
      kinds?.map((kind, at) => (kind === 'PAPER' ? paper(at + 2) : map(at + 1))) ?? null,
    rows: () => [[paper(1), map(2), null], null, [map(3), paper(4)]],
    drawer: () => ({ n: 1 }),
    writers: () => [writer(1), null, writer(2)],
  },
  Drawer: {
    best: () => paper(3),
    worst: () => map(1),
    all: () => [[paper(4), map(0)], [map(3)]],
  },
  Paper: {
    label: (self: Self, args: object) => unless(self.id === 'p4', told('label', self, args)),
    made: (self: Self, { day }: { day: string | null }) => unless(self.id === 'p2', `${day} ${self.id}`),
    pages: ({ id }: Self, { from, to }: { from: number; to?: number | null }) =>
      to === null || to === undefined ? null : [from, null, to + number(id)],
    near: ({ id }: Self) => [[map(number(id)), paper(number(id) + 1)], null, [paper(number(id) + 3)]],
    weight: weightOf,
    size: sizeOf,
    writer: ({ id }: Self) => (id === 'p1' ? null : writer(number(id))),
    stamp: (self: Self) => `stamp ${weightOf(self, { unit: 'OUNCES', plus: [1, 2] })}`,
    tax: (self: Self, { rate }: { rate: number }) =>
      `${rate} on ${weightOf(self, { unit: 'GRAMS', plus: [3] })}`,
    box: (self: Self) => `box ${sizeOf(self, { of: { wide: 5, high: 3 } })}`,
    dated: (self: Self, args: object) => unless(self.id === 'p3', told('dated', self, args)),
  },
  Map: {
    label: (self: Self, args: object) => told('label', self, args),
    made: (self: Self, { day }: { day: string | null }) => `${day} ${self.id}`,
    scale: (self: Self) => unless(self.id === 'm3', number(self.id) / 2),
    sheet: ({ id }: Self) => [[paper(number(id))], [paper(number(id) + 1), paper(number(id) + 2)]],
    toll: (self: Self, { kind }: { kind: string }) => unless(self.id === 'm1', number(self.id) + kind.length),
  },
  Writer: {
    name: ({ id }: Self) => `name of ${id}`,
    papers: ({ id }: Self) => [paper(number(id)), paper(number(id) + 2)],
    mood: ({ id }: Self, { of }: { of: readonly string[] | null }) => of?.[number(id) % of.length] ?? null,
  },
} satisfies Record<string, Resolvers>;

const pick = (type: keyof typeof fields, ...names: readonly string[]): Resolvers =>
  Object.fromEntries(
    Object.entries(fields[type] as Resolvers).filter(([name]) => names.includes(name)),
  ) as Resolvers;
const reference = { __resolveReference: (representation: object) => representation };
const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@provides", "@shareable"])\n`;
const values =
  'scalar Day enum Unit { GRAMS OUNCES } enum Lang { EN NO } enum Kind { PAPER MAP } input Box { wide: Int! = 1 high: Int = 3 }';
const weight = 'weight(unit: Unit! = GRAMS, plus: [Int!]! = [1, 2]): Int size(of: Box = { wide: 2 }): Int';
const common = 'id: ID! label(lang: Lang = EN): String! made(day: Day = "2000-01-01"): Day';
const ofPaper = 'pages(from: Int! = 1, to: Int = 9): [Int] near: [[Item!]]';
const ofPost = `stamp: String tax(rate: Float! = 0.5): String box: String dated(day: Day = "1999-12-31", unit: Unit = OUNCES): String`;

export const archiveParts: readonly LibraryPart[] = [
  {
    name: 'stacks',
    sdl: `${link}${values}
      type Query { papers: [Paper!]! paper(id: ID! = "p1"): Paper items(kinds: [Kind!] = [PAPER, MAP]): [Item!] rows: [[Item]] drawer: Drawer }
      interface Item { ${common} }
      type Drawer { best: Item worst: Item! all: [[Item!]!] }
      type Paper implements Item @key(fields: "id") { ${common} ${ofPaper} ${weight} writer: Writer @provides(fields: "name") }
      type Map implements Item @key(fields: "id") { ${common} scale: Float! sheet: [[Paper!]!] }
      type Writer @key(fields: "id") { id: ID! name: String! @external }`,
    resolvers: {
      Query: pick('Query', 'papers', 'paper', 'items', 'rows', 'drawer'),
      Drawer: fields.Drawer,
      Paper: {
        ...reference,
        ...pick('Paper', 'label', 'made', 'pages', 'near', 'weight', 'size', 'writer'),
      },
      Map: { ...reference, ...pick('Map', 'label', 'made', 'scale', 'sheet') },
      Writer: { ...reference, ...pick('Writer', 'name') },
    },
  },
  {
    name: 'post',
    sdl: `${link}${values}
      type Paper @key(fields: "id") { id: ID! ${weight.replaceAll('): Int', '): Int @external')}
        stamp: String @requires(fields: "weight(unit: OUNCES)")
        tax(rate: Float! = 0.5): String @requires(fields: "weight(unit: GRAMS, plus: [3])")
        box: String @requires(fields: "size(of: { wide: 5 })")
        dated(day: Day = "1999-12-31", unit: Unit = OUNCES): String }
      type Map @key(fields: "id") { id: ID! toll(kind: Kind! = MAP): Int! }`,
    resolvers: {
      Paper: {
        ...reference,
        stamp: ({ weight: known }: { weight: number }) => `stamp ${known}`,
        tax: ({ weight: known }: { weight: number }, { rate }: { rate: number }) => `${rate} on ${known}`,
        box: ({ size }: { size: number }) => `box ${size}`,
        dated: fields.Paper.dated,
      },
      Map: { ...reference, toll: fields.Map.toll },
    },
  },
  {
    name: 'people',
    sdl: `${link}
      type Query { writers: [Writer]! }
      enum Mood { GLAD CROSS }
      type Writer @key(fields: "id") { id: ID! name: String! @shareable papers: [Paper!]! mood(of: [Mood!] = [GLAD, CROSS]): Mood }
      type Paper @key(fields: "id", resolvable: false) { id: ID! }`,
    resolvers: { Query: pick('Query', 'writers'), Writer: { ...reference, ...fields.Writer } },
  },
];

export const wholeArchive: LibraryPart = {
  name: 'whole',
  sdl: `${values} enum Mood { GLAD CROSS }
    type Query { papers: [Paper!]! paper(id: ID! = "p1"): Paper items(kinds: [Kind!] = [PAPER, MAP]): [Item!] rows: [[Item]] drawer: Drawer writers: [Writer]! }
    interface Item { ${common} }
    type Drawer { best: Item worst: Item! all: [[Item!]!] }
    type Paper implements Item { ${common} ${ofPaper} ${weight} writer: Writer ${ofPost} }
    type Map implements Item { ${common} scale: Float! sheet: [[Paper!]!] toll(kind: Kind! = MAP): Int! }
    type Writer { id: ID! name: String! papers: [Paper!]! mood(of: [Mood!] = [GLAD, CROSS]): Mood }`,
  resolvers: fields,
};

export const archiveWords: Words = {
  depth: 4,
  given: {
    paper: ['paper', 'paper_none: paper(id: "none")', 'paper_id: paper(id: $id)'],
    items: ['items', 'items_of: items(kinds: $kinds)', 'items_map: items(kinds: [MAP, PAPER, MAP])'],
    label: ['label', 'label_no: label(lang: NO)', 'label_null: label(lang: null)'],
    made: ['made', 'made_day: made(day: $day)', 'made_on: made(day: "2024-02-29")'],
    pages: ['pages', 'pages_3: pages(from: 3)', 'pages_null: pages(to: null)'],
    weight: [
      'weight',
      'weight__1: weight(unit: OUNCES)',
      'weight_unit: weight(unit: $unit)',
      'weight_of: weight(plus: [3] unit: GRAMS)',
    ],
    size: ['size', 'size_of: size(of: { high: 2, wide: 5 })', 'size_null: size(of: null)'],
    tax: ['tax', 'weight__2: tax(rate: 1.50)'],
    dated: ['dated', 'dated_day: dated(day: $day unit: $unit)', 'dated_null: dated(unit: null)'],
    toll: ['toll', 'toll_paper: toll(kind: PAPER)'],
    mood: ['mood', 'mood_cross: mood(of: [CROSS])', 'mood_null: mood(of: null)'],
  },
  document: (selection) =>
    `query ($yes: Boolean!, $id: ID! = "p3", $kinds: [Kind!] = [MAP], $day: Day = "1970-01-01", $unit: Unit! = GRAMS) { ...Uses ${selection.slice(1)}
      fragment Uses on Query { uses: paper(id: $id) @include(if: $yes) { id made(day: $day) weight(unit: $unit) } used: items(kinds: $kinds) @skip(if: $yes) { id } }`,
  variables: fc.record(
    {
      yes: fc.boolean(),
      id: fc.constantFrom('p0', 'p2', 'p4', 'none'),
      kinds: fc.constantFrom(['PAPER'], ['MAP', 'PAPER'], [], null),
      day: fc.constantFrom('2011-11-11', null),
      unit: fc.constantFrom('GRAMS', 'OUNCES'),
    },
    { requiredKeys: ['yes'] },
  ),
};
