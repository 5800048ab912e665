import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@interfaceObject", "@requires", "@external"])\n';

interface Self {
  readonly __typename?: string;
  readonly id: string;
}
const reference = { __resolveReference: (told: object) => told };
const product = (id: string): Self => ({ __typename: id.startsWith('t') ? 'Toy' : 'Book', id });
const own = {
  ...reference,
  title: ({ id }: Self) => `title of ${id}`,
  related: ({ id }: Self) => [product(`t${id}`), product(`b${id}`)],
  dims: ({ id }: Self) => ({ wide: id.length, high: 5, deep: 9 }),
};

/** What is related to something is asked for other things where that is a toy. */
const shop: readonly SubgraphSource[] = [
  {
    name: 'catalog',
    sdl: `${link}
      type Query { products: [Product!]! }
      enum Currency { USD GBP EUR }
      type Dims { wide: Int high: Int deep: Int }
      interface Product @key(fields: "id") { id: ID! title: String related: [Product!]! dims: Dims }
      type Book implements Product @key(fields: "id") { id: ID! title: String related: [Product!]! dims: Dims }
      type Toy implements Product @key(fields: "id") { id: ID! title: String related: [Product!]! dims: Dims weight: Int price(currency: Currency! = USD): Int }`,
    resolvers: {
      Query: { products: () => [product('t'), product('b')] },
      Product: { __resolveReference: ({ id }: Self) => product(id) },
      Book: own,
      Toy: {
        ...own,
        weight: ({ id }: Self) => id.length,
        price: (_: Self, { currency }: { currency: string }) => ['USD', 'GBP', 'EUR'].indexOf(currency),
      },
    },
  },
  {
    name: 'inventory',
    sdl: `${link}
      enum Currency { USD GBP EUR }
      type Toy @key(fields: "id") { id: ID! weight: Int @external price(currency: Currency! = USD): Int @external
        shipping: String @requires(fields: "price(currency: GBP) weight") euros: String @requires(fields: "price(currency: EUR)") heavy: String @requires(fields: "weight") }`,
    resolvers: {
      Toy: {
        ...reference,
        shipping: ({ price, weight }: { price: number; weight: number }) => `${price} for ${weight}`,
        euros: ({ price }: { price: number }) => `${price}`,
        heavy: ({ weight }: { weight: number | null }) => `${weight}`,
      },
    },
  },
];

/** The same of all products, as objects of one type. */
const boxes: SubgraphSource = {
  name: 'boxes',
  sdl: `${link}
    type Query { packed: [Product!]! }
    type Dims @external { wide: Int high: Int }
    type Product @interfaceObject @key(fields: "id") { id: ID! dims: Dims @external title: String @external
      label(plus: String = ""): String @requires(fields: "title")
      box: String @requires(fields: "dims { wide high }") flat: String @requires(fields: "dims { wide }") }`,
  resolvers: {
    Query: { packed: () => [{ id: 't' }, { id: 'b' }] },
    Product: {
      ...reference,
      box: ({ dims }: { dims: { wide: number; high: number } }) => `${dims.wide} ${dims.high}`,
      flat: ({ dims }: { dims: { wide: number } }) => `${dims.wide}`,
      label: ({ title }: { title: string }, { plus }: { plus: string }) => `label of ${title}${plus}`,
    },
  },
};

/** Whose objects nobody knows the types of, neither there nor where they are packed. */
const people: SubgraphSource = {
  name: 'people',
  sdl: `${link}
    type Query { wanted: [[Product!]!] me: Person }
    type Person { id: ID! favourite: Product }
    type Dims @external { high: Int }
    type Product @interfaceObject @key(fields: "id") { id: ID! title: String @external dims: Dims @external tall: String @requires(fields: "title dims { high }") }`,
  resolvers: {
    Query: {
      wanted: () => [[{ id: 't3' }], [{ id: 'b3' }]],
      me: () => ({ id: 'm', favourite: { id: 't3' } }),
    },
    Product: {
      ...reference,
      tall: ({ title, dims }: { title: string; dims: { high: number } }) => `${title}, ${dims.high} high`,
    },
  },
};

/** Knows their types, and nothing that anybody requires. */
const shelf: SubgraphSource = {
  name: 'shelf',
  sdl: `${link}
    type Query { shelved: [Product!]! }
    interface Product @key(fields: "id") { id: ID! }
    type Book implements Product @key(fields: "id") { id: ID! }
    type Toy implements Product @key(fields: "id") { id: ID! }`,
  resolvers: {
    Query: { shelved: () => [product('t'), product('b')] },
    Product: { __resolveReference: ({ id }: Self) => product(id) },
    Book: reference,
    Toy: reference,
  },
};

describe.each(['apollo', 'hive'] as const)(
  'where two ways lead to one place of the answer, planned by %s',
  (planner) => {
    const { ask, fetches } = federated([...shop, boxes, people, shelf], {}, planner);

    it.each([
      [
        'one field with two arguments',
        '{ related { ... on Toy { euros } } ... on Toy { related { ... on Toy { shipping } } } }',
        [
          [{ euros: '2', shipping: '1 for 2' }, {}],
          [{ euros: '2' }, {}],
        ],
      ],
      [
        'two fields',
        '{ related { ... on Toy { heavy } } ... on Toy { related { ... on Toy { euros } } } }',
        [
          [{ heavy: '2', euros: '2' }, {}],
          [{ heavy: '2' }, {}],
        ],
      ],
      [
        'more of one object',
        '{ related { ... on Toy { flat } } ... on Toy { related { ... on Toy { box } } } }',
        [
          [{ flat: '2', box: '2 5' }, {}],
          [{ flat: '2' }, {}],
        ],
      ],
      [
        'different things of one object',
        '{ related { dims { deep } flat } ... on Toy { related { box } } }',
        [
          [2, 2].map((wide) => ({ dims: { deep: 9 }, flat: `${wide}`, box: `${wide} 5` })),
          [2, 2].map((wide) => ({ dims: { deep: 9 }, flat: `${wide}` })),
        ],
      ],
      [
        'an object on either way',
        '{ ... on Toy { related { box } } ... on Book { related { flat } } }',
        [
          [{ box: '2 5' }, { box: '2 5' }],
          [{ flat: '2' }, { flat: '2' }],
        ],
      ],
    ])('each field is told what it requires: %s', async (_what, asked, related) => {
      for (const root of ['products', 'packed', 'shelved']) {
        const { data, errors } = await ask(`{ ${root} ${asked} }`);
        expect(errors).toBeUndefined();
        expect(data).toEqual({ [root]: related.map((each) => ({ related: each })) });
      }
    });

    it.each([
      [
        'of all',
        '{ box flat label tall }',
        { box: '2 5', flat: '2', label: 'label of title of t3', tall: 'title of t3, 5 high' },
      ],
      [
        'of some types',
        '{ ... on Toy { box flat tall } ... on Book { label } }',
        { box: '2 5', flat: '2', tall: 'title of t3, 5 high' },
      ],
      [
        'with what clients give',
        '{ ... on Toy { dims { deep } it: label(plus: $plus) } ... on Book { box } }',
        { dims: { deep: 9 }, it: 'label of title of t3!' },
      ],
    ])(
      'fields of objects of which two subgraphs know no types are told what they require: %s',
      async (_of, asked, toy) => {
        const { data, errors } = await ask(
          `query ($plus: String = "") { wanted ${asked} asked: packed { label(plus: $plus) } }`,
          { plus: '!' },
        );
        expect(errors).toBeUndefined();
        expect(data?.['wanted']).toEqual([[toy], [expect.anything()]]);
      },
    );

    it('they are, whatever fragments are around them', async () => {
      const query =
        'query ($yes: Boolean!) { me { ... on Person @include(if: $yes) { favourite { box ... on Product { label tall } } id } } }';
      const favourite = { box: '2 5', label: 'label of title of t3', tall: 'title of t3, 5 high' };
      expect(await ask(query, { yes: true })).toEqual({ data: { me: { favourite, id: 'm' } } });
    });

    it('a subgraph is asked about nothing that was not asked for', async () => {
      fetches.length = 0;
      await ask('{ products { related { id } ... on Book { related { ... on Toy { heavy } } } } }');
      const asked = fetches.filter(({ subgraph }) => subgraph === 'inventory');
      expect(asked.flatMap(({ variables }) => Object.values(variables ?? {}))).toEqual([
        [{ __typename: 'Toy', id: 'tb', weight: 2 }],
      ]);
    });
  },
);

describe.each(['apollo', 'hive'] as const)('what is required and did not come, planned by %s', (planner) => {
  const toy = (told: object) => ({ data: { products: [{ __typename: 'Toy', id: 't', ...told }] } });
  const asked = '{ products { ... on Toy { id heavy } } }';

  it('is told as an error where a subgraph left it out, and not as a null', async () => {
    const { ask } = federated(shop, { catalog: async () => toy({}) }, planner);
    const { data, errors } = await ask(asked);
    expect(data).toEqual({ products: [{ id: 't', heavy: null }] });
    expect(errors?.map(({ path }) => path)).toEqual([['products', 0, 'heavy']]);
    expect(errors?.[0]?.originalError?.message).toMatch(/something is missing that has to be told/);
  });

  it('costs no field that does not require it', async () => {
    // The planner's names for the price in two currencies.
    const answer = async () => toy({ price__1: 1, price__2: 2 });
    const { ask } = federated(shop, { catalog: answer }, planner);
    const { data, errors } = await ask('{ products { ... on Toy { euros shipping } } }');
    expect(data).toEqual({ products: [{ euros: '2', shipping: null }] });
    expect(errors?.map(({ path }) => path)).toEqual([['products', 0, 'shipping']]);
  });

  it('is told on where it is null, and once where an error says why', async () => {
    const told = federated(shop, { catalog: async () => toy({ weight: null }) }, planner);
    expect(await told.ask(asked)).toEqual({ data: { products: [{ id: 't', heavy: 'null' }] } });
    const failed = { message: 'no scales', path: ['products', 0, 'weight'] };
    const scaled = federated(shop, { catalog: async () => ({ ...toy({}), errors: [failed] }) }, planner);
    const { data, errors } = await scaled.ask(asked);
    expect(data).toEqual({ products: [{ id: 't', heavy: null }] });
    expect(errors?.map(({ message, path }) => [message, path])).toEqual([['no scales', ['products', 0]]]);
  });
});
