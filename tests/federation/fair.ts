import fc from 'fast-check';
import type { LibraryPart } from './library.ts';
import type { Words } from './operation-generator.ts';

/**
 * A fair in two forms, as the library: what is asked of one type beside others, on two ways to one place, behind interface objects that come from one another,
 * where fields require others in several ways, fail for some types, or may be null in the graph and not in their subgraph.
 */
interface Self {
  readonly __typename?: string;
  readonly id: string;
}
type Resolvers = Record<string, (self: never, args: never) => unknown>;

const number = (id: string): number => Number(id.slice(1));
const ware = (id: string): Self =>
  ({ t: { __typename: 'Toy', id }, b: { __typename: 'Book', id }, m: { __typename: 'Map', id } })[
    id[0] ?? ''
  ] ?? { id };
const wares = (...ids: readonly string[]) => ids.map(ware);
const byNumber = (kind: string, n: number): Self => ware(`${kind}${n % 4}`);
const unless = <Value>(isFailing: boolean, value: Value): Value => {
  if (isFailing) throw new Error('it cannot be told');
  return value;
};

interface Dims {
  readonly wide: number;
  readonly high: number;
}
const dimsOf = ({ id }: Self) => ({ wide: number(id), high: id.length * 5, deep: 9 });
const titleOf = ({ id }: Self): string => `title of ${id}`;
const priceOf = ({ id }: Self, { currency }: { currency: string }): number =>
  number(id) * 10 + ['USD', 'GBP', 'EUR'].indexOf(currency);
const weightOf = ({ id }: Self): number | null => (id === 't3' ? null : number(id) * 2);
/** What the shop has of toys, and not of all others. */
const isOther = ({ id }: Self): boolean => id.startsWith('b') || id === 'm2';
const boxText = ({ wide, high }: Dims): string => `box of ${wide} ${high}`;
const tallText = (title: string, { high }: Pick<Dims, 'high'>): string => `${title}, ${high} high`;

const ofAll = {
  title: titleOf,
  dims: dimsOf,
  related: ({ id }: Self) => [
    byNumber('t', number(id) + 1),
    byNumber('b', number(id)),
    byNumber('m', number(id) + 2),
  ],
  next: ({ id }: Self) => (id === 'b3' ? null : byNumber(id.startsWith('t') ? 'b' : 't', number(id) + 1)),
  stars: (self: Self) => unless(isOther(self), number(self.id)),
  age: (self: Self, { plus }: { plus: number }) => unless(isOther(self), number(self.id) + plus),
  near: ({ id }: Self) => [[byNumber('t', number(id))], [byNumber('m', number(id) + 1), byNumber('b', 3)]],
  box: (self: Self) => boxText(dimsOf(self)),
  flat: (self: Self) => `flat of ${dimsOf(self).wide}`,
  label: (self: Self) => unless(isOther(self), `label of ${titleOf(self)}`),
  tall: (self: Self) => tallText(titleOf(self), dimsOf(self)),
  keeper: ({ id }: Self) => ({ id: `k${number(id)}`, name: `keeper of ${id}` }),
} satisfies Resolvers;

const ofToys = {
  price: priceOf,
  weight: weightOf,
  pounds: (self: Self) => `${priceOf(self, { currency: 'GBP' })} for ${weightOf(self)}`,
  euros: (self: Self) => `${priceOf(self, { currency: 'EUR' })}`,
  heavy: (self: Self) => `heavy ${weightOf(self)}`,
  parts: ({ id }: Self) => unless(id === 't2', number(id) + 1),
  colour: ({ id }: Self) => unless(id === 't0', `red ${id}`),
} satisfies Resolvers;

const query = {
  all: () => wares('t1', 'b1', 'm1', 't3'),
  first: () => ware('t2'),
  packed: () => wares('t2', 'b2', 'm3'),
  wanted: () => wares('m2', 't0', 'b3'),
} satisfies Resolvers;

const pick = (all: Resolvers, ...names: readonly string[]): Resolvers =>
  Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name))) as Resolvers;
const reference = { __resolveReference: (representation: object) => representation };
/** Subgraphs that have an object instead of the interface do not know of which type theirs are. */
const unknown = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(unknown) : { id: (value as Self).id };

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@interfaceObject"])\n`;
const values = 'enum Currency { USD GBP EUR } type Dims { wide: Int high: Int deep: Int }';
const common = 'id: ID! title: String! dims: Dims related: [Ware!]! next: Ware';
const price = 'price(currency: Currency! = USD): Int weight: Int';

export const fairParts: readonly LibraryPart[] = [
  {
    name: 'catalogue',
    sdl: `${link}${values}
      type Query { all: [Ware!]! first: Ware }
      interface Ware @key(fields: "id") { ${common} }
      type Toy implements Ware @key(fields: "id") { ${common} ${price} }
      type Book implements Ware @key(fields: "id") { ${common} pages: Int! }
      type Map implements Ware @key(fields: "id") { ${common} }`,
    resolvers: {
      Query: pick(query, 'all', 'first'),
      Ware: { __resolveReference: ({ id }: Self) => ware(id) },
      Toy: {
        ...reference,
        ...pick(ofAll, 'title', 'dims', 'related', 'next'),
        ...pick(ofToys, 'price', 'weight'),
      },
      Book: { ...reference, ...pick(ofAll, 'title', 'dims', 'related', 'next'), pages: () => 100 },
      Map: { ...reference, ...pick(ofAll, 'title', 'dims', 'related', 'next') },
    },
  },
  {
    name: 'inventory',
    sdl: `${link} enum Currency { USD GBP EUR }
      type Toy @key(fields: "id") { id: ID! price(currency: Currency! = USD): Int @external weight: Int @external
        pounds: String @requires(fields: "price(currency: GBP) weight") euros: String @requires(fields: "price(currency: EUR)") heavy: String @requires(fields: "weight") }`,
    resolvers: {
      Toy: {
        ...reference,
        pounds: ({ price: known, weight }: { price: number; weight: number | null }) =>
          `${known} for ${weight}`,
        euros: ({ price: known }: { price: number }) => `${known}`,
        heavy: ({ weight }: { weight: number | null }) => `heavy ${weight}`,
      },
    },
  },
  {
    name: 'shop',
    sdl: `${link}
      type Query { packed: [Ware!]! }
      type Dims @external { wide: Int high: Int }
      type Ware @interfaceObject @key(fields: "id") { id: ID! stars: Int! age(plus: Int! = 1): Int near: [[Ware!]!]!
        title: String! @external dims: Dims @external
        box: String @requires(fields: "dims { wide high }") flat: String @requires(fields: "dims { wide }") label: String! @requires(fields: "title") }`,
    resolvers: {
      Query: { packed: () => unknown(query.packed()) },
      Ware: {
        ...reference,
        ...pick(ofAll, 'stars', 'age'),
        near: (self: Self) => unknown(ofAll.near(self)),
        box: ({ dims }: { dims: Dims }) => boxText(dims),
        flat: ({ dims }: { dims: Dims }) => `flat of ${dims.wide}`,
        label: (self: Self & { title: string }) => unless(isOther(self), `label of ${self.title}`),
      },
    },
  },
  {
    name: 'people',
    sdl: `${link}
      type Query { wanted: [Ware!]! }
      type Dims @external { high: Int }
      type Keeper { id: ID! name: String! }
      type Ware @interfaceObject @key(fields: "id") { id: ID! keeper: Keeper!
        title: String! @external dims: Dims @external tall: String @requires(fields: "title dims { high }") }`,
    resolvers: {
      Query: { wanted: () => unknown(query.wanted()) },
      Ware: {
        ...reference,
        ...pick(ofAll, 'keeper'),
        tall: ({ title, dims }: { title: string; dims: Dims }) => tallText(title, dims),
      },
    },
  },
  {
    name: 'workshop',
    sdl: `${link} type Toy @key(fields: "id") { id: ID! parts: Int! @shareable colour: String }`,
    resolvers: { Toy: { ...reference, ...pick(ofToys, 'parts', 'colour') } },
  },
  {
    name: 'archive',
    sdl: `${link} type Toy @key(fields: "id") { id: ID! parts: Int @shareable }`,
    resolvers: { Toy: { ...reference, ...pick(ofToys, 'parts') } },
  },
];

const whole = `${common} stars: Int! age(plus: Int! = 1): Int near: [[Ware!]!]! box: String flat: String label: String! keeper: Keeper! tall: String`;
export const wholeFair: LibraryPart = {
  name: 'whole',
  sdl: `${values}
    type Query { all: [Ware!]! first: Ware packed: [Ware!]! wanted: [Ware!]! }
    type Keeper { id: ID! name: String! }
    interface Ware { ${whole} }
    type Toy implements Ware { ${whole} ${price} pounds: String euros: String heavy: String parts: Int colour: String }
    type Book implements Ware { ${whole} pages: Int! }
    type Map implements Ware { ${whole} }`,
  resolvers: {
    Query: query,
    Toy: { ...ofAll, ...ofToys },
    Book: { ...ofAll, pages: () => 100 },
    Map: ofAll,
  },
};

export const fairWords: Words = {
  // Ways between interface objects multiply at every level, and Apollo's planner weighs them all.
  depth: 3,
  given: {
    price: ['price', 'price_eur: price(currency: EUR)', 'price_of: price(currency: $currency)'],
    age: ['age', 'age_5: age(plus: 5)'],
  },
  document: (selection) =>
    `query ($yes: Boolean!, $currency: Currency! = GBP) { ...Uses ${selection.slice(1)}
      fragment Uses on Query { uses: first @include(if: $yes) { id ... on Toy { price(currency: $currency) } } }`,
  variables: fc.record(
    { yes: fc.boolean(), currency: fc.constantFrom('EUR', 'USD') },
    { requiredKeys: ['yes'] },
  ),
};
