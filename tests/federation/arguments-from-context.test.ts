import type { FetchAnswer, SubgraphFetch } from '@tributary/gateway/executor';
import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@external", "@context", "@fromContext", "@inaccessible"])\n`;
interface Self {
  readonly id: string;
}

const currencies = ['USD', 'EUR', null];
/** Three customers have the same book in their carts, and one of them another. */
const shop: SubgraphSource = {
  name: 'shop',
  sdl: `${link}
    type Query { customers: [Customer!]! many: [Customer!]! visitors: [Visitor!]! }
    interface Visitor { cart: [Book!]! }
    type Customer implements Visitor @key(fields: "id") @context(name: "customer") {
      id: ID! currency: String level: Level @external cart: [Book!]! }
    type Guest implements Visitor @context(name: "customer") { currency: String level: Level cart: [Book!]! }
    enum Level { GOLD PLAIN }
    type Book @key(fields: "id") { id: ID! title: String
      price(currency: String @fromContext(field: "$customer { currency }") pieces: Int = 1): String
      gift(level: Level @fromContext(field: "$customer { level }")): Gift }
    type Gift { name: String! }`,
  resolvers: {
    Query: {
      customers: () => ['0', '1', '2', '3'].map((id) => ({ id })),
      many: () => Array.from({ length: 45 }, (_, at) => ({ id: String(10 + at) })),
      visitors: () => [
        { __typename: 'Customer', id: '1' },
        { __typename: 'Guest', id: '2' },
      ],
    },
    Customer: {
      currency: ({ id }: Self) => (Number(id) < 10 ? currencies[Number(id) % 3] : `C${id}`),
      cart: ({ id }: Self) => [{ id: 'a' }, ...(id === '1' ? [{ id: 'b' }] : [])],
    },
    Guest: { currency: () => null, cart: () => [{ id: 'b' }] },
    Book: {
      title: ({ id }: Self) => `title of ${id}`,
      price: ({ id }: Self, { currency, pieces }: { currency: string | null; pieces: number }) => {
        if (currency === null) throw new Error('in what currency?');
        return `${pieces} ${id} for ${currency}`;
      },
      gift: ({ id }: Self, { level }: { level: string }) => ({ name: `${level} with ${id}` }),
    },
  },
};
const levels: SubgraphSource = {
  name: 'levels',
  sdl: `${link}
    type Customer @key(fields: "id") { id: ID! level: Level }
    enum Level { GOLD PLAIN }
    type Book @key(fields: "id") { id: ID! pages: Int }`,
  resolvers: {
    Customer: { level: ({ id }: Self) => (id === '0' ? 'GOLD' : 'PLAIN') },
    Book: { pages: () => 7 },
  },
};

describe.each(['apollo', 'hive'] as const)('arguments from context, planned by %s', (planner) => {
  const graph = (answers: Readonly<Record<string, SubgraphFetch>> = {}) =>
    federated([shop, levels], answers, planner);

  it('have for each object the value that stands above it, and none where that is null', async () => {
    const { ask } = graph();
    const { data, errors } = await ask('{ customers { cart { price } } }');
    expect(data).toEqual({
      customers: [
        { cart: [{ price: '1 a for USD' }] },
        { cart: [{ price: '1 a for EUR' }, { price: '1 b for EUR' }] },
        { cart: [{ price: null }] },
        { cart: [{ price: '1 a for USD' }] },
      ],
    });
    expect(errors?.map(({ message, path }) => [message, path])).toEqual([
      ['in what currency?', ['customers', 2, 'cart', 0, 'price']],
    ]);
  });

  it('are asked in one call, each object once for every value', async () => {
    const { ask, fetches } = graph();
    await ask('{ customers { cart { price title pages } } }');
    const asked = fetches.filter(({ query }) => query.includes('price'));
    expect(asked).toHaveLength(1);
    expect(asked[0]?.variables).toMatchObject({
      representations_0: [{ id: 'a' }],
      representations_1: [{ id: 'a' }, { id: 'b' }],
      representations_2: [{ id: 'a' }],
    });
    expect(fetches.map(({ subgraph }) => subgraph).toSorted()).toEqual(['levels', 'shop', 'shop']);
  });

  it('are asked in several calls where very many values differ', async () => {
    const { ask, fetches } = graph();
    const { data, errors } = await ask('{ many { id cart { price } } }');
    expect(errors).toBeUndefined();
    const many = (data?.['many'] ?? []) as readonly { id: string; cart: readonly { price: string }[] }[];
    expect(many.map(({ cart }) => cart[0]?.price)).toEqual(many.map(({ id }) => `1 a for C${id}`));
    const sizes = fetches.flatMap(({ query }) => query.match(/_entities\(/g)?.length ?? []);
    expect(sizes.toSorted((one, other) => one - other)).toEqual([5, 20, 20]);
  });

  it('stand beside arguments of the client, under keys of its own', async () => {
    const { ask } = graph();
    const { data } = await ask(
      'query ($n: Int) { customers { currency: id cart { currency: price(pieces: $n) id: price(pieces: 3) } } }',
      { n: 2 },
    );
    expect(data).toMatchObject({
      customers: [{ currency: '0', cart: [{ currency: '2 a for USD', id: '3 a for USD' }] }, {}, {}, {}],
    });
  });

  it('are found where an operation names an interface alone', async () => {
    const { ask } = graph();
    const { data } = await ask('{ visitors { cart { price } } }');
    expect(data).toEqual({
      visitors: [{ cart: [{ price: '1 a for EUR' }, { price: '1 b for EUR' }] }, { cart: [{ price: null }] }],
    });
  });

  it('are asked for the objects alone that the client asks them of', async () => {
    const { ask } = graph();
    const { data, errors } = await ask('{ visitors { cart { title } ... on Customer { cart { price } } } }');
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      visitors: [{ cart: [{ price: '1 a for EUR' }, {}] }, { cart: [{ title: 'title of b' }] }],
    });
  });

  it('come from another subgraph before they are passed on', async () => {
    const { ask, fetches } = graph();
    const { data, errors } = await ask('{ customers { cart { gift { name } } } }');
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      customers: [
        { cart: [{ gift: { name: 'GOLD with a' } }] },
        { cart: [{ gift: { name: 'PLAIN with a' } }, {}] },
        {},
        {},
      ],
    });
    expect(fetches.map(({ subgraph }) => subgraph)).toEqual(['shop', 'levels', 'shop']);
  });

  it('leave out what would be asked without them, and nothing else, where their values could not be brought', async () => {
    const away: SubgraphFetch = async (): Promise<FetchAnswer> => ({
      data: null,
      errors: [{ message: 'levels is away' }],
    });
    const { ask, fetches } = graph({ levels: away });
    const { data, errors } = await ask('{ customers { cart { gift { name } price } } }');
    expect(data).toMatchObject({ customers: [{ cart: [{ gift: null, price: '1 a for USD' }] }, {}, {}, {}] });
    expect(errors?.map(({ message }) => message)).toContain('levels is away');
    expect(fetches.some(({ query }) => query.includes('gift'))).toBe(false);
  });

  it('cannot be given by clients, neither as arguments nor under the names of their variables', async () => {
    const { ask, fetches } = graph();
    await ask('{ customers { cart { price } } }');
    const [name = ''] = fetches.at(-1)?.query.match(/contextualArgument_\d+_\d+/) ?? [];
    for (const taken of [name, `${name}_0`, `${name}_17`])
      await expect(
        ask(`query ($${taken}: Int) { customers { cart { price(pieces: $${taken}) } } }`, { [taken]: 5 }),
      ).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    // Those of lists of entities are moved out of the way.
    for (const free of ['representations_of', 'representations', 'representations_0']) {
      const { data } = await ask(`query ($${free}: Int) { customers { cart { price(pieces: $${free}) } } }`, {
        [free]: 5,
      });
      expect(data).toMatchObject({ customers: [{ cart: [{ price: '5 a for USD' }] }, {}, {}, {}] });
    }
  });

  it('change nothing in a graph that only names a context', async () => {
    const plain = { ...shop, sdl: shop.sdl.replaceAll(/@fromContext\([^)]*\)| @external/g, '') };
    const { ask } = federated([plain], {}, planner);
    const { data } = await ask('{ customers { cart { price(currency: "CHF") } } }');
    expect(data).toMatchObject({ customers: [{ cart: [{ price: '1 a for CHF' }] }, {}, {}, {}] });
  });

  it.each([
    ['an interface', 'I'],
    ['a union', 'U'],
    ['both, and the types in them', 'IUT'],
    ['the types alone', 'T'],
  ])(
    'are read of objects whatever sets their context: %s; also where no client sees the value',
    async (_name, by) => {
      const { ask } = federated(setBy(by), {}, planner);
      const { data, errors } = await ask(`query ($yes: Boolean = true) {
      people { ...F @include(if: $yes) }
      either { ... on Member { books { price } } ... on Person { books { ...B } } }
    } fragment F on Person { books { ...B } } fragment B on Book { price secret }`);
      expect(errors).toBeUndefined();
      const book = (who: string) => ({ price: `price for ${who}`, secret: `secret of ${who}` });
      expect(data).toEqual({
        people: [{ books: [book('m1')] }, { books: [book('g2')] }],
        either: [{ books: [book('g3')] }, { books: [book('m4')] }],
      });
    },
  );
});

/** A graph in which a context is set by the interface (I), the union (U), or the types (T). */
function setBy(who: string): readonly SubgraphSource[] {
  const set = (letter: string): string => (who.includes(letter) ? '@context(name: "person")' : '');
  const own = 'name: String hidden: String @inaccessible books: [Book!]!';
  const read = (field: string): string =>
    who.includes('U')
      ? `$person ... on Member { ${field} } ... on Guest { ${field} }`
      : `$person { ${field} }`;
  const person = {
    name: ({ id }: Self) => id,
    hidden: ({ id }: Self) => id,
    books: () => [{ id: 'a' }],
  };
  const member = (id: string) => ({ __typename: 'Member', id });
  const guest = (id: string) => ({ __typename: 'Guest', id });
  const people: SubgraphSource = {
    name: 'people',
    sdl: `${link}
      type Query { people: [Person!]! either: [Either!]! }
      interface Person ${set('I')} { ${own} }
      union Either ${set('U')} = Member | Guest
      type Member implements Person ${set('T')} { ${own} }
      type Guest implements Person ${set('T')} { ${own} }
      type Book @key(fields: "id") { id: ID!
        price(name: String @fromContext(field: "${read('name')}")): String
        secret(hidden: String @fromContext(field: "${read('hidden')}")): String }`,
    resolvers: {
      Query: {
        people: () => [member('m1'), guest('g2')],
        either: () => [guest('g3'), member('m4')],
      },
      Member: person,
      Guest: person,
      Book: {
        price: (_: Self, { name }: { name: string }) => `price for ${name}`,
        secret: (_: Self, { hidden }: { hidden: string }) => `secret of ${hidden}`,
      },
    },
  };
  const pages: SubgraphSource = {
    name: 'pages',
    sdl: `${link} type Book @key(fields: "id") { id: ID! pages: Int }`,
    resolvers: { Book: { pages: () => 7 } },
  };
  return [people, pages];
}
