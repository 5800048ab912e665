import { CodedError } from '@tributary/runtime';
import {
  type AssertionVerifier,
  base64Scalar,
  buildSubgraph,
  type CallContext,
  type Door,
  type DoorRequest,
  dateTimeScalar,
  type Principal,
  pageSize,
  type Subgraph,
} from '@tributary/subgraph-kit';
import { silentLog } from './silent-log.ts';

/** What resolvers saw, and how the subgraphs are to behave. */
export interface ShopControls {
  resolved: number;
  /** While set, `reviews` waits for it before it answers. */
  reviewsHold: Promise<void> | undefined;
  reviewsCalls: number;
  readonly principals: Principal[];
  readonly doorRequests: Omit<DoorRequest, 'body' | 'method' | 'query'>[];
  /** What the JSON field answers. */
  json: unknown;
}

const catalogTypeDefs = /* GraphQL */ `
  scalar JSON
  scalar DateTime
  scalar Base64
  type Query {
    products(first: Int, after: String): ProductConnection! @allow(to: ["PUBLIC"])
    product(id: ID!): Product @allow(to: ["PUBLIC"])
    anything: JSON @allow(to: ["PUBLIC"])
    echo(value: JSON): JSON @allow(to: ["PUBLIC"])
    deliveries(where: DeliveryFilter, of: [DeliveryInput!]): [DateTime!]! @allow(to: ["PUBLIC"])
    judged(of: [JudgedInput!]!): JSON @allow(to: ["PUBLIC"])
    color(of: Color!): String @allow(to: ["PUBLIC"])
    dearerThan(price: Float!): Float @allow(to: ["PUBLIC"])
  }
  type Mutation {
    renameProduct(input: RenameInput!): Product @allow(to: ["EDITOR"], scope: "data:write")
  }
  type Subscription {
    productChanged(id: ID!, after: String): Product
      @allow(to: ["PUBLIC"])
      @logStream(topic: "data.record", types: ["data.record.updated"], subject: "Product/{id}")
    secretChanged: Product @allow(to: ["ADMIN"]) @logStream(topic: "data.record", types: ["data.record.updated"], subject: "Product/*")
  }
  input DeliveryFilter { at: DateTime }
  input DeliveryInput { at: DateTime! label: Base64 }
  input JudgedInput { at: DateTime @checkedPerItem, label: Base64 }
  enum Color { RED GREEN }
  input RenameInput { id: ID! name: String! }
  type ProductConnection { totalCount: Int! nodes: [Product!]! }
  type Product @key(fields: "id") @allow(to: ["PUBLIC"]) { id: ID! name: String! related(first: Int): ProductConnection! twin: Product }
`;

const product = (id: string) => ({ id, name: `product ${id}` });

export function catalogSubgraph(verifier: AssertionVerifier, controls: ShopControls): Subgraph {
  const page = (_parent: unknown, { first }: { first?: number }) => {
    controls.resolved += 1;
    return {
      totalCount: 1_000,
      nodes: Array.from({ length: pageSize(first) }, (_, index) => product(String(index))),
    };
  };
  return buildSubgraph({
    name: 'catalog',
    typeDefs: catalogTypeDefs,
    verifier,
    log: silentLog,
    onRefusal: () => undefined,
    createContext: (call) => call,
    ready: async () => undefined,
    resolvers: {
      DateTime: dateTimeScalar,
      Base64: base64Scalar,
      Query: {
        products: page,
        product: (_parent: unknown, { id }: { id: string }, { principal }: CallContext) => {
          controls.principals.push(principal);
          return id === 'none' ? null : product(id);
        },
        anything: () => controls.json,
        echo: (_parent: unknown, { value }: { value: unknown }) => value,
        judged: (_parent: unknown, { of }: { of: readonly { at: unknown }[] }) => of.map(({ at }) => at),
        deliveries: (_parent: unknown, { of }: { of?: readonly { at: string }[] }) =>
          (of ?? []).map(({ at }) => at),
        color: (_parent: unknown, { of }: { of: string }) => of,
        dearerThan: (_parent: unknown, { price }: { price: number }) => price,
      },
      Mutation: {
        renameProduct: (_parent: unknown, { input }: { input: { id: string; name: string } }) => {
          if (input.id === 'none') throw new CodedError('NOT_FOUND', 'There is no such product.');
          return input;
        },
      },
      Subscription: {
        productChanged: (_parent: unknown, { id }: { id: string }, { stream }: CallContext) =>
          stream === undefined ? null : { ...product(id), name: String(stream.event.data) },
        secretChanged: () => null,
      },
      Product: {
        __resolveReference: ({ id }: { id: string }) => product(id),
        related: page,
        twin: (parent: { id: string }) => parent,
      },
    },
  });
}

const reviewsTypeDefs = /* GraphQL */ `
  type Query { latestReview: Review @allow(to: ["PUBLIC"]) }
  type Review @key(fields: "id") @allow(to: ["PUBLIC"]) { id: ID! stars: Int! product: Product! }
  type Product @key(fields: "id") @allow(to: ["PUBLIC"]) { id: ID! reviews: [Review!] principalSeen: String }
`;

export function reviewsSubgraph(verifier: AssertionVerifier, controls: ShopControls): Subgraph {
  const door: Door = {
    prefixes: ['/v1'],
    handle: async ({ body, ...request }) => {
      const { path } = request;
      controls.doorRequests.push(request);
      return {
        status: 200,
        headers: { 'content-type': 'application/json', etag: '"1"', vary: 'Accept, Origin', allow: 'GET' },
        body: JSON.stringify({ path, sizeBytes: body.byteLength }),
      };
    },
  };
  const built = buildSubgraph({
    name: 'reviews',
    typeDefs: reviewsTypeDefs,
    verifier,
    door,
    log: silentLog,
    onRefusal: () => undefined,
    createContext: (call) => call,
    ready: async () => undefined,
    resolvers: {
      Query: { latestReview: () => ({ id: 'r', stars: 5, product: { id: '1' } }) },
      Product: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        reviews: ({ id }: { id: string }) => [{ id: `${id}-1`, stars: 4, product: { id } }],
        principalSeen: (_parent: unknown, _args: unknown, { principal }: CallContext) =>
          `${principal.kind}:${principal.id}`,
      },
      Review: { __resolveReference: ({ id }: { id: string }) => ({ id, stars: 4, product: { id: '1' } }) },
    },
  });
  return {
    ...built,
    execute: async (call) => {
      controls.reviewsCalls += 1;
      await controls.reviewsHold;
      return built.execute(call);
    },
  };
}
