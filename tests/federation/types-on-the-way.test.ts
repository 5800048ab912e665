import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@external", "@shareable"])\ndirective @up on FIELD\n';

interface Self {
  readonly __typename?: string;
  readonly id: string;
  readonly size?: number;
}
const reference = { __resolveReference: (told: object) => told };
const next = ({ id }: Self): Self => ({ id: `${id}+` });
const product = { __resolveType: ({ __typename = 'Book' }: Self) => __typename };

/** What follows on a book is a book in one subgraph, and any product in the other. */
const shelves: readonly SubgraphSource[] = [
  {
    name: 'shelf',
    sdl: `${link}type Query { books: [Book!]! products: [Product!]! } interface Product { next: Product }
      type Book implements Product @key(fields: "id") { id: ID! size: Int next: Product @shareable }
      type Film implements Product @key(fields: "id") { id: ID! next: Product }`,
    resolvers: {
      Query: {
        books: () => [{ id: 'b' }],
        products: () => [{ id: 'b' }, { id: 'f', __typename: 'Film' }],
      },
      Product: product,
      Book: { ...reference, next, size: () => 7 },
      Film: { ...reference, next },
    },
  },
  {
    name: 'covers',
    sdl: `${link}interface Product { next: Product }
      type Book implements Product @key(fields: "id") {
        id: ID! size: Int @external next: Book @shareable cover: Cover weight: String @requires(fields: "size")
      }
      type Cover { colour: String }`,
    resolvers: {
      Product: product,
      Book: {
        ...reference,
        next,
        cover: ({ id }: Self) => ({ colour: `red ${id}` }),
        weight: ({ size }: Self) => `weight(${size})`,
      },
    },
  },
];
const cover = (of: string): object => ({ cover: { colour: `red ${of}` } });
const weight = 'weight(7)';

describe.each(['apollo', 'hive'] as const)(
  'what is below a field of a narrower type, planned by %s',
  (planner) => {
    const { ask } = federated(shelves, {}, planner);

    it.each([
      '{ books { id next { ... on Book { cover { colour } } } } }',
      '{ books { id @up next { ... on Book { cover { colour } } } } }',
    ])('is asked for: %s', async (query) => {
      expect(await ask(query)).toEqual({ data: { books: [{ id: 'b', next: cover('b+') }] } });
    });

    it('is asked of each object as the fragments around it say', async () => {
      const query = `{ products {
      ... on Book { next @up { ... on Book { weight } } } ... on Film { next { ... on Book { cover { colour } } } }
    } }`;
      expect(await ask(query)).toEqual({ data: { products: [{ next: { weight } }, { next: cover('f+') }] } });
    });

    it('is refused where only the types on the way would tell what an object needs', async () => {
      const query = `{ products {
      next { ... on Book { id @up } }
      ... on Book { next { ... on Book { weight cover { colour } } } }
      ... on Film { next { ... on Book { cover { colour } } } }
    } }`;
      await expect(ask(query)).rejects.toMatchObject({ code: 'OPERATION_NOT_PLANNED' });
    });
  },
);
