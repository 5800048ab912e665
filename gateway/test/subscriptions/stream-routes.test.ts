import { composeSupergraph } from '@tributary/schema';
import { directiveDefinitions } from '@tributary/subgraph-kit';
import { expect, test } from 'vitest';
import { loadSupergraph } from '../../src/planning/supergraph.ts';
import { readStreamSchema } from '../../src/subscriptions/stream-routes.ts';

function routesOf(subscriptionFields: string) {
  const typeDefs = `type Query { a: Int } type Subscription { ${subscriptionFields} }`;
  const sdl = composeSupergraph([{ name: 'data', sdl: `${directiveDefinitions}\n${typeDefs}` }]);
  return readStreamSchema(loadSupergraph(sdl)).routes;
}

test('the composed supergraph names the source of each subscription field', () => {
  const routes = routesOf(`
    changed(id: ID!, where: String): Int @logStream(topic: "data.record", types: ["a", "b"], subject: "Airport/{id}", filter: "where")
    present(room: ID!): Int @ephemeral(channel: "presence:{workspace}:{room}")
  `);
  expect([...routes.values()]).toEqual([
    {
      kind: 'log',
      fieldName: 'changed',
      topic: 'data.record',
      types: new Set(['a', 'b']),
      subject: 'Airport/{id}',
      filterArgument: 'where',
    },
    { kind: 'ephemeral', fieldName: 'present', channel: 'presence:{workspace}:{room}' },
  ]);
});

test.each([
  ['no source', 'x: Int', 'neither @logStream nor @ephemeral'],
  [
    'an unknown argument in its subject',
    'x: Int @logStream(topic: "t", types: ["a"], subject: "A/{id}")',
    'unknown arguments id',
  ],
  [
    'an unknown argument in its topic',
    'x: Int @logStream(topic: "{topic}", types: ["*"], subject: "*")',
    'unknown arguments topic',
  ],
  [
    'a filter that is no argument',
    'x: Int @logStream(topic: "t", types: ["a"], subject: "A/*", filter: "where")',
    'no argument',
  ],
  [
    'a star inside its subject',
    'x: Int @logStream(topic: "t", types: ["a"], subject: "A/*/b")',
    '* before its end',
  ],
])('a field with %s stops the start, by name', (_what, field, reason) => {
  expect(() => routesOf(field)).toThrow(
    expect.objectContaining({ code: 'MODEL_INVALID', message: expect.stringContaining(`Subscription.x`) }),
  );
  expect(() => routesOf(field)).toThrow(reason);
});
