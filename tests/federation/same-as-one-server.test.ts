import fc from 'fast-check';
import {
  buildSchema,
  type ExecutionResult,
  execute,
  type GraphQLObjectType,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { archiveParts, archiveWords, wholeArchive } from './archive.ts';
import { fairParts, fairWords, wholeFair } from './fair.ts';
import { federated } from './federated.ts';
import { harbourParts, harbourWords, wholeHarbour } from './harbour.ts';
import { type LibraryPart, libraryWords, parts, whole } from './library.ts';
import { marketParts, marketWords, wholeMarket } from './market.ts';
import { operations, type Words } from './operation-generator.ts';
import { townParts, townWords, wholeTown } from './town.ts';
import { wholeWood, woodParts, woodWords } from './wood.ts';
import { wholeWorkshop, workshopBegins, workshopDid, workshopParts, workshopWords } from './workshop.ts';

/**
 * How many operations over each graph: some where a change waits for the outcome, more at night (.ci/nightly), as many as one likes by
 * `SPEC_OPERATIONS=10000 npx vitest run --project parts tests/federation/same-as-one-server.test.ts`.
 */
const asked = Number(process.env['SPEC_OPERATIONS'] ?? Number.NaN);

/** The same graph as one server that graphql-js executes. */
function oneServer({ sdl, resolvers: byType }: LibraryPart) {
  const schema = buildSchema(sdl);
  for (const [name, resolvers] of Object.entries(byType)) {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new TypeError(`no type ${name}`);
    addResolvers(type, resolvers as Record<string, never>);
  }
  return schema;
}

function addResolvers(type: GraphQLObjectType, resolvers: Record<string, never>): void {
  for (const [name, resolve] of Object.entries(resolvers)) {
    const field = type.getFields()[name];
    if (field === undefined) throw new TypeError(`no field ${type.name}.${name}`);
    field.resolve = resolve;
  }
}

/**
 * Where errors left a null. Which of several errors below one null is told is open to a server (GraphQL §6.4.4), and so is how often; where the null
 * stands is not.
 */
function nulledPlaces({ data, errors = [] }: ExecutionResult): readonly string[] {
  const places = errors.map(({ path = [] }) => {
    let value: unknown = data;
    const steps = path.findIndex((step) => {
      if (value === null || value === undefined) return true;
      value = (value as Readonly<Record<string, unknown>>)[step];
      return false;
    });
    return path.slice(0, steps < 0 ? path.length : steps).join('.');
  });
  return [...new Set(places)].sort();
}

interface GraphInTwoForms {
  readonly parts: readonly LibraryPart[];
  readonly whole: LibraryPart;
  readonly words: Words;
  readonly runs: number;
  /** Of a graph in which something is done: begins anew, and tells what was done since. */
  readonly begins?: () => void;
  readonly did?: () => readonly string[];
}

const graphs: Readonly<Record<string, GraphInTwoForms>> = {
  'a library': { parts, whole, words: libraryWords, runs: 80 },
  'a market, where arguments come from context': {
    parts: marketParts,
    whole: wholeMarket,
    words: marketWords,
    runs: 30,
  },
  'an archive, of arguments with defaults and of what is lost': {
    parts: archiveParts,
    whole: wholeArchive,
    words: archiveWords,
    runs: 40,
  },
  'a fair, of what is asked of some types': {
    parts: fairParts,
    whole: wholeFair,
    words: fairWords,
    runs: 40,
  },
  'a harbour, of fields whose values differ in shape from one type to another': {
    parts: harbourParts,
    whole: wholeHarbour,
    words: harbourWords,
    runs: 60,
  },
  'a town, of lists of lists': { parts: townParts, whole: wholeTown, words: townWords, runs: 40 },
  'a wood, of fields that are wider in the graph than in a subgraph': {
    parts: woodParts,
    whole: wholeWood,
    words: woodWords,
    runs: 40,
  },
  'a workshop, of mutations in order': {
    parts: workshopParts,
    whole: wholeWorkshop,
    words: workshopWords,
    runs: 60,
    begins: workshopBegins,
    did: workshopDid,
  },
};

describe.each(['apollo', 'hive'] as const)('a federated graph planned by %s', (planner) => {
  it.each(Object.entries(graphs))(
    'answers any operation as one server with the whole schema would: %s',
    async (_name, { parts: subgraphs, whole: server, words, runs: usual, begins, did }) => {
      const runs = Number.isNaN(asked) ? usual : asked;
      const schema = oneServer(server);
      const graph = federated(subgraphs, {}, planner);
      let compared = 0;
      await fc.assert(
        fc.asyncProperty(operations(schema, words), async ({ query, variables }) => {
          const document = parse(query);
          fc.pre(validate(schema, document).length === 0);
          begins?.();
          const expected = await execute({ schema, document, variableValues: variables });
          const expectedDone = did?.();
          begins?.();
          const answer = await graph.ask(query, variables);
          expect(did?.()).toEqual(expectedDone);
          expect(JSON.parse(JSON.stringify(answer.data ?? null))).toEqual(
            JSON.parse(JSON.stringify(expected.data ?? null)),
          );
          expect(Object.keys(answer.data ?? {})).toEqual(Object.keys(expected.data ?? {}));
          expect(nulledPlaces(answer)).toEqual(nulledPlaces(expected));
          compared += 1;
        }),
        { numRuns: runs, verbose: false },
      );
      expect(compared).toBe(runs);
    },
    // Ten thousand take minutes.
    Math.max(120_000, 500 * (Number.isNaN(asked) ? 0 : asked)),
  );
});
