import { readFileSync } from 'node:fs';
import { buildSchema, getOperationAST, isObjectType, parse } from 'graphql';
import { expect, test } from 'vitest';
import { fieldWeights } from '../src/security/field-weights.ts';
import { operationCost } from '../src/security/operation-cost.ts';

const sdl = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
const schema = buildSchema(sdl, { assumeValidSDL: true });
const weights = fieldWeights(schema);

function costOf(query: string): number {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (operation == null) throw new TypeError('no operation');
  return operationCost({ schema, document, operation, variables: {}, weights });
}

test('the count of every list is priced as what it is: a walk over the table', () => {
  const counted = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => type.name.endsWith('Connection') && 'totalCount' in type.getFields());
  expect(counted.length).toBeGreaterThan(0);
  expect(counted.map(({ name }) => [name, weights.get(`${name}.totalCount`)?.weight])).toEqual(
    counted.map(({ name }) => [name, 10]),
  );
});

test.each([
  [
    'counts of nested lists',
    '{ airports(first: 50) { nodes { departures(first: 1) { totalCount } } } }',
    500,
  ],
  ['all routes with their texts', '{ restRoutes { path operation } }', 120],
  ['the queues of a workspace, whose runs are counted', '{ queues(first: 1) { nodes { name } } }', 50],
  ['one queue', '{ queue(name: "imports") { name } }', 50],
  ['what a workspace keeps', '{ workspaceUsage { files reservedBytes } }', 20],
  ['the greatest of a metric', '{ topK(metric: "m", dimension: "d", window: DAY) { key } }', 20],
])('%s cost what they make the graph do', (_name, query, atLeast) => {
  expect(costOf(query)).toBeGreaterThanOrEqual(atLeast);
});
