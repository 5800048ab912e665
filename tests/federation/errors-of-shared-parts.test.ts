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
