import type { FetchAnswer } from '@tributary/gateway/executor';
import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n`;
const source = (name: string, sdl: string): SubgraphSource => ({ name, sdl: link + sdl, resolvers: {} });

const subgraphs = [
  source(
    'shelter',
    `scalar Anything type Query { made: Anything other: String pet: Pet pets: [Pet] found: [Found] items: [Item!] rows: [[Item!]] }
     interface Pet { name: String } interface Furry implements Pet { name: String } type Dog implements Pet & Furry { name: String } type Cat implements Pet { name: String }
     type Bare { id: ID } type Rock { name: String } union Found = Dog | Cat
     type Item @key(fields: "id") { id: ID! }`,
  ),
  source('notes', 'type Item @key(fields: "id") { id: ID! note: String }'),
];

describe.each(['apollo', 'hive'] as const)(
  'what subgraphs answer that is of another kind, planned by %s',
  (planner) => {
    const ask = async (query: string, shelter: object, notes: FetchAnswer = { data: null }) => {
      const answers = {
        shelter: async () => structuredClone({ data: { other: 'o', ...shelter } }),
        notes: async () => structuredClone(notes),
      };
      const { data, errors = [] } = await federated(subgraphs, answers, planner).ask(query);
      return {
        data,
        told: errors.map(({ path, originalError }) => [path?.join('.'), originalError?.message]),
      };
    };

    it.each(['Bare', 'Rock', 'Found', 'Nothing', 'Query'])(
      'an object of the type %s, which its field cannot have, is null, and told',
      async (__typename) => {
        const { data, told } = await ask('{ other pet { __typename name } }', {
          pet: { __typename, name: 'x' },
        });
        expect(data).toEqual({ other: 'o', pet: null });
        expect(told).toEqual([['pet', expect.stringMatching(/does not have there/)]]);
      },
    );

    it('an object of a type that is none of its union is null, and those around it are not', async () => {
      const found = ['Dog', 'Rock', 'Cat'].map((__typename) => ({ __typename }));
      const { data, told } = await ask('{ found { __typename } }', { found });
      expect(data).toEqual({ found: [{ __typename: 'Dog' }, null, { __typename: 'Cat' }] });
      expect(told).toEqual([['found.1', expect.stringMatching(/does not have there/)]]);
    });

    it('an object that does not say which type of its union it is, is null, and told', async () => {
      const { data, told } = await ask('{ found { ... on Dog { name } } }', { found: [{ name: 'x' }] });
      expect(data).toEqual({ found: [null] });
      expect(told).toEqual([['found.0', expect.stringMatching(/which Found it is/)]]);
    });

    it.each([
      [
        'behind one of which it is known why something is missing',
        [{ __typename: 'Item', id: '1' }, null],
        1,
      ],
      ['before it', [null, { __typename: 'Item', id: '1' }], 0],
    ])('a null where there may be none is told, in a list, %s', async (_, items, at) => {
      const gone = { data: { _entities: [null] } };
      const { data, told } = await ask('{ items { note } }', { items }, gone);
      expect(data).toEqual({ items: null });
      expect(told).toEqual([[`items.${at}`, expect.stringMatching(/^Cannot return null/)]]);
      const inRows = await ask('{ rows { note } }', { rows: [items] }, gone);
      expect(inRows.data).toEqual({ rows: [null] });
      expect(inRows.told).toEqual([[`rows.0.${at}`, expect.stringMatching(/^Cannot return null/)]]);
    });

    it.each(['1e400', '[0, -1e400]', '{"a":{"b":[1e400]}}'])(
      'a number of a scalar of its own that is too large to be read is null, and told: %s',
      async (json) => {
        const { data, told } = await ask('{ other made }', { made: JSON.parse(json) });
        expect(data).toEqual({ other: 'o', made: null });
        expect(told).toEqual([['made', 'The value of Query.made is no Anything.']]);
        const small = { text: 'null', none: null, at: [null, 0] };
        expect(await ask('{ made }', { made: small })).toEqual({ data: { made: small }, told: [] });
      },
    );

    it.each([7, 'x', [[{ note: 'n' }]]])(
      'an entity that is %o is told, and those beside it are taken',
      async (entity) => {
        const items = ['1', '2', '3'].map((id) => ({ __typename: 'Item', id }));
        const notes = { data: { _entities: [{ note: 'a' }, entity, { note: 'c' }] } };
        const { data, told } = await ask('{ items { note } }', { items }, notes);
        expect(data).toEqual({ items: [{ note: 'a' }, { note: null }, { note: 'c' }] });
        expect(told).toEqual([[undefined, expect.stringMatching(/no object/)]]);
      },
    );
  },
);
