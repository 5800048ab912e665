import type { Principal } from '@tributary/subgraph-kit';
import { buildSchema, getOperationAST, parse } from 'graphql';
import { expect, test } from 'vitest';
import { earlyRefusals } from './early-refusal.ts';

const supergraph = buildSchema(`
  directive @allow(to: [String!]!, scope: String) on FIELD_DEFINITION | OBJECT
  type Query { run(id: ID!): Run @allow(to: ["VIEWER"], scope: "jobs:read") }
  type Mutation {
    startRun(job: String!): Started! @allow(to: ["EDITOR"], scope: "jobs:write")
    stopAll: Int! @allow(to: ["ADMIN"], scope: "jobs:write")
  }
  type Started { isNew: Boolean! run: Run }
  type Run @allow(to: ["VIEWER"], scope: "jobs:read") { id: ID! principal: String @allow(to: ["ADMIN"]) after: [Run!]! }
`);

function refused(
  text: string,
  principal: Pick<Principal, 'role' | 'scopes'>,
  variables: Readonly<Record<string, unknown>> = {},
): readonly string[] {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new TypeError('no operation');
  const caller: Principal = { kind: 'apiKey', id: 'k', workspaceId: 'w', ...principal };
  return earlyRefusals(supergraph, { document, operation, variables }, caller).map(
    ({ coordinate, path, error }) => `${coordinate} ${path.join('.')} ${error.code}`,
  );
}

const writer = { role: 'EDITOR', scopes: ['jobs:write'] } as const;
const both = { role: 'EDITOR', scopes: ['jobs:write', 'jobs:read'] } as const;

test('a mutation whose answer the caller may not read is refused before it happens', () => {
  expect(refused('mutation { startRun(job: "a") { isNew } }', writer)).toEqual([]);
  expect(refused('mutation { s: startRun(job: "a") { isNew r: run { id } } }', writer)).toEqual([
    'Started.run s.r FORBIDDEN',
  ]);
  expect(refused('mutation { startRun(job: "a") { isNew run { id } } }', both)).toEqual([]);
});

test('fields in fragments, and fields with a rule of their own, are judged alike', () => {
  const text =
    'mutation { startRun(job: "a") { ...s } } fragment s on Started { ... on Started { run { ...r } } } fragment r on Run { principal }';
  expect(refused(text, both)).toEqual(['Run.principal startRun.run.principal FORBIDDEN']);
  expect(refused(text, { ...both, role: 'ADMIN' })).toEqual([]);
});

test('what @skip and @include leave out of the answer is not refused, and what is asked for often is refused once', () => {
  const text =
    'mutation($all: Boolean = true) { startRun(job: "a") { isNew run @include(if: $all) { id } ...s @include(if: $all) } } fragment s on Started { r: run { id } run { id } }';
  expect(refused(text, writer, { all: false })).toEqual([]);
  expect(refused(text, writer)).toEqual(['Started.run startRun.run FORBIDDEN']);
  const probe = 'mutation { startRun(job: "a") @skip(if: true) { run { id } } }';
  expect(refused(probe, writer)).toEqual(['Started.run startRun.run FORBIDDEN']);
});

test('a refused root field is told alone, and a query is answered in part', () => {
  expect(refused('mutation { stopAll startRun(job: "a") { run { id } } }', writer)).toEqual([
    'Mutation.stopAll stopAll FORBIDDEN',
  ]);
  expect(refused('{ run(id: "1") { principal } }', both)).toEqual([]);
  expect(refused('{ run(id: "1") { id } }', writer)).toEqual(['Query.run run FORBIDDEN']);
});
