import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { type FederatedUnderTest, federated as federatedBy, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@context", "@fromContext"])\n`;
const person = (id: string) => ({ __typename: 'Person', id });
/** Thrown before there is a list of entities, so that the subgraph has no list to answer with, and no answer at all: the list may not be null. */
const found = (told: { readonly id: string }): object => {
  if (told.id.startsWith('bad')) throw new Error('nobody may see this');
  return told;
};
const knowing = `type Person @key(fields: "id") { id: ID! name: String age: Int }
  type Town @key(fields: "id") { id: ID! called: String }`;

const parts: readonly SubgraphSource[] = [
  {
    name: 'places',
    sdl: `${link}
      type Query { shop: Shop club: Club town: Town readers: [Reader!]! }
      type Shop { owner: Person keeper: Person } type Club { head: Person }
      type Town @key(fields: "id") { id: ID! }
      type Person @key(fields: "id") { id: ID! }
      type Reader @key(fields: "id") { id: ID! book: Book }
      type Book @key(fields: "id") { id: ID! }`,
    resolvers: {
      Query: {
        shop: () => ({ owner: person('a'), keeper: person('b') }),
        club: () => ({ head: person('bad head') }),
        town: () => ({ id: 'bad town' }),
        readers: () => [
          { id: 'no', book: { id: 'one' } },
          { id: 'se', book: { id: 'bad two' } },
        ],
      },
    },
  },
  {
    name: 'names',
    sdl: `${link}${knowing}
      type Reader @key(fields: "id") @context(name: "reader") { id: ID! language: String! }
      type Book @key(fields: "id") { id: ID! title(language: String @fromContext(field: "$reader { language }")): String }`,
    resolvers: {
      Person: {
        __resolveReference: found,
        name: ({ id }: { id: string }) => `name of ${id}`,
        age: () => 30,
      },
      Town: { __resolveReference: found, called: () => 'a town' },
      Reader: { language: ({ id }: { id: string }) => `language ${id}` },
      Book: {
        __resolveReference: found,
        title: ({ id }: { id: string }, { language }: { language: string }) => `${id} in ${language}`,
      },
    },
  },
];

describe.each(['apollo', 'hive'] as const)(
  'look-ups of one call, of which one fails as a whole, planned by %s',
  (planner) => {
    const calls = ({ fetches }: FederatedUnderTest): number =>
      fetches.filter(({ subgraph }) => subgraph === 'names').length;

    it('cost only what that one was to bring', async () => {
      const graph = federatedBy(parts, {}, planner);
      const { data, errors = [] } = await graph.ask('{ town { called } shop { keeper { name } } }');
      expect(data).toEqual({ town: { called: null }, shop: { keeper: { name: 'name of b' } } });
      expect(errors).toMatchObject([{ path: ['town'], message: 'nobody may see this' }]);
    });

    it('cost only what is at its place, where another place asks for the same', async () => {
      const graph = federatedBy(parts, {}, planner);
      const query = '{ shop { owner { name } keeper { name } } club { head { name } } }';
      const { data, errors = [] } = await graph.ask(query);
      expect(data).toEqual({
        shop: { owner: { name: 'name of a' }, keeper: { name: 'name of b' } },
        club: { head: { name: null } },
      });
      expect(errors).toMatchObject([{ path: ['club', 'head'] }]);
    });

    it('cost only what was asked with its argument from context', async () => {
      const graph = federatedBy(parts, {}, planner);
      const { data, errors = [] } = await graph.ask('{ readers { book { title } } }');
      expect(data).toEqual({
        readers: [{ book: { title: 'one in language no' } }, { book: { title: null } }],
      });
      expect(errors).toHaveLength(1);
    });

    it('are answered as far as they are answered, where one list has another length', async () => {
      const graph = federatedBy(
        parts,
        {
          names: async ({ query }) => {
            // The first has nobody of one that was asked for.
            const keys = [...query.matchAll(/(\w+):\s*_entities/g)].map(([, key = '']) => key);
            const known = { __typename: 'Person', name: 'known', called: 'known' };
            return { data: Object.fromEntries(keys.map((key, at) => [key, at === 0 ? [] : [known]])) };
          },
        },
        planner,
      );
      const { data, errors } = await graph.ask('{ town { called } shop { keeper { name } } }');
      const texts = JSON.stringify(data);
      expect([texts.match(/"known"/g)?.length, texts.match(/null/g)?.length]).toEqual([1, 1]);
      expect(errors).toHaveLength(1);
    });

    it('are answered where the subgraph does not know yet what one of them asks for', async () => {
      const schema = buildSubgraphSchema([
        { typeDefs: parse(link + knowing.replace('called: String', '')), resolvers: {} },
      ]);
      const graph = federatedBy(
        parts,
        {
          names: async ({ query, variables }) => {
            const document = parse(query);
            const errors = validate(schema, document);
            if (errors.length > 0) return { data: null, errors: errors.map(({ message }) => ({ message })) };
            const answer = await execute({
              schema,
              document,
              variableValues: variables,
              fieldResolver: (told, _args, _context, { fieldName }) => told[fieldName] ?? 'known',
            });
            return JSON.parse(JSON.stringify(answer));
          },
        },
        planner,
      );
      const { data, errors = [] } = await graph.ask('{ town { called } shop { keeper { name } } }');
      expect(data).toEqual({ town: { called: null }, shop: { keeper: { name: 'known' } } });
      expect(errors.map(({ message }) => message)).toEqual([
        expect.stringContaining('Cannot query field "called"'),
      ]);
    });

    it('are not asked again of a subgraph that is away or refuses whoever asks', async () => {
      const refused = { message: 'too often', extensions: { code: 'RATE_LIMITED' } };
      const graph = federatedBy(parts, { names: async () => ({ data: null, errors: [refused] }) }, planner);
      const { data } = await graph.ask('{ town { called } shop { keeper { name } } }');
      expect(data).toEqual({ town: { called: null }, shop: { keeper: { name: null } } });
      expect(calls(graph)).toBe(1);
    });
  },
);
