import fc from 'fast-check';
import type { LibraryPart } from './library.ts';
import type { Words } from './operation-generator.ts';

/**
 * A market in two forms, as the library: what things cost depends on who looks at them (`@context`, `@fromContext`). Contexts are set by several types, near and
 * far above, inside each other, and from values that another subgraph has.
 */
interface Self {
  readonly __typename: string;
  readonly id: string;
  /** In the form of one server: whose field it is. */
  readonly above?: Self;
}
type Resolve = (self: never, args: never) => unknown;

const number = (id: string): number => Number(id.slice(1));
const make = (__typename: string, letter: string) => (n: number) => ({ __typename, id: `${letter}${n}` });
const person = make('Person', 'p');
const firm = make('Firm', 'f');
const product = make('Product', 'a');
const cart = make('Cart', 'c');
const box = make('Box', 'b');
const item = make('Item', 'i');
const buyer = (n: number) => (n % 3 === 2 ? firm(n % 2) : person(n % 4));

const fields = {
  Query: {
    people: () => [person(1), person(2), person(3)],
    buyers: () => [buyer(1), buyer(2), buyer(3), buyer(5)],
    firm: () => firm(1),
    language: () => 'no',
    leader: () => person(3),
    guide: () => ({ __typename: 'Guide', id: 'g1' }),
    shelf: () => ({ __typename: 'Shelf', id: 's1' }),
  },
  Shelf: { mark: () => 'shelf', boxes: () => [box(1), box(2)] },
  Box: {
    mark: ({ id }: Self) => `mark of ${id}`,
    within: ({ id }: Self, { mark }: { mark: string }) => `${id} in ${mark}`,
    boxes: ({ id }: Self) => [box((number(id) + 1) % 5), box((number(id) + 2) % 5)],
    largest: ({ id }: Self) => (number(id) === 4 ? null : box(number(id) + 1)),
    under: ({ id }: Self) => box((number(id) + 3) % 5),
    label: ({ id }: Self) => `label of ${id}`,
  },
  Guide: {
    title: (_: Self, { language, buyer: from }: { language: string; buyer?: string | null }) =>
      `guide in ${language} for ${from ?? 'nobody'}`,
  },
  Person: {
    currency: ({ id }: Self) => ['USD', 'EUR', 'USD', 'JPY'][number(id)],
    discount: ({ id }: Self) => (number(id) % 2 === 0 ? null : number(id) * 5),
    wishes: ({ id }: Self) => [product(number(id)), product(2)],
    cart: ({ id }: Self) => (id === 'p2' ? null : cart(number(id))),
    friends: ({ id }: Self) => [person((number(id) + 1) % 4), person(2)],
    name: ({ id }: Self) => `name of ${id}`,
    follows: ({ id }: Self) => [person((number(id) + 3) % 4), person((number(id) + 2) % 4)],
    guide: () => ({ __typename: 'Guide', id: 'g2' }),
    likes: ({ id }: Self) => [[product(number(id)), null], [product(3)]],
  },
  Firm: {
    best: ({ id }: Self) => (id === 'f0' ? null : product(2)),
    money: ({ id }: Self) => ['CHF', 'EUR'][number(id)],
    discount: () => 50,
    wishes: ({ id }: Self) => [product(number(id) + 1)],
    cart: ({ id }: Self) => cart(number(id)),
    name: ({ id }: Self) => `name of ${id}`,
    owner: ({ id }: Self) => person(number(id) + 1),
  },
  Cart: {
    express: ({ id }: Self) => [true, false, null, true][number(id)],
    region: ({ id }: Self) =>
      number(id) === 3 ? null : { name: `region of ${id}`, taxes: number(id) === 1 ? [1, 2] : [] },
    lines: ({ id }: Self) =>
      [item(number(id)), item(2)].map((of, amount) => ({ __typename: 'Line', id: '', amount, item: of })),
    gift: () => product(3),
    seller: ({ id }: Self) => firm(number(id) % 2),
    sent: ({ id }: Self) => [item(2), item(number(id))],
  },
  Item: {
    shipping: (
      { id }: Self,
      { express, region, taxes }: { express?: boolean | null; region?: string; taxes?: number[] },
    ) => `${id} ${express ?? 'any'} ${region ?? 'nowhere'} ${taxes?.join('+') ?? 'free'}`,
    product: ({ id }: Self) => product(number(id) + 1),
    weight: ({ id }: Self) => number(id) * 100,
  },
  Product: {
    price: ({ id }: Self, { currency, amount }: { currency: string; amount: number }) =>
      `${amount} ${id} in ${currency}`,
    rebate: ({ id }: Self, { percent }: { percent?: number | null }) =>
      percent === null || percent === undefined ? null : `${percent} of ${id}`,
    offer: ({ id }: Self, { currency }: { currency: string }) => ({
      __typename: 'Offer',
      id: `o${number(id)}`,
      in: currency,
    }),
    related: ({ id }: Self) => [product(number(id) % 4), product((number(id) + 1) % 4)],
    label: ({ id }: Self) => `label of ${id}`,
    left: ({ id }: Self) => number(id) * 7,
    fans: ({ id }: Self) => [person(number(id) % 4), person((number(id) + 2) % 4)],
  },
  Line: { item: ({ item: of }: { item: object }) => of },
  Offer: { until: ({ in: currency }: { in: string }) => `until the ${currency} falls` },
} satisfies Record<string, Record<string, Resolve>>;

const pick = (type: keyof typeof fields, ...names: readonly string[]): Record<string, Resolve> =>
  Object.fromEntries(
    Object.entries(fields[type] as Record<string, Resolve>).filter(([name]) => names.includes(name)),
  );
const without = (type: keyof typeof fields, ...names: readonly string[]): Record<string, Resolve> =>
  Object.fromEntries(
    Object.entries(fields[type] as Record<string, Resolve>).filter(([name]) => !names.includes(name)),
  );
const reference = { __resolveReference: (representation: object) => representation };

const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@external", "@context", "@fromContext"])\n`;

export const marketParts: readonly LibraryPart[] = [
  {
    name: 'trade',
    sdl: `${federation}
      type Query @context(name: "site") { people: [Person!]! buyers: [Buyer!]! language: String! guide: Guide shelf: Shelf }
      type Shelf @context(name: "shelf") { mark: String! boxes: [Box!]! }
      type Box @key(fields: "id") @context(name: "shelf") { id: ID! mark: String! boxes: [Box!]! largest: Box
        within(mark: String @fromContext(field: "$shelf { mark }")): String }
      interface Buyer { wishes: [Product!]! cart: Cart discount: Int }
      type Person implements Buyer @key(fields: "id") @context(name: "buyer") {
        id: ID! currency: String! discount: Int wishes: [Product!]! cart: Cart friends: [Person!]! guide: Guide }
      type Firm implements Buyer @key(fields: "id") @context(name: "buyer") {
        id: ID! money: String! @external discount: Int wishes: [Product!]! cart: Cart owner: Person }
      type Cart @key(fields: "id") @context(name: "cart") {
        id: ID! express: Boolean region: Region lines: [Line!]! gift: Product seller: Firm }
      type Region { name: String taxes: [Int!]! }
      type Line { amount: Int! item: Item! }
      type Item @key(fields: "id") { id: ID! product: Product!
        shipping(express: Boolean @fromContext(field: "$cart { express }")
          region: String @fromContext(field: "$cart { region { name } }")
          taxes: [Int] @fromContext(field: "$cart { region { taxes } }")): String }
      type Guide @key(fields: "id") { id: ID!
        title(language: String @fromContext(field: "$site { language }")): String }
      type Product @key(fields: "id") { id: ID! related: [Product!]!
        price(amount: Int! = 1 currency: String @fromContext(field: "$buyer ... on Person { currency } ... on Firm { money }")): String!
        rebate(percent: Int @fromContext(field: "$buyer { discount }")): String
        offer(currency: String @fromContext(field: "$buyer ... on Person { currency } ... on Firm { money }")): Offer }
      type Offer @key(fields: "id in") { id: ID! in: String! }`,
    resolvers: {
      Query: pick('Query', 'people', 'buyers', 'language', 'guide', 'shelf'),
      Shelf: fields.Shelf,
      Box: { ...reference, ...without('Box', 'label', 'under') },
      Person: { ...reference, ...without('Person', 'name', 'follows', 'likes') },
      Firm: { ...reference, ...pick('Firm', 'discount', 'wishes', 'cart', 'owner') },
      Cart: { ...reference, ...without('Cart', 'sent') },
      Item: { ...reference, ...pick('Item', 'shipping', 'product') },
      Guide: { ...reference, ...fields.Guide },
      Product: { ...reference, ...pick('Product', 'price', 'rebate', 'offer', 'related') },
      Offer: reference,
    },
  },
  {
    name: 'accounts',
    sdl: `${federation}
      type Query { firm: Firm leader: Person }
      type Person @key(fields: "id") { id: ID! name: String! follows: [Person!]! likes: [[Product]] }
      type Firm @key(fields: "id") { id: ID! name: String! money: String! best: Product }
      type Product @key(fields: "id", resolvable: false) { id: ID! }`,
    resolvers: {
      Query: pick('Query', 'firm', 'leader'),
      Person: { ...reference, ...pick('Person', 'name', 'follows', 'likes') },
      Firm: { ...reference, ...pick('Firm', 'name', 'money', 'best') },
    },
  },
  {
    name: 'stock',
    sdl: `${federation}
      type Product @key(fields: "id") { id: ID! label: String! left: Int fans: [Person!]! }
      type Person @key(fields: "id", resolvable: false) { id: ID! }
      type Item @key(fields: "id") { id: ID! weight: Int }
      type Offer @key(fields: "id in") { id: ID! in: String! until: String }
      type Cart @key(fields: "id") { id: ID! sent: [Item!]! }
      type Box @key(fields: "id") { id: ID! label: String under: Box! }`,
    resolvers: {
      Product: { ...reference, ...pick('Product', 'label', 'left', 'fans') },
      Item: { ...reference, ...pick('Item', 'weight') },
      Cart: { ...reference, ...pick('Cart', 'sent') },
      Box: { ...reference, ...pick('Box', 'label', 'under') },
      Offer: { ...reference, ...fields.Offer },
    },
  },
];

const setters: Readonly<Record<string, readonly string[]>> = {
  site: ['Query'],
  buyer: ['Person', 'Firm'],
  cart: ['Cart'],
  shelf: ['Shelf', 'Box'],
};

/** The nearest object above that sets a context, in the form of one server. */
function setting(context: string, { above }: Self): Self {
  if (above === undefined) throw new TypeError(`nobody sets ${context}`);
  return setters[context]?.includes(above.__typename) === true ? above : setting(context, above);
}

const currencyFor = (self: Self): string | undefined => {
  const found = setting('buyer', self);
  return found.__typename === 'Firm' ? fields.Firm.money(found) : fields.Person.currency(found);
};

/** The same fields, whose arguments are looked for where the objects came from. */
const taking = {
  Product: {
    price: (self: Self, args: { amount: number }) =>
      fields.Product.price(self, { ...args, currency: currencyFor(self) ?? '' }),
    rebate: (self: Self) => {
      const found = setting('buyer', self);
      const percent = found.__typename === 'Firm' ? fields.Firm.discount() : fields.Person.discount(found);
      return fields.Product.rebate(self, { percent });
    },
    offer: (self: Self) => fields.Product.offer(self, { currency: currencyFor(self) ?? '' }),
  },
  Item: {
    shipping: (self: Self) => {
      const found = setting('cart', self);
      const region = fields.Cart.region(found);
      return fields.Item.shipping(self, {
        express: fields.Cart.express(found) ?? null,
        ...(region === null ? {} : { region: region.name, taxes: region.taxes }),
      });
    },
  },
  Box: {
    within: (self: Self) => {
      const found = setting('shelf', self);
      return fields.Box.within(self, {
        mark: found.__typename === 'Box' ? fields.Box.mark(found) : fields.Shelf.mark(),
      });
    },
  },
  Guide: { title: (self: Self) => fields.Guide.title(self, { language: fields.Query.language() }) },
};

/** Every object knows whose field it is. */
function knowingAbove(resolvers: Readonly<Record<string, Resolve>>, type: string): Record<string, Resolve> {
  return Object.fromEntries(
    Object.entries(resolvers).map(([name, resolve]) => [
      name,
      (self: Self | undefined, args: object) => {
        const above = self ?? { __typename: type, id: '' };
        const from = (value: unknown): unknown => {
          if (Array.isArray(value)) return value.map(from);
          return typeof value === 'object' && value !== null ? { ...value, above } : value;
        };
        return from((resolve as (self: Self, args: object) => unknown)(above, args));
      },
    ]),
  );
}

export const wholeMarket: LibraryPart = {
  name: 'whole',
  sdl: `
    type Query { people: [Person!]! buyers: [Buyer!]! language: String! guide: Guide firm: Firm leader: Person shelf: Shelf }
    type Shelf { mark: String! boxes: [Box!]! }
    type Box { id: ID! mark: String! boxes: [Box!]! largest: Box within: String label: String under: Box! }
    interface Buyer { wishes: [Product!]! cart: Cart discount: Int }
    type Person implements Buyer { id: ID! currency: String! discount: Int wishes: [Product!]! cart: Cart friends: [Person!]! guide: Guide
      name: String! follows: [Person!]! likes: [[Product]] }
    type Firm implements Buyer { id: ID! money: String! discount: Int wishes: [Product!]! cart: Cart owner: Person name: String! best: Product }
    type Cart { id: ID! express: Boolean region: Region lines: [Line!]! gift: Product seller: Firm sent: [Item!]! }
    type Region { name: String taxes: [Int!]! }
    type Line { amount: Int! item: Item! }
    type Item { id: ID! product: Product! shipping: String weight: Int }
    type Guide { id: ID! title: String }
    type Product { id: ID! related: [Product!]! price(amount: Int! = 1): String! rebate: String offer: Offer
      label: String! left: Int fans: [Person!]! }
    type Offer { id: ID! in: String! until: String }`,
  resolvers: Object.fromEntries(
    Object.entries(fields).map(([type, own]) => [
      type,
      knowingAbove({ ...own, ...(taking as Record<string, Record<string, Resolve>>)[type] }, type),
    ]),
  ),
};

export const marketWords: Words = {
  depth: 5,
  given: {
    price: ['price', 'price_3: price(amount: 3)', 'price_n: price(amount: $amount)', 'currency: price'],
    people: ['people', 'language: people'],
  },
  document: (selection) =>
    `query ($yes: Boolean!, $amount: Int!) { ...Uses ${selection.slice(1)}
      fragment Uses on Query { uses: leader @include(if: $yes) { wishes { id price(amount: $amount) } } }`,
  variables: fc.record({ yes: fc.boolean(), amount: fc.integer({ min: 1, max: 4 }) }),
};
