import fc from 'fast-check';
import {
  buildSchema,
  execute,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isObjectType,
  parse,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';
import { type GeneratedOperation, operations } from './operation-generator.ts';

/**
 * Graphs made at random, of fields that require each other in chains across subgraphs, on objects that are reached by the fields of others: which subgraph has what is
 * what planners go wrong by. More of them by `SPEC_GRAPHS=1000 npx vitest run --project parts tests/federation/required-in-any-graph.test.ts`.
 */
const graphs = Number(process.env['SPEC_GRAPHS'] ?? 6);
const asked = 4;

const names = ['north', 'south', 'west'] as const;
const types = ['Ship', 'Port', 'Crew'] as const;
const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])\n`;

/** A field whose value says what it was worked out from. */
interface Worth {
  readonly type: string;
  readonly name: string;
  readonly home: string;
  readonly requires: readonly string[];
}

/** A field that leads to another object. */
interface Way {
  readonly from: string;
  readonly to: string;
  readonly name: string;
  readonly home: string;
  readonly isList: boolean;
}

interface RandomGraph {
  readonly worths: readonly Worth[];
  readonly ways: readonly Way[];
  /** The subgraph from whose root the objects of a type come. */
  readonly roots: readonly (readonly [type: string, home: string])[];
}

const worthsOf = (type: string): fc.Arbitrary<readonly Worth[]> =>
  fc
    .array(
      fc.record({
        home: fc.constantFrom(...names),
        wants: fc.array(fc.nat(), { minLength: 1, maxLength: 2 }),
      }),
      {
        minLength: 3,
        maxLength: 5,
      },
    )
    .map((fields) => {
      const worths: Worth[] = [];
      for (const { home, wants } of fields) {
        // Of its own subgraph nothing has to be required; and most fields require the one before, so that there are chains.
        const others = worths.filter((other) => other.home !== home).reverse();
        const chosen = wants.flatMap((want) => others[want % 3 === 0 ? 0 : want % others.length] ?? []);
        const requires = [...new Set(chosen.map(({ name }) => name))];
        worths.push({ type, name: `${type.toLowerCase()}${worths.length}`, home, requires });
      }
      return worths;
    });

const waysOf = fc
  .array(
    fc.record({
      from: fc.constantFrom(...types),
      to: fc.constantFrom(...types),
      home: fc.constantFrom(...names),
      isList: fc.boolean(),
    }),
    { minLength: 3, maxLength: 6 },
  )
  .map((ways) => ways.map((way, at) => ({ ...way, name: `way${at}` })));

const randomGraph: fc.Arbitrary<RandomGraph> = fc
  .record({
    worths: fc.tuple(...types.map(worthsOf)),
    ways: waysOf,
    homes: fc.tuple(...types.map(() => fc.constantFrom(...names))),
  })
  .map(({ worths, ways, homes }) => ({
    worths: worths.flat(),
    ways,
    roots: types.map((type, at) => [type, homes[at] ?? 'north'] as const),
  }));

interface Self {
  readonly id: string;
  readonly [name: string]: unknown;
}

const reached = ({ name, isList }: Way, { id }: Self) =>
  isList ? [{ id: `${id}.${name}` }, { id: `${id}.${name}'` }] : { id: `${id}.${name}` };
const typeOf = ({ to, isList }: Way): string => (isList ? `[${to}!]!` : `${to}!`);
const worked = ({ name, requires }: Worth, { id }: Self, told: (name: string) => unknown): string =>
  `${name} of ${id} (${requires.map(told).join()})`;

function subgraph({ worths, ways, roots }: RandomGraph, name: string): SubgraphSource {
  const own = worths.filter(({ home }) => home === name);
  const resolvers: Record<string, Record<string, unknown>> = {
    Query: Object.fromEntries(roots.map(([type]) => [`all${type}`, () => [{ id: type }]])),
  };
  const definitions = types.map((type) => {
    const here = own.filter((worth) => worth.type === type);
    const external = new Set(here.flatMap(({ requires }) => requires));
    const leading = ways.filter(({ from, home }) => from === type && home === name);
    resolvers[type] = {
      __resolveReference: (told: Self) => told,
      ...Object.fromEntries(leading.map((way) => [way.name, (self: Self) => reached(way, self)])),
      ...Object.fromEntries(
        here.map((worth) => [worth.name, (self: Self) => worked(worth, self, (each) => self[each])]),
      ),
    };
    const fields = [
      ...here.map(({ name: field, requires }) =>
        requires.length === 0
          ? `${field}: String`
          : `${field}: String @requires(fields: "${requires.join(' ')}")`,
      ),
      ...[...external].map((field) => `${field}: String @external`),
      ...leading.map((way) => `${way.name}: ${typeOf(way)}`),
    ];
    return `type ${type} @key(fields: "id") { id: ID! ${fields.join(' ')} }`;
  });
  const queried = roots.flatMap(([type, home]) => (home === name ? [`all${type}: [${type}!]!`] : []));
  const query = queried.length === 0 ? '' : `type Query { ${queried.join(' ')} }`;
  if (queried.length === 0) delete resolvers['Query'];
  return { name, sdl: [link, query, ...definitions].join('\n'), resolvers };
}

/** The same as one server. */
function oneServer({ worths, ways, roots }: RandomGraph): GraphQLSchema {
  const schema = buildSchema(
    [
      `type Query { ${roots.map(([type]) => `all${type}: [${type}!]!`).join(' ')} }`,
      ...types.map((type) => {
        const own = worths.filter((worth) => worth.type === type).map(({ name }) => `${name}: String`);
        const leading = ways.filter(({ from }) => from === type).map((way) => `${way.name}: ${typeOf(way)}`);
        return `type ${type} { id: ID! ${[...own, ...leading].join(' ')} }`;
      }),
    ].join('\n'),
  );
  const resolve = (type: string, name: string, resolver: GraphQLFieldResolver<never, unknown>): void => {
    const found = schema.getType(type);
    const field = isObjectType(found) ? found.getFields()[name] : undefined;
    if (field === undefined) throw new TypeError(`no field ${type}.${name}`);
    field.resolve = resolver as typeof field.resolve & object;
  };
  const byName = new Map(worths.map((worth) => [worth.name, worth]));
  const workedOut = (name: string, self: Self): unknown => {
    const worth = byName.get(name);
    return worth === undefined ? undefined : worked(worth, self, (each) => workedOut(each, self));
  };
  for (const [type] of roots) resolve('Query', `all${type}`, () => [{ id: type }]);
  for (const { type, name } of worths) resolve(type, name, (self: Self) => workedOut(name, self));
  for (const way of ways) resolve(way.from, way.name, (self: Self) => reached(way, self));
  return schema;
}

/** Every field alone, of objects that a field of others leads to. */
const eachAlone = ({ worths, ways }: RandomGraph): readonly GeneratedOperation[] =>
  ways.flatMap((way) =>
    worths
      .filter(({ type }) => type === way.to)
      .map(({ name }) => ({ query: `{ all${way.from} { ${way.name} { ${name} } } }`, variables: {} })),
  );

const words = {
  depth: 3,
  given: {},
  document: (selection: string) =>
    `query ($yes: Boolean!) ${selection.replace('{', '{ ... @include(if: $yes) { __typename }')}`,
  variables: fc.record({ yes: fc.boolean() }),
};

describe.each(['apollo', 'hive'] as const)(
  'fields that require each other in graphs made at random, planned by %s',
  (planner) => {
    it(
      'are told what they require, wherever their objects come from',
      async () => {
        const anyGraph = randomGraph.chain((graph) =>
          fc.record({
            graph: fc.constant(graph),
            asked: fc.array(operations(oneServer(graph), words), { minLength: asked, maxLength: asked }),
          }),
        );
        await fc.assert(
          fc.asyncProperty(anyGraph, async ({ graph, asked: all }) => {
            const schema = oneServer(graph);
            const { ask } = federated(
              names.map((name) => subgraph(graph, name)),
              {},
              planner,
            );
            for (const { query, variables } of [...eachAlone(graph), ...all]) {
              const expected = await execute({ schema, document: parse(query), variableValues: variables });
              expect(JSON.parse(JSON.stringify(await ask(query, variables)))).toEqual(
                JSON.parse(JSON.stringify(expected)),
              );
            }
          }),
          { numRuns: graphs, endOnFailure: true },
        );
      },
      Math.max(120_000, 4_000 * graphs),
    );
  },
);
