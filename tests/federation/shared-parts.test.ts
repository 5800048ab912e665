import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n`;
const source = (name: string, sdl: string, resolvers: object): SubgraphSource => ({
  name,
  sdl: link + sdl,
  resolvers,
});

const owner = { __typename: 'Person', id: 'a' };
const town = [
  source(
    'places',
    `type Query { shops: [Shop!] clubs: [Club!] }
     type Shop { owner: Person }
     type Club { owner: Person }
     type Person @key(fields: "id") { id: ID! }`,
    {
      Query: {
        shops: () => [{ owner }, { owner }],
        clubs: () => [{ owner }],
      },
    },
  ),
  source('friends', 'type Person @key(fields: "id") { id: ID! friends: [Person!] best: Person }', {
    Person: { friends: () => [{ id: 'b' }, { id: 'c' }], best: () => ({ id: 'b' }) },
  }),
  source('names', 'type Person @key(fields: "id") { id: ID! name: String nick: String age: Int! }', {
    Person: {
      name: ({ id }: { id: string }) => `name of ${id}`,
      nick: ({ id }: { id: string }) => `nick of ${id}`,
      age: ({ id }: { id: string }) => {
        if (id === 'c') throw new Error('nobody asks that');
        return 30;
      },
    },
  }),
];

/** One person owns three places, so what they have below them is brought once, and stands in three places of the answer. */
describe.each(['apollo', 'hive'] as const)('what one entity has below it, planned by %s', (planner) => {
  const ask = federated(town, {}, planner).ask;
  const friends = (field: string) => ({ friends: ['b', 'c'].map((id) => ({ it: `${field} of ${id}` })) });

  it('stands wherever the entity does', async () => {
    const { data } = await ask('{ shops { owner { id friends { it: name } } } }');
    expect(data).toEqual({ shops: [1, 2].map(() => ({ owner: { id: 'a', ...friends('name') } })) });
  });

  it('is what each place asked for, where places ask something else under one name', async () => {
    const { data } = await ask(
      '{ shops { owner { friends { it: name } } } clubs { owner { friends { it: nick } } } }',
    );
    expect(data).toEqual({
      shops: [1, 2].map(() => ({ owner: friends('name') })),
      clubs: [{ owner: friends('nick') }],
    });
  });

  it('has its errors at every place, and takes along what must not be null at each', async () => {
    const { data, errors } = await ask('{ shops { owner { id friends { age } best { age } } } }');
    const left = { owner: { id: 'a', friends: null, best: { age: 30 } } };
    expect(data).toEqual({ shops: [left, left] });
    expect(errors?.map(({ path }) => path?.join('.')).sort()).toEqual([
      'shops.0.owner.friends.1.age',
      'shops.1.owner.friends.1.age',
    ]);
  });
});

it.each(['apollo', 'hive'] as const)(
  'what a subgraph answers of the root stands once wherever a field leads back there, planned by %s',
  async (planner) => {
    const graph = [
      source('receipts', 'type Query { receipts: [Receipt!] } type Receipt { again: Query }', {}),
      source(
        'things',
        'type Query { things: [Thing!] } type Thing { part: Part } type Part @key(fields: "id") { id: ID! }',
        {},
      ),
      source('parts', 'type Part @key(fields: "id") { id: ID! name: String }', {}),
    ];
    const many = Array.from({ length: 50 }, (_, at) => at);
    let reads = 0;
    const thing = (at: number) => {
      const part = { __typename: 'Part', id: `${at}` };
      return {
        get part() {
          reads += 1;
          return part;
        },
      };
    };
    const answers = {
      receipts: async () => ({ data: { receipts: many.map(() => ({ again: {} })) } }),
      things: async () => ({ data: { things: many.map(thing) } }),
      parts: async () => ({ data: { _entities: many.map((at) => ({ name: `part ${at}` })) } }),
    };
    const { data, errors } = await federated(graph, answers, planner).ask(
      '{ receipts { again { things { part { name } } } } }',
    );
    expect(errors).toBeUndefined();
    const things = many.map((at) => ({ part: { name: `part ${at}` } }));
    expect(data).toEqual({ receipts: many.map(() => ({ again: { things } })) });
    expect(reads).toBeLessThan(5 * many.length);
  },
);
