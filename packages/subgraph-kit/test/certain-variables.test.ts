import fc from 'fast-check';
import { buildSchema, type GraphQLScalarType, type OperationDefinitionNode, parse } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { expect, test } from 'vitest';
import { certainVariables } from '../src/certain-variables.ts';
import { markCheckedPerItem } from '../src/checked-per-item.ts';
import { parseDateTime } from '../src/scalars/date-time.ts';

const sdl = `
  scalar DateTime
  enum Colour { RED GREEN }
  input Item {
    name: String!
    count: Int = 7
    note: String = null
    ratio: Float
    isOpen: Boolean
    id: ID
    at: DateTime
    colour: Colour
    tags: [String!]
    inner: Item
    grid: [[Int]!]
  }
  input One @oneOf { a: Int b: String }
  type Query { items(input: [Item!]!): Int }
`;
const schema = buildSchema(sdl);
Object.assign(schema.getType('DateTime') as GraphQLScalarType, { parseValue: parseDateTime });

const operation = parse(
  `query ($input: [Item!]!, $one: Item, $flag: Boolean! = true, $least: Int = 3, $tags: [String], $choice: One) { items(input: $input) }`,
).definitions[0] as OperationDefinitionNode;
const certain = certainVariables(schema, operation);
const judged = (variables: Readonly<Record<string, unknown>>) =>
  getVariableValues(schema, operation.variableDefinitions ?? [], variables);

const leaf = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(
    null,
    undefined,
    'RED',
    'BLUE',
    '2001-02-03T04:05:06Z',
    '2001-02-30T00:00:00Z',
    2 ** 31,
    1e20,
  ),
);
/** Mostly right, so that what is right is met as well as what is not. */
const mostly = <T>(right: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 40, arbitrary: right }, { weight: 1, arbitrary: leaf });
const { item } = fc.letrec((tie) => ({
  item: fc.record(
    {
      name: mostly(fc.string()),
      count: mostly(fc.integer({ min: -9, max: 9 })),
      note: mostly(fc.string()),
      ratio: mostly(fc.float({ noNaN: true, noDefaultInfinity: true })),
      isOpen: mostly(fc.boolean()),
      id: mostly(fc.oneof(fc.string(), fc.integer())),
      at: mostly(fc.constant('2001-02-03T04:05:06+02:00')),
      colour: mostly(fc.constantFrom('RED', 'GREEN')),
      tags: mostly(fc.array(mostly(fc.string()), { maxLength: 3 })),
      inner: fc.oneof({ depthSize: 'small' }, fc.constant(null), tie('item')),
      grid: mostly(
        fc.array(fc.array(mostly(fc.integer({ min: 0, max: 9 })), { maxLength: 2 }), { maxLength: 2 }),
      ),
    },
    { requiredKeys: ['name'] },
  ),
}));
const variables = fc.record(
  {
    input: mostly(fc.array(mostly(item), { maxLength: 4 })),
    one: mostly(item),
    flag: mostly(fc.boolean()),
    least: mostly(fc.integer({ min: 0, max: 9 })),
    tags: mostly(fc.array(mostly(fc.string()), { maxLength: 2 })),
    more: leaf,
  },
  { requiredKeys: ['input'] },
);

test('property: what is certain is what graphql-js makes of it, and what graphql-js refuses is never certain', () => {
  let certainly = 0;
  fc.assert(
    fc.property(variables, (given) => {
      const coerced = certain(given);
      if (coerced === undefined) return;
      certainly += 1;
      expect(judged(given)).toEqual({ coerced });
    }),
    { numRuns: 2_000 },
  );
  expect(certainly).toBeGreaterThan(200);
});

test('inputs that are right are certain, and hold nothing that was not given', () => {
  const coerced = certain({ input: [{ name: 'a' }, { name: 'b', count: 1, inner: { name: 'c' } }] });
  expect(coerced).toEqual({
    input: [
      { name: 'a', count: 7, note: null },
      { name: 'b', count: 1, note: null, inner: { name: 'c', count: 7, note: null } },
    ],
    flag: true,
    least: 3,
  });
  const inputs = coerced?.['input'] as readonly Readonly<Record<string, unknown>>[];
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty'])
    expect(inputs.map((input) => input[name])).toEqual([undefined, undefined]);
});

test.each([
  [{ input: [{ name: 'a', constructor: 1 }] }],
  [{ input: [JSON.parse('{"name":"a","__proto__":{"count":1}}')] }],
  [{ input: [Object.create({ name: 'a' })] }],
  [{ input: { name: 'a' } }],
  [{ input: [{ name: null }] }],
  [{ input: null }],
  [{ input: [], choice: { a: 1 } }],
  [{}],
])('%j is left to graphql-js', (given) => {
  expect(certain(given)).toBeUndefined();
});

test('what is wrong in a field that its resolver judges is certain and comes as it was given, and in no other', () => {
  const own = buildSchema(
    `directive @checkedPerItem on INPUT_FIELD_DEFINITION\n${sdl.replace('at: DateTime', 'at: DateTime @checkedPerItem')}`,
  );
  Object.assign(own.getType('DateTime') as GraphQLScalarType, { parseValue: parseDateTime });
  markCheckedPerItem(own);
  const judging = certainVariables(own, operation);
  const at = (value: unknown) => judging({ input: [{ name: 'a', at: value }] })?.['input'];
  expect(at('2001-02-03T04:05:06+02:00')).toMatchObject([{ at: '2001-02-03T02:05:06.000Z' }]);
  expect(at('yesterday')).toMatchObject([{ at: 'yesterday' }]);
  expect(at(7)).toMatchObject([{ at: 7 }]);
  expect(at(null)).toMatchObject([{ at: null }]);
  expect(judging({ input: [{ name: 7, at: 'yesterday' }] })).toBeUndefined();
  expect(judging({ input: [{ name: 'a', colour: 'BLUE' }] })).toBeUndefined();
});
