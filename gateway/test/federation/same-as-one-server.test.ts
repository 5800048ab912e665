import fc from 'fast-check';
import { buildSchema, execute, type GraphQLObjectType, isObjectType, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { federated } from './federated.ts';
import { parts, whole } from './library.ts';
import { operations } from './operation-generator.ts';

const runs = 300;

/** The same graph as one server that graphql-js executes. */
function oneServer() {
  const schema = buildSchema(whole.sdl);
  for (const [name, resolvers] of Object.entries(whole.resolvers)) {
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

describe.each(['apollo', 'hive'] as const)('a federated graph planned by %s', (planner) => {
  it('answers any operation as one server with the whole schema would', async () => {
    const schema = oneServer();
    const library = federated(parts, {}, planner);
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(operations(schema, 4), async ({ query, variables }) => {
        const document = parse(query);
        fc.pre(validate(schema, document).length === 0);
        const expected = await execute({ schema, document, variableValues: variables });
        const answer = await library.ask(query, variables);
        expect(JSON.parse(JSON.stringify(answer.data ?? null))).toEqual(
          JSON.parse(JSON.stringify(expected.data ?? null)),
        );
        expect(Object.keys(answer.data ?? {})).toEqual(Object.keys(expected.data ?? {}));
        expect((answer.errors ?? []).length > 0).toBe((expected.errors ?? []).length > 0);
        compared += 1;
      }),
      { numRuns: runs, verbose: false },
    );
    expect(compared).toBe(runs);
  }, 120_000);
});
