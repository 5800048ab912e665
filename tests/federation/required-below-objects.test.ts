import type { FetchAnswer, SubgraphFetch } from '@tributary/gateway/executor';
import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@external", "@shareable"])\n`;
const source = (name: string, sdl: string): SubgraphSource => ({ name, sdl: link + sdl, resolvers: {} });
const answering =
  (answer: FetchAnswer): SubgraphFetch =>
  async () =>
    structuredClone(answer);

const subgraphs = [
  source(
    'catalog',
    `type Query { product: Product } type Product @key(fields: "id") { id: ID! owner: Person owners: [Person] media: [Media] }
     type Person @key(fields: "id") { id: ID! } interface Media { length: Int } type Book implements Media { length: Int @shareable title: String } type Film implements Media { length: Int @shareable }`,
  ),
  source('people', 'type Person @key(fields: "id") { id: ID! tier: String }'),
  source(
    'prices',
    `type Product @key(fields: "id") { id: ID! owner: Person @external owners: [Person] @external media: [Media] @external
       price: Int @requires(fields: "owner { tier }") discount: Int @requires(fields: "owners { tier }") shelf: Int @requires(fields: "media { ... on Book { title } }") }
     type Person @key(fields: "id") { id: ID! tier: String @external }
     interface Media { length: Int } type Book implements Media { length: Int @shareable title: String @external } type Film implements Media { length: Int @shareable }`,
  ),
];

const person = (id: string) => ({ __typename: 'Person', id });
const product = { __typename: 'Product', id: '1' };

describe.each(['apollo', 'hive'] as const)(
  'what a field requires below objects, planned by %s',
  (planner) => {
    const ask = async (
      field: string,
      { known, people }: { readonly known: object; readonly people?: FetchAnswer },
    ) => {
      const told: unknown[] = [];
      const answers: Record<string, SubgraphFetch> = {
        catalog: answering({ data: { product: { ...product, ...known } } }),
        people: answering(people ?? { data: null }),
        prices: async ({ variables }) => {
          told.push(...(variables['representations'] as unknown[]));
          return { data: { _entities: [{ [field]: 100 }] } };
        },
      };
      const { data, errors = [] } = await federated(subgraphs, answers, planner).ask(
        `{ product { ${field} } }`,
      );
      return { told, answer: data?.['product'], errors: errors.map(({ message, path }) => [message, path]) };
    };
    const away: FetchAnswer = { data: null, errors: [{ message: 'people is away' }] };

    it('is told as it was answered', async () => {
      const people = { data: { _entities: [{ tier: 'gold' }] } };
      const { told, answer, errors } = await ask('price', { known: { owner: person('a') }, people });
      expect(told).toEqual([{ ...product, owner: { tier: 'gold' } }]);
      expect([answer, errors]).toEqual([{ price: 100 }, []]);
    });

    it('is null where that was answered: the object, or what is required of it', async () => {
      const none = await ask('price', { known: { owner: null } });
      expect(none.told).toEqual([{ ...product, owner: null }]);
      const people = { data: { _entities: [{ tier: null }] } };
      const without = await ask('price', { known: { owner: person('a') }, people });
      expect(without.told).toEqual([{ ...product, owner: { tier: null } }]);
    });

    it('is null where its subgraph says that there is no such object', async () => {
      const people = { data: { _entities: [null] } };
      const { told, errors } = await ask('price', { known: { owner: person('gone') }, people });
      expect(told).toEqual([{ ...product, owner: null }]);
      expect(errors).toEqual([]);
    });

    it.each([
      ['price', { owner: person('a') }],
      ['discount', { owners: [person('a'), null] }],
    ])('is not told as null where it was not brought: %s is not asked for', async (field, known) => {
      const { told, answer, errors } = await ask(field, { known, people: away });
      expect(told).toEqual([]);
      expect(answer).toEqual({ [field]: null });
      expect(errors.map(([message]) => message)).toEqual(['people is away']);
    });

    it('leaves out whole entities, of a list with one of which something is missing', async () => {
      const people: FetchAnswer = {
        data: { _entities: [{ tier: 'gold' }, null] },
        errors: [{ message: 'who is b', path: ['_entities', 1] }],
      };
      const { told, answer } = await ask('discount', {
        known: { owners: [person('a'), person('b')] },
        people,
      });
      expect(told).toEqual([]);
      expect(answer).toEqual({ discount: null });
    });

    it('is an object without anything where nothing is required of its type', async () => {
      const media = [{ __typename: 'Book', title: 't' }, { __typename: 'Film' }];
      const { told, answer } = await ask('shelf', { known: { media } });
      expect(told).toEqual([{ ...product, media: [{ title: 't' }, {}] }]);
      expect(answer).toEqual({ shelf: 100 });
    });
  },
);
