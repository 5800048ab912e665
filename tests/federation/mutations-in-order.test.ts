import { rounds } from '@tributary/test-kit';
import fc from 'fast-check';
import { buildSchema, execute, parse } from 'graphql';
import { beforeEach, describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@shareable", "@requires", "@external", "@interfaceObject"])\n`;
const source = (name: string, sdl: string, resolvers: object): SubgraphSource => ({
  name,
  sdl: link + sdl,
  resolvers,
});

/** What was done so far; what is asked below a mutation tells it. */
let done: string[] = [];
beforeEach(() => {
  done = [];
});
const does = (what: string) => (): { id: string } => {
  done.push(what);
  return { id: what };
};
const drops = (what: string) => (): number => done.push(what);
const seen = (): string => done.join(' ');
const reference = { __resolveReference: (told: object) => told };

const ways = 'way: Way @shareable';
const way = { way: () => ({ query: {} }) };
const parts: readonly SubgraphSource[] = [
  source(
    'a',
    `type Query { aSeen: String! } type Way @shareable { query: Query }
     type Mutation { aMake: Thing aDrop: Int! aAll: [Thing!]! }
     type Thing @key(fields: "id") { id: ID! ${ways} here: String! }`,
    {
      Query: { aSeen: seen },
      Mutation: { aMake: does('aMake'), aDrop: drops('aDrop'), aAll: () => [does('aAll')(), { id: 'x' }] },
      Thing: { ...reference, ...way, here: seen },
    },
  ),
  source(
    'b',
    `type Query { bSeen: String! } type Mutation { bMake: Thing bDrop: Int! }
     type Thing @key(fields: "id") { id: ID! there: String! }`,
    {
      Query: { bSeen: seen },
      Mutation: { bMake: does('bMake'), bDrop: drops('bDrop') },
      Thing: { ...reference, there: seen },
    },
  ),
  source(
    'c',
    `type Mutation { cDrop: Int! }
     type Thing @key(fields: "id") { id: ID! there: String! @external last: String! @requires(fields: "there") }`,
    {
      Mutation: { cDrop: drops('cDrop') },
      Thing: { ...reference, last: ({ there }: { there: string }) => `${there}, ${seen()}` },
    },
  ),
];

/** The same as one server. */
const thing = (of: { id: string }) => ({
  ...of,
  here: seen,
  there: seen,
  last: () => `${seen()}, ${seen()}`,
  way: () => ({ query: { aSeen: seen, bSeen: seen } }),
});
const whole = buildSchema(`
  type Query { aSeen: String! bSeen: String! } type Way { query: Query }
  type Mutation { aMake: Thing aDrop: Int! aAll: [Thing!]! bMake: Thing bDrop: Int! cDrop: Int! }
  type Thing { id: ID! way: Way here: String! there: String! last: String! }`);
const rootValue = {
  aMake: () => thing(does('aMake')()),
  aDrop: drops('aDrop'),
  aAll: () => [does('aAll')(), { id: 'x' }].map(thing),
  bMake: () => thing(does('bMake')()),
  bDrop: drops('bDrop'),
  cDrop: drops('cDrop'),
};

describe.each(['apollo', 'hive'] as const)(
  'mutations of one operation, each with all that is below it before the next, planned by %s',
  (planner) => {
    const { ask, fetches } = federated(parts, {}, planner);
    const answered = async (query: string): Promise<unknown> => {
      done = [];
      fetches.length = 0;
      const { data, errors } = await ask(query);
      expect(errors).toBeUndefined();
      return data;
    };

    it('are asked for what another subgraph has of the first before a third is told the next', async () => {
      expect(await answered('mutation { aMake { there } cDrop }')).toEqual({
        aMake: { there: 'aMake' },
        cDrop: 2,
      });
      expect(await answered('mutation { x: aMake { there last } y: bMake { last } z: aDrop cDrop }')).toEqual(
        {
          x: { there: 'aMake', last: 'aMake, aMake' },
          y: { last: 'aMake bMake, aMake bMake' },
          z: 3,
          cDrop: 4,
        },
      );
    });

    it('are so where one subgraph has them all, and something below the first is elsewhere', async () => {
      expect(
        await answered(
          'mutation { one: aMake { way { query { bSeen } } } two: aMake { there } three: aDrop }',
        ),
      ).toEqual({
        one: { way: { query: { bSeen: 'aMake' } } },
        two: { there: 'aMake aMake' },
        three: 3,
      });
    });

    it('are one fetch where nothing between them is elsewhere', async () => {
      expect(await answered('mutation { aDrop one: aMake { here } two: aMake { there } }')).toEqual({
        aDrop: 1,
        one: { here: 'aDrop aMake' },
        two: { there: 'aDrop aMake aMake' },
      });
      expect(fetches.map(({ subgraph }) => subgraph)).toEqual(['a', 'b']);
    });

    it('are as one server would do any of them', async () => {
      const below = fc
        .subarray(['here', 'there', 'last', 'way { query { aSeen } }', 'way { query { bSeen } }'], {
          minLength: 1,
        })
        .map((fields) => `{ ${fields.join(' ')} }`);
      const root = fc.oneof(
        fc.constantFrom('aDrop', 'bDrop', 'cDrop'),
        fc.tuple(fc.constantFrom('aMake', 'aAll', 'bMake'), below).map((each) => each.join(' ')),
      );
      const mutation = fc
        .array(root, { minLength: 2, maxLength: 6 })
        .map((fields) => `mutation { ${fields.map((field, at) => `m${at}: ${field}`).join(' ')} }`);
      await fc.assert(
        fc.asyncProperty(mutation, async (query) => {
          done = [];
          const expected = await execute({ schema: whole, document: parse(query), rootValue });
          expect(await answered(query)).toEqual(JSON.parse(JSON.stringify(expected.data)));
        }),
        { numRuns: rounds(40, 120) },
      );
    });
  },
);

const media = [
  source(
    'shelf',
    `type Query { all: [Media!]! } interface Media @key(fields: "id") { id: ID! pages: Int }
     type Book implements Media @key(fields: "id") { id: ID! pages: Int }`,
    {
      Media: { __resolveReference: ({ id }: { id: string }) => ({ __typename: 'Book', id, pages: 7 }) },
      Book: { ...reference, pages: () => 7 },
    },
  ),
  source(
    'press',
    'type Mutation { make: [Media!]! } type Media @key(fields: "id") @interfaceObject { id: ID! }',
    { Mutation: { make: () => [does('make')()] } },
  ),
  source(
    'critics',
    `type Media @key(fields: "id") @interfaceObject {
      id: ID! pages: Int @external score: String @requires(fields: "pages") plain: String }`,
    { Media: { ...reference, score: seen, plain: seen } },
  ),
  source('end', 'type Mutation { drop: Int! }', { Mutation: { drop: drops('drop') } }),
];

it.each(['apollo', 'hive'] as const)(
  'what is asked of interface objects afterwards is asked before the next mutation, planned by %s',
  async (planner) => {
    const { ask } = federated(media, {}, planner);
    const { data, errors } = await ask('mutation { make { score plain } drop again: make { score } }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      make: [{ score: 'make', plain: 'make' }],
      drop: 2,
      again: [{ score: 'make drop make' }],
    });
  },
);

it.each(['apollo', 'hive'] as const)(
  'variables of one mutation, and fragments, are no matter of the next, planned by %s',
  async (planner) => {
    const { ask } = federated(
      [
        source(
          'a',
          'type Query { a: Int } type Mutation { put(text: String!): Thing! } type Thing @key(fields: "id") { id: ID! }',
          {
            Mutation: { put: (_: unknown, { text }: { text: string }) => does(text)() },
          },
        ),
        source('b', 'type Thing @key(fields: "id") { id: ID! there(in: String = "de"): String }', {
          Thing: { ...reference, there: (_: unknown, given: { in: string }) => `${given.in}: ${seen()}` },
        }),
      ],
      {},
      planner,
    );
    const query = `mutation ($one: String!, $two: String!, $in: String, $not: Boolean!) {
      ...Both one: put(text: $one) { id @skip(if: $not) } no: put(text: "no") @skip(if: $not) { id }
    }
    fragment Both on Mutation { one: put(text: $one) { ...Own } ... { two: put(text: $two) { ...Own there2: there(in: "en") } } __typename }
    fragment Own on Thing { there(in: $in) }`;
    const { data, errors } = await ask(query, { one: '1', two: '2', not: true });
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      one: { there: 'de: 1' },
      two: { there: 'de: 1 2', there2: 'en: 1 2' },
      __typename: 'Mutation',
    });
  },
);

it.each(['apollo', 'hive'] as const)(
  'a mutation that leaves no data, by what another subgraph has below it, is the last that is done, planned by %s',
  async (planner) => {
    const { ask } = federated(
      [
        source(
          'a',
          `type Query { a: Int } type Mutation { must: Thing! may: Thing all: [Thing]! }
           type Thing @key(fields: "id") { id: ID! }`,
          { Mutation: { must: does('must'), may: does('may'), all: () => [does('all')()] } },
        ),
        source('b', 'type Thing @key(fields: "id") { id: ID! sure: String! }', {
          Thing: {
            ...reference,
            sure: () => {
              throw new Error('not sure');
            },
          },
        }),
        source('c', 'type Mutation { drop: Int }', { Mutation: { drop: drops('drop') } }),
      ],
      {},
      planner,
    );
    const asked = async (query: string): Promise<unknown> => {
      done = [];
      const { data, errors } = await ask(query);
      return [data, errors?.map(({ path }) => path), seen()];
    };
    expect(await asked('mutation { may { sure } all { sure } drop }')).toEqual([
      { may: null, all: [null], drop: 3 },
      [
        ['may', 'sure'],
        ['all', 0, 'sure'],
      ],
      'may all drop',
    ]);
    expect(await asked('mutation { may { id } other: must { sure } drop again: must { id } }')).toEqual([
      null,
      [['other', 'sure']],
      'may must',
    ]);
  },
);
