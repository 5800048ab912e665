import { describe, expect, it } from 'vitest';
import { type FederatedUnderTest, federated as federatedBy, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n`;
const source = (name: string, sdl: string, resolvers: object): SubgraphSource => ({
  name,
  sdl: link + sdl,
  resolvers,
});

const person = (id: string) => ({ __typename: 'Person', id });
const town = [
  source(
    'places',
    `type Query { shop: Shop lost: Shop club: Club town: Town }
     type Shop { owner: Person keeper: Person }
     type Club { head: Person }
     type Town @key(fields: "id") { id: ID! mayor: Person }
     type Person @key(fields: "id") { id: ID! }`,
    {
      Query: {
        shop: () => ({ owner: person('a'), keeper: person('b') }),
        lost: () => ({ owner: person('gone'), keeper: person('b') }),
        club: () => ({ head: person('a') }),
        town: () => ({ id: 't', mayor: person('c') }),
      },
    },
  ),
  source(
    'names',
    `type Person @key(fields: "id") { id: ID! name(upper: Boolean = false): String nick: String! }
     type Town @key(fields: "id") { id: ID! called: String }`,
    {
      Person: {
        __resolveReference: (told: { id: string }) => (told.id === 'gone' ? null : told),
        name: ({ id }: { id: string }, { upper }: { upper: boolean }) => (upper ? id.toUpperCase() : id),
        nick: ({ id }: { id: string }) => {
          if (id === 'b') throw new Error('a secret');
          return `nick of ${id}`;
        },
      },
      Town: { called: ({ id }: { id: string }) => `town ${id}` },
    },
  ),
];

describe.each(['apollo', 'hive'] as const)(
  'look-ups of one subgraph at one moment, planned by %s',
  (planner) => {
    const callsOf = (graph: FederatedUnderTest): readonly unknown[] =>
      graph.fetches.filter(({ subgraph }) => subgraph === 'names').map(({ variables }) => variables);

    it('go in one call, whatever they ask for and of which type', async () => {
      const graph = federatedBy(town, {}, planner);
      const query = `query ($upper: Boolean) {
      shop { owner { name(upper: $upper) } } club { head { nick } } town { called mayor { name } }
    }`;
      const { data, errors } = await graph.ask(query, { upper: true });
      expect(errors).toBeUndefined();
      expect(data).toEqual({
        shop: { owner: { name: 'A' } },
        club: { head: { nick: 'nick of a' } },
        town: { called: 'town t', mayor: { name: 'c' } },
      });
      expect(callsOf(graph)).toHaveLength(1);
      expect(callsOf(graph)).toEqual([expect.objectContaining({ upper: true })]);
    });

    it('send an entity once that is asked the same in two places', async () => {
      const graph = federatedBy(town, {}, planner);
      const { data } = await graph.ask('{ shop { owner { name } keeper { name } } club { head { name } } }');
      expect(data).toEqual({
        shop: { owner: { name: 'a' }, keeper: { name: 'b' } },
        club: { head: { name: 'a' } },
      });
      const calls = callsOf(graph);
      expect(calls).toHaveLength(1);
      const sent = Object.values(calls[0] as Readonly<Record<string, readonly unknown[]>>).flat();
      expect(sent).toEqual([person('a'), person('b')]);
    });

    it('each have their own errors, at their own places', async () => {
      const graph = federatedBy(town, {}, planner);
      const { data, errors = [] } = await graph.ask(
        '{ shop { owner { name } keeper { nick } } club { head { nick } } }',
      );
      expect(data).toEqual({
        shop: { owner: { name: 'a' }, keeper: null },
        club: { head: { nick: 'nick of a' } },
      });
      expect(errors.map(({ path }) => path)).toEqual([['shop', 'keeper', 'nick']]);
      expect(callsOf(graph)).toHaveLength(1);
    });

    it('tell of an entity that does not exist as of a null, whatever becomes of others in the same call', async () => {
      const graph = federatedBy(town, {}, planner);
      const { data, errors = [] } = await graph.ask('{ lost { owner { nick } keeper { nick } } }');
      expect(data).toEqual({ lost: { owner: null, keeper: null } });
      expect(errors.map(({ path }) => path)).toEqual([['lost', 'keeper', 'nick']]);
    });

    it('go each by itself, rather than not at all, where a client has taken the name of a variable', async () => {
      const graph = federatedBy(town, {}, planner);
      const query = `query ($representations_0: Boolean) {
      shop { owner { name(upper: $representations_0) } } club { head { nick } }
    }`;
      const { data } = await graph.ask(query, { representations_0: true });
      expect(data).toEqual({ shop: { owner: { name: 'A' } }, club: { head: { nick: 'nick of a' } } });
    });
  },
);
