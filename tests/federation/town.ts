import fc from 'fast-check';
import type { LibraryPart } from './library.ts';
import type { Words } from './operation-generator.ts';

/**
 * A town in two forms, as the library, of what native planners plan themselves: no interface objects, no arguments from context. It is made of lists of lists,
 * and its fields require each other in chains, from whichever subgraph an object comes.
 */
interface Self {
  readonly id: string;
}
type Resolvers = Record<string, (self: never, args: never) => unknown>;

const number = (id: string): number => Number(id.slice(1));
const plot = (n: number) => ({ __typename: 'Plot', id: `p${n % 5}` });
const pond = (n: number) => ({ __typename: 'Pond', id: `w${n % 3}` });
const owner = (n: number) => ({ __typename: 'Owner', id: `o${n % 4}` });

const sizeOf = (id: string) => (number(id) === 4 ? null : number(id) * 100);
const priceOf = (size: number | null) => (size === null ? null : size * 3);
const depositOf = (price: number | null, size: number | null) => `${price} for ${size}`;
const taxOf = (deposit: string) => `tax on ${deposit}`;

const fields = {
  Query: {
    rows: () => [[plot(1), null, plot(2)], [], null, [plot(4)]],
    sold: () => [[plot(3)], [plot(1), plot(4)]],
    taxed: () => [plot(2), plot(4)],
    spots: () => [
      [plot(1), pond(1)],
      [pond(2), null],
    ],
    owners: () => [owner(1), owner(2), owner(3)],
  },
  Plot: {
    name: ({ id }: Self) => `name of ${id}`,
    size: ({ id }: Self) => sizeOf(id),
    near: ({ id }: Self) => [[plot(number(id) + 1)], [null, plot(number(id) + 3)]],
    grounds: ({ id }: Self) => [[pond(number(id)), plot(number(id))], null],
    owner: ({ id }: Self) => (number(id) === 0 ? null : owner(number(id))),
  },
  Pond: {
    name: ({ id }: Self) => {
      if (id === 'w2') throw new Error('nobody named it');
      return `name of ${id}`;
    },
    depth: ({ id }: Self) => number(id) + 1,
  },
  Owner: {
    name: ({ id }: Self) => `name of ${id}`,
    plots: ({ id }: Self) => [[[plot(number(id))], []], [[plot(number(id) + 2), plot(0)]]],
  },
} satisfies Record<string, Resolvers>;

const reference = { __resolveReference: (told: object) => told };
const { rows, sold, taxed, spots, owners } = fields.Query;
const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@provides", "@shareable"])\n`;

export const townParts: readonly LibraryPart[] = [
  {
    name: 'map',
    sdl: `${link}
      type Query { rows: [[Plot]] spots: [[Spot]!]! }
      interface Spot { id: ID! name: String }
      type Plot implements Spot @key(fields: "id") { id: ID! name: String size: Int near: [[Plot]!]!
        price: Int @external deposit: String! @requires(fields: "price") }
      type Pond implements Spot @key(fields: "id") { id: ID! name: String }`,
    resolvers: {
      Query: { rows, spots },
      Plot: {
        ...reference,
        name: fields.Plot.name,
        size: fields.Plot.size,
        near: fields.Plot.near,
        deposit: ({ id, price }: { id: string; price: number | null }) => depositOf(price, sizeOf(id)),
      },
      Pond: { ...reference, name: fields.Pond.name },
    },
  },
  {
    name: 'office',
    sdl: `${link}
      type Query { sold: [[Plot!]!] }
      union Ground = Plot | Pond
      type Plot @key(fields: "id") { id: ID! size: Int @external price: Int @requires(fields: "size") grounds: [[Ground!]] owner: Owner @provides(fields: "name") }
      type Pond @key(fields: "id") { id: ID! depth: Int! }
      type Owner @key(fields: "id") { id: ID! name: String! @external }`,
    resolvers: {
      Query: { sold },
      Plot: {
        ...reference,
        price: ({ size }: { size: number | null }) => priceOf(size),
        grounds: fields.Plot.grounds,
        owner: fields.Plot.owner,
      },
      Pond: { ...reference, depth: fields.Pond.depth },
      Owner: { ...reference, name: fields.Owner.name },
    },
  },
  {
    name: 'people',
    sdl: `${link}
      type Query { owners: [Owner!]! taxed: [Plot!]! }
      type Owner @key(fields: "id") { id: ID! name: String! @shareable plots: [[[Plot!]!]]! }
      type Plot @key(fields: "id") { id: ID! deposit: String! @external tax: String @requires(fields: "deposit") }`,
    resolvers: {
      Query: { owners, taxed },
      Owner: { ...reference, ...fields.Owner },
      Plot: { ...reference, tax: ({ deposit }: { deposit: string }) => taxOf(deposit) },
    },
  },
];

const depositFor = ({ id }: Self): string => depositOf(priceOf(sizeOf(id)), sizeOf(id));

export const wholeTown: LibraryPart = {
  name: 'whole',
  sdl: `
    type Query { rows: [[Plot]] spots: [[Spot]!]! sold: [[Plot!]!] owners: [Owner!]! taxed: [Plot!]! }
    interface Spot { id: ID! name: String }
    union Ground = Plot | Pond
    type Plot implements Spot { id: ID! name: String size: Int near: [[Plot]!]! price: Int deposit: String! tax: String grounds: [[Ground!]] owner: Owner }
    type Pond implements Spot { id: ID! name: String depth: Int! }
    type Owner { id: ID! name: String! plots: [[[Plot!]!]]! }`,
  resolvers: {
    ...fields,
    Plot: {
      ...fields.Plot,
      price: ({ id }: Self) => priceOf(sizeOf(id)),
      deposit: depositFor,
      tax: (self: Self) => taxOf(depositFor(self)),
    },
  },
};

export const townWords: Words = {
  depth: 4,
  given: {},
  document: (selection) => `query ($yes: Boolean!) { ...Uses ${selection.slice(1)}
    fragment Uses on Query { uses: __typename @include(if: $yes) }`,
  variables: fc.record({ yes: fc.boolean() }),
};
