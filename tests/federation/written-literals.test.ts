import { rounds } from '@tributary/test-kit';
import fc from 'fast-check';
import { type DocumentNode, Kind, parse, type ValueNode, visit } from 'graphql';
import { describe, expect, it } from 'vitest';
import { type FederatedUnderTest, federated, type SubgraphSource } from './federated.ts';
import { literals } from './literals.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires", "@external"])\n';
const inputs =
  'scalar Amount enum Colour { RED BLUE } input Note { z: Amount, a: String, rate: Float, colour: Colour }';

/** What a subgraph makes of its arguments does not matter here: only what it is asked. */
const ledger: readonly SubgraphSource[] = [
  {
    name: 'ledger',
    sdl: `${link} ${inputs}
      type Query { echo(v: Amount): String entries: [Entry!]! }
      type Mutation { store(v: Amount): Entry }
      type Entry @key(fields: "id") { id: ID! noted(v: Amount): String rounded(to: Float): Int coloured(as: Colour): Int }`,
    resolvers: {
      Query: { echo: () => 'heard', entries: () => [{ id: 'e1' }] },
      Mutation: { store: () => ({ id: 'e2' }) },
      Entry: { noted: () => 'noted', rounded: () => 5, coloured: () => 6 },
    },
  },
  {
    name: 'worths',
    sdl: `${link} ${inputs}
      type Entry @key(fields: "id") {
        id: ID!
        rounded(to: Float): Int @external
        coloured(as: Colour): Int @external
        total: String @requires(fields: "rounded(to: 1.10) coloured(as: RED)")
        worth(v: Amount, list: [Amount], in: Note): String
      }`,
    resolvers: {
      Entry: {
        total: ({ rounded, coloured }: Record<string, unknown>) => `${rounded} ${coloured}`,
        worth: () => 'worth',
      },
    },
  },
];

type Written = ReadonlyMap<string, Readonly<Record<string, ValueNode>>>;

/** The arguments of the fields of a document, by response key. */
function argumentsIn(document: DocumentNode): Written {
  const found = new Map<string, Readonly<Record<string, ValueNode>>>();
  visit(document, {
    [Kind.FIELD]: ({ alias, name, arguments: given = [] }) => {
      if (given.length > 0 && name.value !== '_entities') {
        const values = given.map((argument) => [argument.name.value, argument.value] as const);
        found.set(alias?.value ?? name.value, Object.fromEntries(values));
      }
    },
  });
  return found;
}

function defaultsIn(document: DocumentNode): ReadonlyMap<string, ValueNode> {
  const found = new Map<string, ValueNode>();
  visit(document, {
    [Kind.VARIABLE_DEFINITION]: ({ variable, defaultValue }) => {
      if (defaultValue !== undefined) found.set(variable.name.value, defaultValue);
    },
  });
  return found;
}

const read = (text: string): DocumentNode => parse(text, { noLocation: true });

async function askedAsWritten({ ask, fetches }: FederatedUnderTest, query: string): Promise<void> {
  fetches.length = 0;
  const { errors } = await ask(query);
  expect(errors).toBeUndefined();
  const documents = fetches.map((fetch) => read(fetch.query));
  const written = read(query);
  const asked = documents.flatMap((document) => [...argumentsIn(document)]);
  for (const [key, given] of asked) expect([key, given]).toEqual([key, argumentsIn(written).get(key)]);
  expect(new Set(asked.map(([key]) => key))).toEqual(new Set(argumentsIn(written).keys()));
  const defaults = documents.flatMap((document) => [...defaultsIn(document)]);
  for (const [name, value] of defaults) expect([name, value]).toEqual([name, defaultsIn(written).get(name)]);
  expect(new Set(defaults.map(([name]) => name))).toEqual(new Set(defaultsIn(written).keys()));
}

describe.each(['apollo', 'hive'] as const)('values in the text of an operation (%s)', (planner) => {
  const graph = federated(ledger, {}, planner);

  it('reach subgraphs as they were written, wherever they stand', async () => {
    await fc.assert(
      fc.asyncProperty(literals(), literals(), async (one, other) => {
        await askedAsWritten(
          graph,
          `query ($d: Amount = ${one}, $x: Amount = 7, $r: Float! = 1.50) {
            echo(v: ${one}) other: echo(v: ${other}) given: echo(v: $d) mixed: echo(v: [${other}, { z: $x, a: ${one} }])
            entries { ...Noted worth(v: ${one}, list: [${one}, $x], in: { z: ${other}, rate: $r, a: "b", colour: RED }) }
          }
          fragment Noted on Entry { noted(v: ${other}) again: noted(v: ${one}) worthGiven: worth(v: $d) }`,
        );
        await askedAsWritten(
          graph,
          `mutation ($d: Amount = ${other}) { store(v: ${one}) { id worth(v: ${other}) given: worth(v: $d) } }`,
        );
      }),
      { numRuns: rounds(60, 300) },
    );
  });

  it.each([
    '12345678901234567890',
    '9223372036854775808',
    '1.10',
    '1.0',
    '1e-400',
    '0.1234567890123456789',
    '"a\\bz"',
    '{ z: 1, a: 2 }',
    'RED',
    '"""\n  a\n    "b"\n"""',
  ])('such as %s', async (literal) => {
    await askedAsWritten(graph, `{ echo(v: ${literal}) entries { worth(v: ${literal}) } }`);
  });

  it('a variable that stands inside of one goes with it, whatever the client calls it', async () => {
    graph.fetches.length = 0;
    const query =
      'query ($literal_0: Amount, $x: Amount!) { echo(v: { z: 1.0, a: [$x] }) own: echo(v: $literal_0) entries { worth(v: 1.10) } }';
    const { data } = await graph.ask(query, { literal_0: 1, x: 2 });
    expect(data).toEqual({ echo: 'heard', own: 'heard', entries: [{ worth: 'worth' }] });
    const [first] = graph.fetches;
    expect(first?.variables).toEqual({ literal_0: 1, x: 2 });
  });

  it.each(['representations', 'representations_0', 'representations_1'])(
    'a variable may have the name that planners give to lists of entities: %s',
    async (name) => {
      const worths = { a: [{ worth: 'worth' }], b: [{ given: 'worth' }] };
      for (const query of [
        `query ($${name}: Amount = 1.10) { echo(v: $${name}) a: entries { worth(v: 1) } b: entries { given: worth(v: 2) } }`,
        `query ($${name}: Amount = 1.10) { echo(v: 1) a: entries { worth(v: $${name}) } b: entries { given: worth(v: 2) } }`,
        `query ($${name}: Amount) { echo(v: 1) a: entries { worth(v: { z: 1.10, a: [$${name}] }) } b: entries { given: worth(v: 2) } }`,
        `query ($${name}: Amount = 1.10) { echo(v: [1.10, $${name}]) a: entries { worth(v: { z: $${name}, a: 1.10 }) } b: entries { given: worth(v: $${name}) } }`,
      ]) {
        for (const variables of [{}, { [name]: 3 }]) {
          graph.fetches.length = 0;
          expect(await graph.ask(query, variables)).toEqual({ data: { echo: 'heard', ...worths } });
          const told = graph.fetches.filter((fetch) => Object.hasOwn(fetch.variables ?? {}, name));
          // What it was told under that name was the client's, or what the planner means by it.
          for (const fetch of told) {
            const isOwn = fetch.query.includes(`${name}:Amount`) || fetch.query.includes(`${name}: Amount`);
            expect(fetch.variables?.[name]).toEqual(isOwn ? 3 : [{ __typename: 'Entry', id: 'e1' }]);
          }
        }
      }
    },
  );

  it('one field asked twice stays one field, in whatever order the keys of its objects stand', async () => {
    graph.fetches.length = 0;
    await graph.ask('{ echo(v: { z: [{ b: 1.0, a: 1 }], a: 2 }) echo(v: { a: 2, z: [{ a: 1, b: 1.0 }] }) }');
    expect(graph.fetches.map(({ query }) => query.split('echo').length - 1)).toEqual([1]);
  });

  it('what is asked as something else requires it is told to both', async () => {
    const query = '{ entries { rounded(to: 1.10) coloured(as: RED) total } }';
    const entry = { rounded: 5, coloured: 6, total: '5 6' };
    expect(await graph.ask(query)).toEqual({ data: { entries: [entry] } });
  });
});
