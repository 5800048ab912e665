import { graphForRuns } from '@tributary/job-runner';
import { systemClock as clock, newId } from '@tributary/runtime';
import { createAssertionMinter, createAssertionVerifier, type GraphExecutor } from '@tributary/subgraph-kit';
import { parse } from 'graphql';
import { exportJWK, generateKeyPair } from 'jose';
import { beforeAll, expect, test } from 'vitest';

const principal = { kind: 'apiKey', id: 'k', role: 'EDITOR', scopes: ['data:write'] };
let pair: CryptoKeyPair;
beforeAll(async () => {
  pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
});

/** What the graph is asked for a run of `job` that asks `query`. */
async function asked(query: string, job = 'count-airports') {
  const minter = await createAssertionMinter(await exportJWK(pair.privateKey), clock);
  const calls: Parameters<GraphExecutor>[0][] = [];
  const execute: GraphExecutor = async (call) => {
    calls.push(call);
    return { data: {} };
  };
  const run = { id: newId(), job, workspaceId: newId(), principal };
  await graphForRuns({ minter, execute })(run, { query, variables: {} }, AbortSignal.timeout(5_000));
  const [call] = calls;
  if (call === undefined) throw new Error('the graph was not asked');
  return { run, call };
}

test('a run asks as the principal who enqueued it, in its workspace, and names itself', async () => {
  const verifier = await createAssertionVerifier(await exportJWK(pair.publicKey), clock);
  const { run, call } = await asked('mutation Import { a }');
  expect(await verifier.verify(call.assertion)).toEqual({
    ...principal,
    workspaceId: run.workspaceId,
    runId: run.id,
  });
});

test.each([
  ['mutation Import { a }', 'Import'],
  ['# why\nquery Found { a }', 'Found'],
  ['fragment F on T { b } query Found { a { ...F } }', 'Found'],
])('%s is asked as it is', async (query, name) => {
  const { call } = await asked(query);
  expect([call.query, call.operationName]).toEqual([query, name]);
});

test.each([
  ['{ a }', 'query CountAirports { a }'],
  ['\ufeff # { b }\n , { a }', '\ufeff # { b }\n , query CountAirports { a }'],
  ['mutation{ a }', 'mutation CountAirports { a }'],
  ['query($id: ID!) @live { a }', 'query CountAirports ($id: ID!) @live { a }'],
  ['fragment F on T { b } { a { ...F } }', 'fragment F on T { b } query CountAirports { a { ...F } }'],
])('%s has the name of the job: %s', async (query, named) => {
  const { call } = await asked(query);
  expect([call.query, call.operationName]).toEqual([named, 'CountAirports']);
  expect(parse(call.query).definitions).toContainEqual(
    expect.objectContaining({ name: expect.objectContaining({ value: 'CountAirports' }) }),
  );
});

test.each([
  ['a', 'A'],
  ['load-2024-a', 'Load2024A'],
  ['odd--one-', 'OddOne'],
])('an operation of the job %s that has no name is called %s', async (job, name) => {
  expect((await asked('{ a }', job)).call.operationName).toBe(name);
});

test.each([
  ['query A { a } query B { b }', 'The graph is asked one query or mutation at a time.'],
  ['{ a } { b }', 'The graph is asked one query or mutation at a time.'],
  ['subscription S { a }', 'The graph is asked one query or mutation at a time.'],
  ['fragment F on T { b }', 'The graph is asked one query or mutation at a time.'],
  ['{ a', 'Syntax Error: Expected Name, found <EOF>. (line 1, column 4)'],
  ['', 'Syntax Error: Unexpected <EOF>. (line 1, column 1)'],
])('"%s" is refused', async (query, message) => {
  await expect(asked(query)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message });
});
