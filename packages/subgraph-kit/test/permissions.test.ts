import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { directiveDefinitions } from '../src/directives.ts';
import { verdictsOf } from '../src/permissions.ts';
import { refusalOf } from '../src/verdict.ts';
import { anonymous, editor, smallSubgraph, typeDefs, viewer } from './small-subgraph.ts';

const schemaOf = (sdl: string) =>
  buildSubgraphSchema([{ typeDefs: parse(`${directiveDefinitions}\n${sdl}`) }]);

test('a root field without a verdict fails the build', () => {
  expect(() => verdictsOf(schemaOf(`${typeDefs} extend type Query { open: String }`))).toThrow(
    /Query\.open has no @allow/,
  );
});

test('an entity type without a verdict fails the build', () => {
  expect(() => verdictsOf(schemaOf(`${typeDefs} type Plane @key(fields: "id") { id: ID! }`))).toThrow(
    /type Plane has a key but no @allow/,
  );
});

test("another subgraph's entity needs no verdict while only its key is named here, and needs one as soon as there is more", () => {
  const stub = (more: string): string =>
    `${typeDefs} type Plane @key(fields: "id", resolvable: false) { id: ID! ${more} } extend type Airport { plane: Plane }`;
  const verdicts = verdictsOf(schemaOf(stub('')));
  expect(verdicts.find(({ coordinate }) => coordinate === 'Airport.plane')?.decidedBy).toBe('inherited');
  expect(() => verdictsOf(schemaOf(stub('price: Int')))).toThrow(/type Plane has a key but no @allow/);
});

test('a misspelt grant fails the build', () => {
  expect(() => verdictsOf(schemaOf(typeDefs.replaceAll('"EDITOR"', '"EDITER"')))).toThrow(/EDITER/);
});

test('a root field is refused below its role, with a code that says why, and the refusal is noted', async () => {
  const { ask, refusals } = await smallSubgraph();
  const asViewer = await ask(viewer, '{ secrets { text } }');
  expect(asViewer.errors?.[0]?.extensions).toMatchObject({
    code: 'FORBIDDEN',
    needs: ['EDITOR'],
    role: 'VIEWER',
  });
  const asNobody = await ask(anonymous, '{ secrets { text } }');
  expect(asNobody.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
  expect((await ask(editor, '{ secrets { text } }')).data).toEqual({ secrets: [{ text: 'hidden' }] });
  expect(refusals).toEqual(['Query.secrets FORBIDDEN', 'Query.secrets UNAUTHENTICATED']);
});

test('a field that leads into a ruled type takes the rule of that type', async () => {
  const { ask } = await smallSubgraph();
  const result = await ask(viewer, '{ airport { name secret { text } } }');
  expect(result.data).toEqual({ airport: { name: 'Detroit', secret: null } });
  expect(result.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
});

test('_entities is ruled by the type of each representation', async () => {
  const { ask } = await smallSubgraph();
  const query = 'query($r: [_Any!]!) { _entities(representations: $r) { ... on Secret { text } } }';
  const variables = { r: [{ __typename: 'Secret', id: 's1' }] };
  const refused = await ask(viewer, query, { variables });
  expect(refused.data ?? null).toBeNull();
  expect(refused.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
  expect((await ask(editor, query, { variables })).data).toEqual({ _entities: [{ text: 'hidden' }] });
  const forged = await ask(editor, query, { variables: { r: [{ __typename: '__proto__', id: 's1' }] } });
  expect(forged.errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
});

test('an API key needs the scope as well as the role', async () => {
  const { ask } = await smallSubgraph();
  const key = { ...editor, kind: 'apiKey' as const, scopes: ['data:write'] };
  expect((await ask(key, '{ secrets { text } }')).errors?.[0]?.extensions).toMatchObject({
    code: 'FORBIDDEN',
    needsScope: 'data:read',
  });
  expect((await ask({ ...key, scopes: ['data:read'] }, '{ secrets { text } }')).errors).toBeUndefined();
});

test('where a field names several scopes, an API key needs each of them, and whoever signs in none', () => {
  const allowance = { to: ['EDITOR' as const], scope: 'data:write data:read' };
  const missing = (scopes: readonly string[] | null) =>
    refusalOf({ ...editor, kind: scopes === null ? 'user' : 'apiKey', scopes }, allowance)?.details[
      'needsScope'
    ];
  expect([[], ['data:read'], ['data:write'], ['data:read', 'data:write'], null].map(missing)).toEqual([
    'data:write',
    'data:write',
    'data:read',
    undefined,
    undefined,
  ]);
});
