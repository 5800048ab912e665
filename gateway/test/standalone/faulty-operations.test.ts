import { quickly } from '@tributary/test-kit';
import { GraphQLScalarType, Kind } from 'graphql';
import { expect, it } from 'vitest';
import { defaultStandaloneSettings } from '../../src/standalone/settings-file.ts';
import { type Answered, openOver } from './one-subgraph.ts';

const sdl = `scalar Money scalar Long
type Query { product(id: ID): Product money(m: Money): String long(n: Long): String float(f: Float): Float }
type Product { name: String }`;
const said = (_: unknown, { m, n }: { m?: unknown; n?: unknown }): string => JSON.stringify(m ?? n);
/** As servers have it whose whole numbers have 64 bits. */
const Long = new GraphQLScalarType({
  name: 'Long',
  parseValue: (value) => value,
  parseLiteral: (node) => (node.kind === Kind.INT ? node.value : undefined),
});
const resolvers = {
  Long,
  Query: { money: said, long: said, float: (_: unknown, { f }: { f: number }) => f },
};

function only({ errors = [] }: Answered) {
  const [error] = errors;
  expect(errors).toHaveLength(1);
  return { message: error?.message, locations: error?.locations, code: error?.extensions?.['code'] };
}

it('faults of a text are told with their places, for editors to underline', async () => {
  await using over = await openOver(sdl, resolvers);
  const code = 'BAD_USER_INPUT';
  expect(only(await over.ask('{ product {\n  name '))).toMatchObject({
    code,
    locations: [{ line: 2, column: 8 }],
  });
  expect(only(await over.ask('{\n  product { nmae }\n}'))).toEqual({
    code,
    message: 'Cannot query field "nmae" on type "Product". Did you mean "name"?',
    locations: [{ line: 2, column: 13 }],
  });
  expect(only(await over.ask('{\n  product(id: $other) { name }\n}'))).toMatchObject({
    code,
    message: expect.stringContaining('"$other"'),
  });
});

it('no name is proposed where the schema may not be asked', async () => {
  await using over = await openOver(sdl, resolvers, { introspection: false });
  expect(only(await over.ask('{ product { nmae } }'))).toEqual({
    code: 'BAD_USER_INPUT',
    message: 'Cannot query field "nmae" on type "Product".',
    locations: [{ line: 1, column: 13 }],
  });
});

it('a number that no subgraph could be told is refused as the caller’s', async () => {
  await using over = await openOver(sdl, resolvers);
  for (const query of ['{ money(m: 1e999) }', '{ float(f: -1e999) }', '{ money(m: { of: [1e999] }) }'])
    expect(only(await over.ask(query))).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('1e999'),
    });
});

it('a number in the variables that would reach a subgraph as another one is refused, as over a socket', async () => {
  await using over = await openOver(sdl, resolvers);
  const query = 'query ($n: Long) { long(n: $n) }';
  const lost = JSON.stringify({ query, variables: { n: 0 } }).replace('0}', '9007199254740993}');
  expect(only(await over.send(lost))).toMatchObject({
    code: 'BAD_USER_INPUT',
    message: expect.stringContaining('9007199254740993'),
  });
  const search = new URLSearchParams({ query, variables: '{"n":9007199254740993}' });
  const got = await fetch(`${over.url}/graphql?${search}`, { headers: { accept: 'application/json' } });
  expect(only((await got.json()) as Answered).code).toBe('BAD_USER_INPUT');
  expect(await over.ask(query, { n: 9007199254740991 })).toEqual({ data: { long: '9007199254740991' } });
  expect(over.subgraph.seen).toHaveLength(1);
  // In the text of the operation it goes on as it is.
  expect(await over.ask('{ long(n: 9007199254740993) }')).toEqual({ data: { long: '"9007199254740993"' } });
});

const chained = (length: number): string =>
  Array.from({ length }, (_, n) => `fragment F${n} on Product { ...F${n + 1} }`).join(' ');
const names = (length: number): string => Array.from({ length }, (_, n) => `f${n}`).join(' ');

it.each([
  [
    'inline',
    `{ product { ${'... { '.repeat(1_500)}${names(9_900)}${' }'.repeat(1_500)} } }`,
    'OPERATION_TOO_COMPLEX',
  ],
  [
    'named',
    `{ product { name } } ${chained(490)} fragment F490 on Product { ${names(200)} }`,
    'BAD_USER_INPUT',
  ],
])('many fields below many %s fragments in one another are refused at once', async (_, query, code) => {
  await using over = await openOver(sdl, resolvers);
  let asked = 0;
  // Faults of a text are remembered with it.
  const answer = await quickly(1_500, () => {
    asked += 1;
    return over.ask(`${query} # ${asked}`);
  });
  expect(answer.errors?.[0]?.extensions?.['code']).toBe(code);
});

it('fields repeated across fragments in one another are counted together', async () => {
  const limits = { ...defaultStandaloneSettings.limits, rootFields: 1_000 };
  await using over = await openOver(sdl, resolvers, { limits });
  const fragments = Array.from(
    { length: 60 },
    (_, n) => `fragment F${n} on Product { ...F${n + 1} ${'name '.repeat(9)}}`,
  );
  const query = `{ product { ...F0 } } ${fragments.join(' ')} fragment F60 on Product { name }`;
  expect(only(await over.ask(query))).toMatchObject({
    code: 'OPERATION_TOO_COMPLEX',
    message: 'The operation has too many repetitions of one field: 541 where 500 are allowed.',
  });
});
