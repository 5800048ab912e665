import type { FetchAnswer, SubgraphFetch } from '@tributary/gateway/executor';
import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { type FederatedUnderTest, federated as federatedBy, type SubgraphSource } from './federated.ts';
import { parts } from './library.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@external", "@inaccessible"])\n`;

/** A subgraph whose answers the test writes; only its contract counts. */
const scripted = (name: string, sdl: string): SubgraphSource => ({ name, sdl: link + sdl, resolvers: {} });
const answering =
  (...answers: readonly FetchAnswer[]): SubgraphFetch =>
  async () => {
    const [answer = { data: null }] = answers;
    return structuredClone(answer);
  };

const orders = scripted(
  'orders',
  'type Query { orders: [Order] order: Order } type Order @key(fields: "id") { id: ID! total: Int! customer: Customer } type Customer @key(fields: "id") { id: ID! }',
);
const customers = scripted(
  'customers',
  'type Query { hello: String } type Customer @key(fields: "id") { id: ID! name: String! nick: String mood: Mood } enum Mood { GOOD BAD HIDDEN @inaccessible }',
);
const customer = (id: string) => ({ __typename: 'Customer', id });
const order = (id: string, by: string | null) => ({
  __typename: 'Order',
  id,
  total: 1,
  customer: by === null ? null : customer(by),
});

describe.each(['apollo', 'hive'] as const)('the executor, planned by %s', (planner) => {
  const federated = (
    subgraphs: readonly SubgraphSource[],
    answers: Readonly<Record<string, SubgraphFetch>> = {},
  ): FederatedUnderTest => federatedBy(subgraphs, answers, planner);

  it('asks for each distinct entity once, and puts it wherever it belongs', async () => {
    const shop = federated([orders, customers], {
      orders: answering({
        data: { orders: [order('1', 'a'), null, order('2', 'b'), order('3', 'a'), order('4', null)] },
      }),
      customers: answering({ data: { _entities: [{ name: 'Ann' }, { name: 'Bob' }] } }),
    });
    const { data } = await shop.ask('{ orders { customer { name } } }');
    expect(shop.fetches.at(-1)?.variables).toEqual({ representations: [customer('a'), customer('b')] });
    expect(data).toEqual({
      orders: [
        { customer: { name: 'Ann' } },
        null,
        { customer: { name: 'Bob' } },
        { customer: { name: 'Ann' } },
        { customer: null },
      ],
    });
  });

  it('answers an object whose type nobody asked for, where conditions below apply to no type at all', async () => {
    const zoo = federated(
      [
        scripted(
          'zoo',
          `type Query { animals: [Animal!] pet: Pet } union Pet = Cat | Dog interface Animal { name: String }
          type Cat implements Animal { name: String lives: Int } type Dog implements Animal { name: String barks: Boolean }`,
        ),
      ],
      { zoo: answering({ data: { animals: [{ name: 'Tom' }, { name: 'Rex' }], pet: {} } }) },
    );
    const nobody = '... on Cat { ... on Animal { ... on Dog { barks } } }';
    const text = `{ animals { name ${nobody} ... on Dog { name } } pet { ${nobody} } }`;
    const { data, errors } = await zoo.ask(text);
    expect(errors).toBeUndefined();
    expect(data).toEqual({ animals: [{ name: 'Tom' }, { name: 'Rex' }], pet: {} });
  });

  it('places an error of one entity at every path where it stands', async () => {
    const shop = federated([orders, customers], {
      orders: answering({ data: { orders: [order('1', 'a'), order('2', 'b'), order('3', 'a')] } }),
      customers: answering({
        data: { _entities: [{ nick: null }, { nick: 'bob' }] },
        errors: [{ message: 'no nick', path: ['_entities', 0, 'nick'], extensions: { code: 'FORBIDDEN' } }],
      }),
    });
    const { data, errors } = await shop.ask('{ orders { customer { nick } } }');
    expect(data).toEqual({
      orders: [{ customer: { nick: null } }, { customer: { nick: 'bob' } }, { customer: { nick: null } }],
    });
    expect(errors?.map(({ path }) => path)).toEqual([
      ['orders', 0, 'customer', 'nick'],
      ['orders', 2, 'customer', 'nick'],
    ]);
    expect(errors?.every(({ extensions }) => extensions['code'] === 'FORBIDDEN')).toBe(true);
  });

  it('answers what the other subgraphs know when one fails, and nulls out only what it must', async () => {
    const shop = federated([orders, customers], {
      orders: answering({ data: { orders: [order('1', 'a')] } }),
      customers: async () => ({
        data: null,
        errors: [
          { message: 'away', path: ['_entities', 0, 'name'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
        ],
      }),
    });
    expect(await shop.ask('{ orders { id customer { nick } } }')).toMatchObject({
      data: { orders: [{ id: '1', customer: { nick: null } }] },
      errors: [{ message: 'away' }],
    });
    // A name is promised: without it there is no customer, and a customer may be absent.
    expect(await shop.ask('{ orders { id customer { name } } }')).toMatchObject({
      data: { orders: [{ id: '1', customer: null }] },
      errors: [{ path: ['orders', 0, 'customer', 'name'] }],
    });
  });

  it('says so when a subgraph breaks a promise of the schema, at the place where it did', async () => {
    const shop = federated([orders, customers], {
      orders: answering({
        data: {
          orders: [
            { id: '1', total: 1 },
            { id: '2', total: null },
          ],
          order: { id: '3', total: 'three' },
        },
      }),
    });
    const { data, errors } = await shop.ask('{ orders { id total } order { id total } }');
    expect(data).toEqual({ orders: [{ id: '1', total: 1 }, null], order: null });
    expect(errors?.map(({ path }) => path)).toEqual([
      ['orders', 1, 'total'],
      ['order', 'total'],
    ]);
  });

  it('tells of a broken promise also when another subgraph fails elsewhere, and once where its own error explains the null', async () => {
    const shop = federated([orders, customers], {
      orders: answering({
        data: { orders: [order('1', 'a'), { ...order('2', null), total: null }], order: order('3', 'b') },
      }),
      customers: async () => ({
        data: null,
        errors: [{ message: 'away', path: ['_entities', 0, 'name'] }],
      }),
    });
    const { data, errors } = await shop.ask('{ orders { id total customer { name } } order { id } }');
    expect(data).toEqual({ orders: [{ id: '1', total: 1, customer: null }, null], order: { id: '3' } });
    expect(errors?.map(({ path }) => path)).toEqual([
      ['orders', 0, 'customer', 'name'],
      ['orders', 1, 'total'],
    ]);
  });

  it('tells of a broken promise behind however many nulls that an error explains', async () => {
    const failed = Array.from({ length: 12_000 }, (_, n) => ({ ...order(String(n), null), total: null }));
    const shop = federated([orders], {
      orders: answering({
        data: { orders: failed, order: { ...order('1', null), total: null } },
        errors: [{ message: 'no totals', path: ['orders'] }],
      }),
    });
    const { errors } = await shop.ask('{ orders { id total } order { id total } }');
    expect(errors?.map(({ path }) => path)).toEqual([['orders'], ['order', 'total']]);
  });

  it('adds nothing where one failed field took those beside it along', async () => {
    const till = scripted('till', 'type Query { a: Int! b: Int! }');
    const shop = federated([till], {
      till: async () => ({ data: null, errors: [{ message: 'no more', path: ['second'] }] }),
    });
    const { data, errors } = await shop.ask('{ first: a second: b third: a }');
    expect([data, errors?.map(({ path }) => path)]).toEqual([null, [['second']]]);
  });

  it('hands out no value of an enum that the graph does not show', async () => {
    const shop = federated([orders, customers], {
      orders: answering({ data: { order: order('1', 'a') } }),
      customers: answering({ data: { _entities: [{ mood: 'HIDDEN' }] } }),
    });
    const { data, errors } = await shop.ask('{ order { customer { mood } } }');
    expect(data).toEqual({ order: { customer: { mood: null } } });
    expect(JSON.stringify(errors)).not.toContain('HIDDEN');
  });

  it('takes an answer with too few entities for a failure of the subgraph, not for somebody else’s data', async () => {
    const shop = federated([orders, customers], {
      orders: answering({ data: { orders: [order('1', 'a'), order('2', 'b')] } }),
      customers: answering({ data: { _entities: [{ nick: 'ann' }] } }),
    });
    const { data, errors } = await shop.ask('{ orders { customer { nick } } }');
    expect(data).toEqual({ orders: [{ customer: { nick: null } }, { customer: { nick: null } }] });
    expect(errors).toHaveLength(1);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'treats %s as a name like any other: in aliases, in variables, in what subgraphs answer',
    async (name) => {
      const before = Object.getOwnPropertyNames(Object.prototype);
      const hostile = (value: unknown) =>
        JSON.parse(`{ ${JSON.stringify(name)}: ${JSON.stringify(value)} }`) as Record<string, unknown>;
      const shop = federated([orders, customers], {
        orders: answering({ data: hostile({ ...order('1', 'a'), polluted: true }) }),
        customers: answering({ data: { _entities: [{ ...hostile('ann') }] } }),
      });
      const { data, errors } = await shop.ask(
        `{ ${name}: order { id customer { ${name}: nick } } }`,
        hostile(1),
      );
      expect(errors).toBeUndefined();
      expect(JSON.stringify(data)).toBe(`{"${name}":{"id":"1","customer":{"${name}":"ann"}}}`);
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      expect(({} as Record<string, unknown>)['id']).toBeUndefined();
    },
  );

  it('answers a key nobody sent as null, whatever objects inherit', async () => {
    const shop = federated([orders, customers], {
      orders: answering({ data: { order: { id: '1', total: 1 } } }),
    });
    const { data } = await shop.ask('{ order { constructor: customer { id } toString: customer { id } } }');
    expect(JSON.stringify(data)).toBe('{"order":{"constructor":null,"toString":null}}');
  });

  it('takes what conditions leave out neither into the plan nor into the answer', async () => {
    const library = federated(parts);
    const query =
      'query ($all: Boolean!) { me { id reviews @include(if: $all) { stars } ... @skip(if: $all) { name } } }';
    expect((await library.ask(query, { all: false })).data).toEqual({ me: { id: 'u1', name: 'name of u1' } });
    expect(library.fetches.map(({ subgraph }) => subgraph)).toEqual(['accounts']);
    expect((await library.ask(query, { all: true })).data).toEqual({
      me: { id: 'u1', reviews: [{ stars: 1 }, { stars: 4 }] },
    });
  });

  it.each(['include', 'skip'])('takes no null for what @%s is decided by', async (condition) => {
    const library = federated(parts);
    const query = `query ($all: Boolean = true) { me { id name @${condition}(if: $all) } }`;
    const { data, errors } = await library.ask(query, { all: null });
    expect(data ?? null).toBeNull();
    expect(errors).toMatchObject([
      { message: expect.stringContaining('"$all"'), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(library.fetches).toEqual([]);
    expect((await library.ask(query)).errors).toBeUndefined();
  });

  it('answers introspection beside data, in the order asked, with variables and fragments', async () => {
    const library = federated(parts);
    const query = `query ($name: String!) { kind: __typename type: __type(name: $name) { ...Named } me { id } __schema { queryType { ...Named } } }
      fragment Named on __Type { name }`;
    const { data, errors } = await library.ask(query, { name: 'Book' });
    expect(errors).toBeUndefined();
    expect(JSON.stringify(data)).toBe(
      '{"kind":"Query","type":{"name":"Book"},"me":{"id":"u1"},"__schema":{"queryType":{"name":"Query"}}}',
    );
  });

  it('refuses variables that do not fit, before anything is asked', async () => {
    const library = federated(parts);
    const { errors } = await library.ask('query ($id: ID!) { product(id: $id) { title } }', {
      id: { $ne: null },
    });
    expect(errors?.[0]).toBeInstanceOf(GraphQLError);
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    expect(library.fetches).toEqual([]);
  });

  it('never changes what a subgraph in this process still holds in a leaf', async () => {
    const kept = { deep: { value: 1 } };
    const settings = scripted('settings', 'scalar JSON type Query { settings: JSON again: JSON }');
    const shop = federated([settings], { settings: async () => ({ data: { settings: kept, again: kept } }) });
    const { data } = await shop.ask('{ settings again }');
    expect(data).toEqual({ settings: { deep: { value: 1 } }, again: { deep: { value: 1 } } });
    expect(kept).toEqual({ deep: { value: 1 } });
  });
});
