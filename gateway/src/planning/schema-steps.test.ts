import { readFileSync } from 'node:fs';
import { assertValidSchema, buildASTSchema, parse, printSchema, validate } from 'graphql';
import { expect, it, vi } from 'vitest';
import { schemaSteps } from './schema-steps.ts';
import { atOnce, inTurns } from './steps.ts';

const supergraph = readFileSync(new URL('../../../schema/supergraph.graphql', import.meta.url), 'utf8');

it.each([
  ['the supergraph of the product', supergraph],
  [
    'roots without a definition of the schema, and every kind of type',
    `directive @own(of: In) on FIELD type Query { a(in: In = { n: 1 }): U b: E s: S } type Mutation { m: Int } type Subscription { s: Int }
     interface I { id: ID! } interface J implements I { id: ID! } type T implements J & I { id: ID! } union U = T enum E { ONE } scalar S @specifiedBy(url: "x:y") input In { n: Int in: In }`,
  ],
  ['roots of other names', 'schema { query: Root } type Root { Query: Query } type Query { a: Int }'],
  [
    'a directive of the specification with other places',
    'directive @deprecated on FIELD type Query { a: Int }',
  ],
])('a schema made in parts is the one that graphql-js makes at once: %s', (_case, sdl) => {
  const document = parse(sdl, { noLocation: true });
  const made = atOnce(schemaSteps(document));
  const expected = buildASTSchema(document, { assumeValidSDL: true });
  expect(printSchema(made)).toBe(printSchema(expected));
  expect(Object.keys(made.getTypeMap()).sort()).toEqual(Object.keys(expected.getTypeMap()).sort());
  expect(made.getType('Query')?.astNode).toBe(expected.getType('Query')?.astNode);
});

it('everybody has a turn each ten milliseconds, however many parts there are, and what takes no time takes no turn', async () => {
  let turns = 0;
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  const count = (): void => {
    turns += 1;
    turning = setImmediate(count);
  };
  let turning = setImmediate(count);
  const parts = function* (of: number, takesMs: number) {
    for (let at = 0; at < of; at += 1) {
      now += takesMs;
      yield undefined;
    }
    return of;
  };
  try {
    expect(await inTurns(parts(100, 5))).toBe(100);
    expect(turns).toBeGreaterThanOrEqual(49);
    const before = turns;
    expect(await inTurns(parts(100, 0))).toBe(100);
    expect(turns - before).toBeLessThan(2);
  } finally {
    clearImmediate(turning);
    clock.mockRestore();
  }
});

it('whoever has held it to the rules need not do so again for the first operation', () => {
  const wrong = parse('type Query implements I { a: Int } interface I { id: ID! }', { noLocation: true });
  expect(() => assertValidSchema(buildASTSchema(wrong, { assumeValidSDL: true }))).toThrow(/Interface field/);
  expect(validate(atOnce(schemaSteps(wrong)), parse('{ a }'))).toEqual([]);
});
