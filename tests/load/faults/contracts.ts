const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

export type SubgraphName = 'catalogue' | 'prices' | 'reviews';

interface Contract {
  readonly sdl: string;
  readonly resolvers: object;
}

const numbered = (id: string): number => Number(id.slice(1));
const reference = (product: object): object => product;

/** Three subgraphs of one shop. */
export const contracts: Readonly<Record<SubgraphName, Contract>> = {
  catalogue: {
    sdl: `${link}
      type Query { products(first: Int!): [Product!] }
      type Product @key(fields: "id") { id: ID! name: String }`,
    resolvers: {
      Query: {
        products: (_: unknown, { first }: { first: number }) =>
          Array.from({ length: first }, (_product, at) => ({ id: `p${at}`, name: `Product ${at}` })),
      },
    },
  },
  prices: {
    sdl: `${link}
      type Query { dearest(count: Int!): [Int!] }
      type Product @key(fields: "id") { id: ID! price: Int }`,
    resolvers: {
      Query: {
        dearest: (_: unknown, { count }: { count: number }) => Array.from({ length: count }, () => 99),
      },
      Product: { __resolveReference: reference, price: ({ id }: { id: string }) => numbered(id) * 10 },
    },
  },
  reviews: {
    sdl: `${link}
      type Query { latest(count: Int!): [String!] }
      type Product @key(fields: "id") { id: ID! stars: Int }`,
    resolvers: {
      Query: {
        latest: (_: unknown, { count }: { count: number }) =>
          Array.from({ length: count }, (_review, at) => `Review ${at}`),
      },
      Product: { __resolveReference: reference, stars: ({ id }: { id: string }) => numbered(id) % 5 },
    },
  },
};

export interface Operation {
  readonly query: string;
  readonly touches: readonly SubgraphName[];
}

/** Asked in turn, each with a number of its own as `n`. */
export const operations: readonly Operation[] = [
  { query: 'query A($n: Int!) { products(first: $n) { id name } }', touches: ['catalogue'] },
  { query: 'query B($n: Int!) { products(first: $n) { name price } }', touches: ['catalogue', 'prices'] },
  { query: 'query C($n: Int!) { products(first: $n) { name stars } }', touches: ['catalogue', 'reviews'] },
  { query: 'query D($n: Int!) { dearest(count: $n) }', touches: ['prices'] },
  { query: 'query E($n: Int!) { latest(count: $n) }', touches: ['reviews'] },
  { query: 'query F($n: Int!) { dearest(count: $n) latest(count: $n) }', touches: ['prices', 'reviews'] },
];

/** Of `n`; more than there are operations, so that each is asked with each. */
export const sizes = 25;
