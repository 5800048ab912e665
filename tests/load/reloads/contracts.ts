const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

/** Two subgraphs at one address; `Numbered` is what differs from one supergraph to the next. */
export const contracts = {
  catalogue: `${link} type Query { products: [Product!]! } type Subscription { ticked: Int! }
    type Product @key(fields: "upc") { upc: ID! name: String } type Numbered { id: ID }`,
  prices: `${link} type Product @key(fields: "upc") { upc: ID! price: Int }`,
};

export const expected = JSON.stringify({ data: { products: [{ name: 'Table', price: 7 }] } });

/** What the processes of clients tell. */
export interface ClientsTold {
  readonly answered: number;
  readonly failed: number;
  readonly ticks: number;
  /** Subscriptions that ended before they were told to. */
  readonly dropped: number;
}
