import type { SubgraphFetch } from '@tributary/gateway/executor';
import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])\n`;
const source = (name: string, sdl: string): SubgraphSource => ({ name, sdl: link + sdl, resolvers: {} });

/** Every flight leaves from one airport, so that what the airport has below it stands in the answer once for each flight, and once more for each of those. */
const subgraphs = [
  source(
    'flights',
    'type Query { flights: [Flight!] } type Flight @key(fields: "id") { id: ID! origin: Airport } type Airport @key(fields: "id") { id: ID! }',
  ),
  source(
    'departures',
    'type Airport @key(fields: "id") { id: ID! departures: [Flight!] } type Flight @key(fields: "id") { id: ID! }',
  ),
  source('secrets', 'type Airport @key(fields: "id") { id: ID! secret: String code: Int }'),
];

const flightsOfAll = 40;
const query = '{ flights { origin { departures { origin { departures { origin { secret code } } } } } } }';
const at = (...[first, second, third]: readonly number[]) => [
  'flights',
  first,
  'origin',
  'departures',
  second,
  'origin',
  'departures',
  third,
  'origin',
];

describe.each(['apollo', 'hive'] as const)(
  'errors of what stands in 64,000 places, planned by %s',
  (planner) => {
    const asked = async (secrets: SubgraphFetch) => {
      let reads = 0;
      const airport = () => {
        let own: unknown;
        return {
          __typename: 'Airport',
          id: 'ABC',
          get departures() {
            reads += 1;
            return own;
          },
          set departures(value) {
            own = value;
          },
        };
      };
      const flights = Array.from({ length: flightsOfAll }, (_, id) => ({
        __typename: 'Flight',
        id: `${id}`,
      }));
      const origins = () => flights.map((flight) => ({ ...flight, origin: airport() }));
      const answers: Record<string, SubgraphFetch> = {
        flights: async ({ query: asked }) => ({
          data: asked.includes('_entities') ? { _entities: origins() } : { flights: origins() },
        }),
        departures: async () => ({ data: { _entities: [{ departures: structuredClone(flights) }] } }),
        secrets,
      };
      const { data, errors = [] } = await federated(subgraphs, answers, planner).ask(query);
      return { data, errors, reads };
    };

    it('are told at as many as an answer tells, the first, and no others are looked for', async () => {
      const good = await asked(async () => ({ data: { _entities: [{ secret: 's', code: 1 }] } }));
      expect(good.errors).toEqual([]);
      const bad = await asked(async () => ({
        data: { _entities: [{ secret: null, code: 1 }] },
        errors: [{ message: 'not for you', path: ['_entities', 0, 'secret'] }],
      }));
      expect(bad.errors.map(({ path }) => path)).toEqual(
        Array.from({ length: 100 }, (_, index) => [...at(0, Math.floor(index / 40), index % 40), 'secret']),
      );
      expect(bad.reads - good.reads).toBeLessThan(5 * flightsOfAll);
    });

    it('are told at the first of all places where nothing was answered, however many fields were asked for', async () => {
      const good = await asked(async () => ({ data: { _entities: [{ secret: 's', code: 1 }] } }));
      const away = await asked(async () => ({
        data: null,
        errors: ['secret', 'code'].map((field) => ({ message: 'away', path: ['_entities', 0, field] })),
      }));
      expect(away.errors.map(({ path }) => path)).toEqual([
        [...at(0, 0, 0), 'secret'],
        [...at(0, 0, 0), 'code'],
      ]);
      expect(away.reads - good.reads).toBeLessThan(5 * flightsOfAll);
    });
  },
);

describe.each(['apollo', 'hive'] as const)(
  'lists in 1,600 places, of which something must not be null, planned by %s',
  (planner) => {
    const ranked = [
      ...subgraphs.slice(0, 2),
      source('ranks', 'type Flight @key(fields: "id") { id: ID! rank: Int! }'),
    ];
    const asked = async (errors: { message: string; path: (string | number)[] }[]) => {
      let reads = 0;
      const flight = (id: string) => {
        let own: unknown;
        return {
          __typename: 'Flight',
          id,
          get rank() {
            reads += 1;
            return own;
          },
          set rank(value) {
            own = value;
          },
        };
      };
      const ids = Array.from({ length: flightsOfAll }, (_, id) => `${id}`);
      const origins = () =>
        ids.map((id) => ({ __typename: 'Flight', id, origin: { __typename: 'Airport', id: 'ABC' } }));
      const answers: Record<string, SubgraphFetch> = {
        flights: async ({ query: text }) => ({
          data: text.includes('_entities') ? { _entities: origins() } : { flights: origins() },
        }),
        departures: async () => ({ data: { _entities: [{ departures: ids.map(flight) }] } }),
        ranks: async () => ({
          data: { _entities: ids.map((id) => (id === '39' ? null : { rank: Number(id) })) },
          errors,
        }),
      };
      const text = '{ flights { origin { departures { origin { departures { rank } } } } } }';
      const { data, errors: told = [] } = await federated(ranked, answers, planner).ask(text);
      const none = { origin: { departures: ids.map(() => ({ origin: { departures: null } })) } };
      expect(data).toEqual({ flights: ids.map(() => none) });
      return { told: told.map(({ path }) => path?.join('.')), reads };
    };

    it('are written no more often than they have errors', async () => {
      const silent = await asked([]);
      expect(silent.told).toEqual(
        [0, 1, 2, 3, 4].map((second) => `flights.0.origin.departures.${second}.origin.departures.39`),
      );
      expect(silent.reads).toBeLessThan(20 * flightsOfAll);
      const told = await asked([{ message: 'not for you', path: ['_entities', 39, 'rank'] }]);
      expect(told.told).toHaveLength(100);
      expect(told.reads).toBeLessThan(150 * flightsOfAll);
    });
  },
);
