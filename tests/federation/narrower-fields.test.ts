import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])\n';
interface Self {
  readonly id: string;
}
const reference = { __resolveReference: (told: object) => told };
const lost = (what: string) => (): never => {
  throw new Error(`no ${what}`);
};

const weight = ({ id }: Self) => (id === '2' ? lost('weight')() : 7);
const height = ({ id }: Self, { of }: { of: number }) => (id === '1' ? lost('height')() : of);

/** One subgraph promises more of a toy than the graph does. */
const toys: readonly SubgraphSource[] = [
  {
    name: 'list',
    sdl: `${link} type Query { toys: [Toy!]! } type Toy @key(fields: "id") { id: ID! friend: Toy }`,
    resolvers: {
      Query: { toys: () => [{ id: '1' }, { id: '2' }] },
      Toy: { ...reference, friend: ({ id }: Self) => ({ id: `${id}f` }) },
    },
  },
  {
    name: 'scales',
    sdl: `${link} type Toy @key(fields: "id") { id: ID! weight: Int! @shareable height(of: Int = 1): Int! @shareable colour: String name: String! }`,
    resolvers: {
      Toy: {
        ...reference,
        weight,
        height,
        colour: ({ id }: Self) => `red ${id}`,
        name: ({ id }: Self) => (id === '2f' ? lost('name')() : `toy ${id}`),
      },
    },
  },
  {
    name: 'archive',
    sdl: `${link} type Toy @key(fields: "id") { id: ID! weight: Int @shareable height(of: Int = 1): Int @shareable }`,
    resolvers: { Toy: { ...reference, weight, height } },
  },
];

describe.each(['apollo', 'hive'] as const)(
  'a field that may be null in the graph and not in its subgraph, planned by %s',
  (planner) => {
    const { ask, fetches } = federated(toys, {}, planner);

    it('fails alone', async () => {
      fetches.length = 0;
      const query = 'query ($of: Int) { toys { id weight tall: height(of: $of) colour } }';
      const { data, errors } = await ask(query, { of: 3 });
      expect(data).toEqual({
        toys: [
          { id: '1', weight: 7, tall: null, colour: 'red 1' },
          { id: '2', weight: null, tall: 3, colour: 'red 2' },
        ],
      });
      expect(errors?.map(({ path }) => path?.join('.')).sort()).toEqual(['toys.0.tall', 'toys.1.weight']);
      const asked = fetches.map(({ subgraph }) => subgraph);
      expect(asked).toEqual([...new Set(asked)]);
    });

    it('takes nothing along that stands elsewhere, and is taken along by what must be there', async () => {
      const query = '{ toys { colour friend { weight colour name } } }';
      const { data, errors } = await ask(query);
      expect(data).toEqual({
        toys: [
          { colour: 'red 1', friend: { weight: 7, colour: 'red 1f', name: 'toy 1f' } },
          { colour: 'red 2', friend: null },
        ],
      });
      expect(errors?.map(({ message, path }) => [message, path?.join('.')])).toEqual([
        ['no name', 'toys.1.friend.name'],
      ]);
    });

    it('is asked for as ever where it is all that is asked', async () => {
      fetches.length = 0;
      await ask('{ toys { weight } }');
      expect(fetches.map(({ query }) => query.match(/_entities/g)?.length)).toEqual([undefined, 1]);
    });
  },
);
