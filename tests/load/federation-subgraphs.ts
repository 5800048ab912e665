import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';

/**
 * The subgraphs of the gateway benchmark, in a process of their own: each question is answered once by graphql-js and from memory after that, so that
 * they are never what is measured. Called with `changing`, no answer has the bytes of another: each begins with a number of its own, in its `extensions`.
 * Prints their addresses as JSON.
 */
const folder = new URL('../../load/federation/', import.meta.url);
const text = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

interface User {
  readonly id: string;
  readonly username: string;
}
interface Product {
  readonly upc: string;
  readonly price: number;
  readonly weight: number;
}
interface Review {
  readonly id: string;
  readonly body?: string;
  readonly author?: { readonly id: string };
  readonly product?: { readonly upc: string };
}
interface Data {
  readonly users: readonly User[];
  readonly products: readonly Product[];
  readonly inventory: readonly { readonly upc: string; readonly inStock: boolean }[];
  readonly productReviews: readonly { readonly upc: string; readonly reviews: readonly Review[] }[];
  readonly userReviews: readonly { readonly id: string; readonly reviews: readonly Review[] }[];
}

const data = JSON.parse(text('data.json')) as Data;
const userOf = (id: string | undefined): User | undefined => data.users.find((user) => user.id === id);
const productOf = (upc: string): Product | undefined => data.products.find((product) => product.upc === upc);

/** What the two lists say of each review, in one. */
const reviews = new Map<string, Review>();
for (const { upc, reviews: told } of data.productReviews)
  for (const review of told) reviews.set(review.id, { ...review, product: { upc } });
for (const { id, reviews: told } of data.userReviews)
  for (const review of told) reviews.set(review.id, { author: { id }, ...reviews.get(review.id), ...review });

const whole = (told: readonly Review[] = []): readonly object[] =>
  told.map(({ id }) => {
    const review = reviews.get(id);
    const author = userOf(review?.author?.id);
    return { ...review, author: { id: author?.id, username: author?.username } };
  });

/** About 200 bytes of JSON. */
const entry = (at: number): object => ({
  id: `entry-${at}`,
  title: `The entry with number ${at} of the archive`,
  body: 'It says little, but it says it in a text of some length, as such entries do when nobody looks after them.',
  score: at / 7,
  rank: at,
});

const resolvers = {
  accounts: {
    Query: {
      me: () => data.users[0],
      user: (_: unknown, { id }: User) => userOf(id),
      users: () => data.users,
    },
    User: { __resolveReference: ({ id }: User) => userOf(id) },
  },
  products: {
    Query: { topProducts: (_: unknown, { first }: { first: number }) => data.products.slice(0, first) },
    Product: { __resolveReference: ({ upc }: Product) => productOf(upc) },
  },
  inventory: {
    Product: {
      __resolveReference: (product: Product) => product,
      inStock: ({ upc }: Product) => data.inventory.find((stock) => stock.upc === upc)?.inStock,
      shippingEstimate: ({ price, weight }: Product) => (price > 1_000 ? 0 : Math.round(weight / 2)),
    },
  },
  archive: {
    Query: {
      entries: (_: unknown, { count }: { count: number }) =>
        Array.from({ length: count }, (_entry, at) => entry(at)),
    },
  },
  reviews: {
    Product: {
      __resolveReference: ({ upc }: Product) => ({ upc }),
      reviews: ({ upc }: Product) => whole(data.productReviews.find((entry) => entry.upc === upc)?.reviews),
    },
    User: {
      __resolveReference: ({ id }: User) => ({ id, username: userOf(id)?.username }),
      reviews: ({ id }: User) => whole(data.userReviews.find((entry) => entry.id === id)?.reviews),
    },
  },
};

const isChanging = process.argv[2] === 'changing';
let told = 0;

const addresses: Record<string, string> = {};
for (const [name, own] of Object.entries(resolvers)) {
  const schema = buildSubgraphSchema([{ typeDefs: parse(text(`${name}.graphql`)), resolvers: own as never }]);
  const known = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const asked = Buffer.concat(chunks).toString();
      let answer = known.get(asked);
      if (answer === undefined) {
        const { query, variables, operationName } = JSON.parse(asked) as Record<string, never>;
        const found = await graphql({
          schema,
          source: query ?? '',
          variableValues: variables,
          operationName,
        });
        answer = Buffer.from(JSON.stringify(found));
        known.set(asked, answer);
      }
      if (isChanging) {
        told += 1;
        answer = Buffer.concat([answer.subarray(0, -1), Buffer.from(`,"extensions":{"told":${told}}}`)]);
      }
      const headers = { 'content-type': 'application/json', 'content-length': answer.byteLength };
      response.writeHead(200, headers).end(answer);
    });
  });
  // Longer than any pause of a benchmark: a connection that ends just when it is used is no gateway's fault.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve));
  addresses[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}
process.stdout.write(`${JSON.stringify(addresses)}\n`);
