import { type GraphQLResolveInfo, print } from 'graphql';
import { expect, it } from 'vitest';
import { federated, type SubgraphSource } from './federated.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  directive @upper(n: Int, of: String) repeatable on FIELD | QUERY | VARIABLE_DEFINITION\n`;
/** The directives that a subgraph is told with a field, and with the operation. */
const told = (_self: unknown, _args: unknown, _context: unknown, info: GraphQLResolveInfo): string => {
  const { fieldNodes, operation, variableValues } = info;
  return [operation, ...fieldNodes]
    .flatMap(({ directives = [] }) => directives)
    .map((each) => print(each).replace(/\$\w+/, (name) => `${variableValues[name.slice(1)]}`))
    .join(' ');
};
const subgraphs: readonly SubgraphSource[] = [
  {
    name: 'one',
    sdl: `${link} type Query { t: T root(n: Int = 1): String } type T @key(fields: "id") { id: ID! a: String }`,
    resolvers: { Query: { t: () => ({ id: '1' }), root: told }, T: { a: told } },
  },
  {
    name: 'two',
    sdl: `${link} type T @key(fields: "id") { id: ID! b: String }`,
    resolvers: { T: { __resolveReference: (known: object) => known, b: told } },
  },
];

it.each(['apollo', 'hive'] as const)(
  'directives of clients, which all subgraphs know, come with what they stand at (%s)',
  async (planner) => {
    const { ask, fetches } = federated(subgraphs, {}, planner);
    expect(
      await ask(
        '{ root @upper(n: 1) t { a @upper(n: 2) @upper(n: 3) b @upper ...F } } fragment F on T { c: b @upper(n: 4) }',
      ),
    ).toEqual({
      data: { root: '@upper(n: 1)', t: { a: '@upper(n: 2) @upper(n: 3)', b: '@upper', c: '@upper(n: 4)' } },
    });
    const given =
      'query ($v: Int, $no: Boolean!) @upper(n: 5) { root @upper(n: $v) @skip(if: $no) t { b @upper(n: $v, of: "a\\nb") a @include(if: $no) } }';
    expect(await ask(given, { v: 6, no: false })).toEqual({
      data: { root: '@upper(n: 5) @upper(n: 6)', t: { b: '@upper(n: 5) @upper(n: 6, of: "a\\nb")' } },
    });
    fetches.length = 0;
    expect(
      await ask(
        'query ($v: Int = 7 @upper(n: 8) @upper(of: "a\\nb"), $w: Int! @upper) { root(n: $v) t { b @upper(n: $w) } }',
        { w: 2 },
      ),
    ).toEqual({ data: { root: '', t: { b: '@upper(n: 2)' } } });
    expect(fetches.map(({ query }) => query).join()).toContain('$v:Int=7@upper(n:8)@upper(of:"a\\nb")');
    expect(fetches.map(({ query }) => query).join()).toContain('$w:Int!@upper');
  },
);
