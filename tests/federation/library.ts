import fc from 'fast-check';
import type { Words } from './operation-generator.ts';

/**
 * A small library in two forms: one schema that one server answers, and the same graph cut into subgraphs. Every resolver is a pure function
 * of an id and its arguments, so that both forms must answer every operation alike. It has what federation has: keys and
 * compound keys, `@requires` with arguments and in a chain, `@provides`, an interface with an interface object and others beside it, a union, lists of lists,
 * shared value types, nulls where they are allowed and errors where they are not.
 */
type Fields = Record<string, (self: never, args: never) => unknown>;
interface Self {
  readonly id: string;
}

const number = (id: string): number => Number(id.slice(1));
const book = (n: number) => ({ __typename: 'Book', id: `b${n}` });
const film = (n: number) => ({ __typename: 'Film', id: `f${n}` });
const product = (id: string) =>
  ({ b: { __typename: 'Book', id }, f: { __typename: 'Film', id } })[id[0] ?? ''] ?? null;
const user = (n: number) => ({ __typename: 'User', id: `u${n}` });
const review = (n: number) => ({ __typename: 'Review', id: `r${n}` });
const products = [book(1), film(1), book(2), film(2), book(3), film(3)];

const priceOf = (id: string) => (number(id) === 3 ? null : number(id) * 10);
const weightOf = (id: string) => number(id) * 2;
const postageOf = (cost: number | null) => `postage of ${cost}`;
const costOf = (price: number | null, weight: number, express: boolean) =>
  price === null ? null : price / 4 + weight * (express ? 3 : 1);

/** What every form shares, by type. */
const fields = {
  Query: {
    products: (_self: unknown, { first }: { first?: number | null }) => products.slice(0, first ?? 4),
    product: (_self: unknown, { id }: { id: string }) => product(id),
    users: () => [user(1), user(2), user(3)],
    me: () => user(1),
    anything: () => [book(2), user(2), review(1), film(1)],
    latestReviews: () => [review(1), review(2), null, review(3)],
    place: () => ({ name: 'Main Street', city: { name: 'Oslo', inhabitants: 700_000 } }),
    shelves: () => [[book(1), null, film(2)], null, [], [book(3), book(1)]],
    sent: () => [[book(2)], [book(1), book(3)]],
    atlas: () => ({ land: 'Norway', sea: 'North Sea', corners: [{ x: 1, y: 2 }, null, { x: 3, y: 4 }] }),
  },
  Product: {
    title: ({ id }: Self) => `title of ${id}`,
    price: ({ id }: Self) => priceOf(id),
    sequel: ({ id }: Self) => (number(id) < 3 ? product(`${id[0]}${number(id) + 1}`) : null),
    related: ({ id }: Self) =>
      products.filter((other) => other.id !== id && other.id.endsWith(String(number(id)))),
    reviews: ({ id }: Self) => (id === 'f2' ? null : [review(number(id)), review(number(id) + 1)]),
    blurb: ({ id }: Self) => `blurb on title of ${id}`,
    rating: ({ id }: Self, { scale }: { scale: number }) => (number(id) * scale) / 2,
  },
  Book: {
    pages: ({ id }: Self) => number(id) * 100,
    weight: ({ id }: Self) => weightOf(id),
    isbn: ({ id }: Self) => {
      if (id === 'b3') throw new Error('no such number');
      return `isbn-${id}`;
    },
  },
  Film: {
    minutes: ({ id }: Self) => number(id) * 60,
    formats: ({ id }: Self) => (id === 'f1' ? ['DVD', null] : ['BLURAY']),
    // Promised, and yet null for one of them.
    studio: ({ id }: Self) =>
      id === 'f3' ? null : { name: `studio ${id}`, city: { name: 'Rome', inhabitants: 1 } },
  },
  User: {
    name: ({ id }: Self) => `name of ${id}`,
    role: ({ id }: Self) => ['ADMIN', 'READER', null][number(id) % 3],
    circles: ({ id }: Self) => [[user((number(id) % 3) + 1), null], [user(number(id))]],
    friends: ({ id }: Self) => [user((number(id) % 3) + 1), user(((number(id) + 1) % 3) + 1)],
    favourite: ({ id }: Self) => product(number(id) === 2 ? 'f1' : `b${number(id)}`),
    reviews: ({ id }: Self) => [review(number(id)), review(number(id) + 3)],
    address: ({ id }: Self) => `address of ${id}`,
    badge: ({ id }: Self) => `name of ${id}/${['ADMIN', 'READER', null][number(id) % 3]}`,
  },
  Review: {
    body: ({ id }: Self) => (number(id) % 2 === 0 ? null : `body of ${id}`),
    stars: ({ id }: Self) => {
      if (id === 'r5') throw new Error('stars cannot be counted');
      return number(id);
    },
    headline: ({ id }: Self) => `headline of ${id}`,
    parcel: ({ id }: Self) => `parcel of ${id}`,
    author: ({ id }: Self) => user((number(id) % 3) + 1),
    product: ({ id }: Self) => product(`${number(id) % 2 === 0 ? 'f' : 'b'}${(number(id) % 3) + 1}`),
  },
} satisfies Record<string, Fields>;

const pick = (type: keyof typeof fields, ...names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields[type] as Fields).filter(([name]) => names.includes(name)));
const reference = { __resolveReference: (representation: object) => representation };

const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@shareable", "@external", "@requires", "@provides", "@interfaceObject"])\n`;
const values =
  'type Place @shareable { name: String! city: City! } type City @shareable { name: String! inhabitants: Int! }';

export interface LibraryPart {
  readonly name: string;
  readonly sdl: string;
  readonly resolvers: Record<string, object>;
}

export const parts: readonly LibraryPart[] = [
  {
    name: 'catalogue',
    sdl: `${federation}
      type Query { products(first: Int): [Product!]! product(id: ID!): Product shelves: [[Product]] anything: [Thing!]! place: Place @shareable atlas: Atlas @shareable }
      type Atlas @shareable { land: String corners: [Corner]! } type Corner @shareable { x: Int! }
      interface Product @key(fields: "id") { id: ID! title: String! price: Int sequel: Product related: [Product!]! }
      interface Titled { title: String! } interface Heavy { id: ID! weight: Int! }
      type Book implements Product & Titled & Heavy @key(fields: "id") { id: ID! title: String! price: Int sequel: Product related: [Product!]! pages: Int! weight: Int! isbn: String!
        shipping(express: Boolean = false): Float @external postage: String @requires(fields: "shipping") }
      type Film implements Product & Titled @key(fields: "id") { id: ID! title: String! price: Int sequel: Product related: [Product!]! minutes: Int! formats: [Format]! studio: Place! }
      enum Format { DVD BLURAY }
      union Thing = Book | Film | User | Review
      type User @key(fields: "id", resolvable: false) { id: ID! }
      type Review @key(fields: "id", resolvable: false) { id: ID! }
      ${values}`,
    resolvers: {
      Query: pick('Query', 'products', 'product', 'shelves', 'anything', 'place', 'atlas'),
      Product: { __resolveReference: ({ id }: Self) => product(id) },
      Book: {
        ...reference,
        ...pick('Product', 'title', 'price', 'sequel', 'related'),
        ...fields.Book,
        postage: ({ shipping }: { shipping: number | null }) => postageOf(shipping),
      },
      Film: { ...reference, ...pick('Product', 'title', 'price', 'sequel', 'related'), ...fields.Film },
    },
  },
  {
    name: 'accounts',
    sdl: `${federation}
      type Query { users: [User!]! me: User }
      type User @key(fields: "id") @key(fields: "name role") { id: ID! name: String! role: Role friends: [User!]! circles: [[User]!] favourite: Product }
      enum Role { ADMIN READER }
      type Product @interfaceObject @key(fields: "id") { id: ID! }`,
    resolvers: {
      Query: pick('Query', 'users', 'me'),
      User: {
        ...pick('User', 'name', 'role', 'friends', 'circles'),
        favourite: (self: Self) => ({ id: (fields.User.favourite(self) as Self).id }),
        ...reference,
      },
      Product: reference,
    },
  },
  {
    name: 'reviews',
    sdl: `${federation}
      type Query { latestReviews: [Review] }
      type Product @interfaceObject @key(fields: "id") { id: ID! reviews: [Review!] rating(scale: Int! = 2): Float
        title: String! @external blurb: String @requires(fields: "title") }
      type User @key(fields: "id") { id: ID! name: String! @external role: Role @external reviews: [Review!]! badge: String @requires(fields: "name role") }
      enum Role { ADMIN READER }
      type Review @key(fields: "id") { id: ID! body: String headline: String stars: Int! author: User! @provides(fields: "name") product: Product }`,
    resolvers: {
      Query: pick('Query', 'latestReviews'),
      Product: {
        ...reference,
        ...pick('Product', 'reviews', 'rating'),
        blurb: ({ title }: { title: string }) => `blurb on ${title}`,
      },
      User: {
        ...reference,
        reviews: fields.User.reviews,
        name: fields.User.name,
        badge: ({ name, role }: { name: string; role: string | null }) => `${name}/${role}`,
      },
      Review: {
        ...reference,
        ...pick('Review', 'body', 'headline', 'stars', 'author', 'product'),
      },
    },
  },
  {
    name: 'shipping',
    sdl: `${federation}
      type Query { sent: [[Book!]!]! place: Place @shareable atlas: Atlas @shareable }
      type Atlas @shareable { sea: String corners: [Corner]! } type Corner @shareable { y: Int! }
      type User @key(fields: "id") { id: ID! address: String! }
      type Review @key(fields: "id") { id: ID! parcel: String }
      type Book @key(fields: "id") { id: ID! price: Int @external weight: Int! @external shipping(express: Boolean = false): Float @requires(fields: "price weight") }
      ${values}`,
    resolvers: {
      Query: pick('Query', 'sent', 'place', 'atlas'),
      User: { ...reference, ...pick('User', 'address') },
      Review: { ...reference, ...pick('Review', 'parcel') },
      Book: {
        ...reference,
        shipping: (
          { price, weight }: { price: number | null; weight: number },
          { express }: { express: boolean },
        ) => costOf(price, weight, express),
      },
    },
  },
];

export const whole: LibraryPart = {
  name: 'whole',
  sdl: `
    type Query { products(first: Int): [Product!]! product(id: ID!): Product shelves: [[Product]] sent: [[Book!]!]! anything: [Thing!]! place: Place atlas: Atlas
      users: [User!]! me: User latestReviews: [Review] }
    interface Product { id: ID! title: String! price: Int sequel: Product related: [Product!]! reviews: [Review!] rating(scale: Int! = 2): Float blurb: String }
    interface Titled { title: String! } interface Heavy { id: ID! weight: Int! }
    type Book implements Product & Titled & Heavy { id: ID! title: String! price: Int sequel: Product related: [Product!]! reviews: [Review!] rating(scale: Int! = 2): Float blurb: String
      pages: Int! weight: Int! isbn: String! shipping(express: Boolean = false): Float postage: String }
    type Film implements Product & Titled { id: ID! title: String! price: Int sequel: Product related: [Product!]! reviews: [Review!] rating(scale: Int! = 2): Float blurb: String
      minutes: Int! formats: [Format]! studio: Place! }
    type Atlas { land: String sea: String corners: [Corner]! } type Corner { x: Int! y: Int! }
    enum Format { DVD BLURAY }
    enum Role { ADMIN READER }
    union Thing = Book | Film | User | Review
    type User { id: ID! name: String! role: Role friends: [User!]! circles: [[User]!] favourite: Product reviews: [Review!]! badge: String address: String! }
    type Review { id: ID! body: String headline: String parcel: String stars: Int! author: User! product: Product }
    ${values.replaceAll(' @shareable', '')}`,
  resolvers: {
    Query: fields.Query,
    Book: {
      ...fields.Product,
      ...fields.Book,
      shipping: ({ id }: Self, { express }: { express: boolean }) =>
        costOf(priceOf(id), weightOf(id), express),
      postage: ({ id }: Self) => postageOf(costOf(priceOf(id), weightOf(id), false)),
    },
    Film: { ...fields.Product, ...fields.Film },
    User: fields.User,
    Review: fields.Review,
  },
};

export const libraryWords: Words = {
  depth: 4,
  given: {
    product: [
      'product_id: product(id: $id)',
      'product_b2: product(id: "b2")',
      'product_f3: product(id: "f3")',
    ],
    products: ['products', 'products_first: products(first: $first)', 'products_6: products(first: 6)'],
    rating: ['rating', 'rating_scale: rating(scale: $scale)', 'rating_3: rating(scale: 3)'],
    shipping: [
      'shipping',
      'shipping_express: shipping(express: true)',
      'shipping_yes: shipping(express: $yes)',
    ],
  },
  document: (selection) =>
    `query ($yes: Boolean!, $id: ID!, $first: Int, $scale: Int!) { ...Uses ${selection.slice(1)}
      fragment Uses on Query { uses: product(id: $id) @include(if: $yes) { rating(scale: $scale) } used: products(first: $first) @include(if: $yes) { id } }`,
  variables: fc.record(
    {
      yes: fc.boolean(),
      id: fc.constantFrom('b1', 'b3', 'f2', 'f3', 'none'),
      scale: fc.integer({ min: 1, max: 4 }),
      first: fc.integer({ min: 0, max: 6 }),
    },
    { requiredKeys: ['yes', 'id', 'scale'] },
  ),
};
