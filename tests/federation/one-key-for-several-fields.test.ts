import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@external"])\n`;
const source = (name: string, sdl: string, resolvers: object): SubgraphSource => ({
  name,
  sdl: link + sdl,
  resolvers,
});
interface Self {
  readonly id: string;
}
const told = (field: string) => (self: Self, args: object) =>
  [field, self.id, ...Object.values(args)].join(' ');

const vehicles = [
  source(
    'vehicles',
    `type Query { vehicles: [Vehicle!]! }
     interface Vehicle { id: ID! }
     type Car implements Vehicle @key(fields: "id") { id: ID! }
     type Boat implements Vehicle @key(fields: "id") { id: ID! }`,
    {
      Query: {
        vehicles: () => [
          { __typename: 'Car', id: 'c' },
          { __typename: 'Boat', id: 'b' },
        ],
      },
    },
  ),
  source(
    'register',
    `type Car @key(fields: "id") { id: ID! plate: String range(of: Int): String owner: Person }
     type Boat @key(fields: "id") { id: ID! hull: String! speed(at: Int): String owner: Person }
     type Person @key(fields: "id") { id: ID! }`,
    {
      Car: { plate: told('plate'), range: told('range'), owner: () => ({ id: 'ann' }) },
      Boat: { hull: told('hull'), speed: told('speed'), owner: () => ({ id: 'bob' }) },
    },
  ),
  source(
    'people',
    `type Person @key(fields: "id") { id: ID! name: String nick: String years: Int! age: Int! }
     type Boat @key(fields: "id") { id: ID! skipper: String }`,
    {
      Person: {
        name: told('name'),
        nick: told('nick'),
        years: () => 40,
        age: () => {
          throw new Error('nobody asks that');
        },
      },
      Boat: { skipper: told('skipper') },
    },
  ),
  source(
    'taxes',
    `type Car @key(fields: "id") { id: ID! plate: String @external tax: String @requires(fields: "plate") }
     type Boat @key(fields: "id") { id: ID! speed(at: Int): String @external toll: String @requires(fields: "speed(at: 9)") }`,
    {
      Car: { tax: ({ plate }: { plate: string }) => `tax of ${plate}` },
      Boat: { toll: ({ speed }: { speed: string }) => `toll of ${speed}` },
    },
  ),
];

describe.each(['apollo', 'hive'] as const)(
  'one key for fields of several types, planned by %s',
  (planner) => {
    const { ask, fetches } = federated(vehicles, {}, planner);
    const answered = async (selection: string): Promise<unknown> => {
      const { data, errors } = await ask(`{ vehicles { ${selection} } }`);
      expect(errors).toBeUndefined();
      return data?.['vehicles'];
    };

    it('has the field of each type, whatever the fields’ arguments and subgraphs', async () => {
      expect(await answered('... on Car { it: range(of: 1) } ... on Boat { it: speed(at: 2) }')).toEqual([
        { it: 'range c 1' },
        { it: 'speed b 2' },
      ]);
      expect(await answered('... on Car { it: plate } ... on Boat { it: skipper }')).toEqual([
        { it: 'plate c' },
        { it: 'skipper b' },
      ]);
    });

    it('has what each type asked for of what both have below', async () => {
      expect(await answered('... on Car { owner { it: name } } ... on Boat { owner { it: nick } }')).toEqual([
        { owner: { it: 'name ann' } },
        { owner: { it: 'nick bob' } },
      ]);
    });

    it('is one key where a fragment that both share asks on', async () => {
      const shared = '... on Vehicle { ... on Car { owner { id } } ... on Boat { owner { id } } }';
      expect(
        await answered(`... on Car { owner { it: name } } ... on Boat { owner { it: nick } } ${shared}`),
      ).toEqual([{ owner: { it: 'name ann', id: 'ann' } }, { owner: { it: 'nick bob', id: 'bob' } }]);
    });

    it('may be the name of what a plan needs: keys, what is required, and type names', async () => {
      expect(
        await answered('... on Car { id: plate plate: range(of: 3) tax } ... on Boat { id: hull skipper }'),
      ).toEqual([
        { id: 'plate c', plate: 'range c 3', tax: 'tax of plate c' },
        { id: 'hull b', skipper: 'skipper b' },
      ]);
      expect(
        await answered('... on Car { __typename: plate tax } ... on Boat { kind: __typename skipper }'),
      ).toEqual([
        { __typename: 'plate c', tax: 'tax of plate c' },
        { kind: 'Boat', skipper: 'skipper b' },
      ]);
    });

    it('may be the name of what a plan needs with other arguments, or with none', async () => {
      for (const [asked, told] of [
        ['speed', 'speed b'],
        ['speed(at: 2)', 'speed b 2'],
        ['speed(at: 9)', 'speed b 9'],
      ])
        expect(await answered(`... on Boat { ${asked} toll }`)).toEqual([
          {},
          { speed: told, toll: 'toll of speed b 9' },
        ]);
    });

    it('is the client’s in the paths of errors', async () => {
      const { data, errors } = await ask(
        '{ vehicles { ... on Car { owner { of: years } } ... on Boat { owner { of: age } } } }',
      );
      expect(data).toEqual({ vehicles: [{ owner: { of: 40 } }, { owner: null }] });
      expect(errors?.map(({ path }) => path)).toEqual([['vehicles', 1, 'owner', 'of']]);
    });

    it('asks no more for it: each type for its own', async () => {
      fetches.length = 0;
      await answered('... on Car { it: plate } ... on Boat { it: skipper }');
      const asked = fetches.map(({ subgraph }) => subgraph).sort();
      expect(asked).toEqual(['people', 'register', 'vehicles']);
    });
  },
);

describe.each(['apollo', 'hive'] as const)(
  'an alias that is the name of its field, planned by %s',
  (planner) => {
    const chain = { id: '1', next: { __typename: 'Link', id: '2', next: { __typename: 'Link', id: '3' } } };
    const { ask } = federated(
      [
        source(
          'one',
          'type Query { link: Link } interface Part { id: ID! next: Part } type Link implements Part @key(fields: "id") { id: ID! next: Part box: Box } type Box { wide: Int high: Int }',
          {
            Query: { link: () => ({ ...chain, box: { wide: 1, high: 2 } }) },
          },
        ),
        source('two', 'type Link @key(fields: "id") { id: ID! weight: Int }', {
          Link: { weight: ({ id }: Self) => Number(id) },
        }),
      ],
      {},
      planner,
    );

    it.each([
      [
        '{ link { next: next { __typename } next { id } } }',
        { link: { next: { __typename: 'Link', id: '2' } } },
      ],
      [
        '{ link { next { id } next: next { ... on Link { weight } } } }',
        { link: { next: { id: '2', weight: 2 } } },
      ],
      [
        '{ link { box: box { wide } box { high } ...on Link { id: id id } } }',
        { link: { box: { wide: 1, high: 2 }, id: '1' } },
      ],
      [
        '{ link: link { ...F } link { ...F } } fragment F on Link { next: next { next { id } } next { next: next { id __typename } } }',
        { link: { next: { next: { id: '3', __typename: 'Link' } } } },
      ],
    ])('is none: %s', async (query, data) => {
      expect(await ask(query)).toEqual({ data });
    });
  },
);
