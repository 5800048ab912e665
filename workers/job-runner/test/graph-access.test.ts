import { graphForRuns } from '@tributary/job-runner';
import { systemClock as clock, newId } from '@tributary/runtime';
import { createAssertionMinter, createAssertionVerifier, type GraphExecutor } from '@tributary/subgraph-kit';
import { exportJWK, generateKeyPair } from 'jose';
import { expect, test } from 'vitest';

test('a run asks as the principal who enqueued it, in its workspace, and names itself', async () => {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const minter = await createAssertionMinter(await exportJWK(pair.privateKey), clock);
  const verifier = await createAssertionVerifier(await exportJWK(pair.publicKey), clock);
  const seen: unknown[] = [];
  const execute: GraphExecutor = async ({ assertion, operationName }) => {
    seen.push({ ...(await verifier.verify(assertion)), operationName });
    return { data: {} };
  };
  const [id, workspaceId] = [newId(), newId()];
  const graph = graphForRuns({ minter, execute });
  const principal = { kind: 'apiKey', id: 'k', role: 'EDITOR', scopes: ['data:write'] };
  const run = { id, workspaceId, principal };
  const signal = AbortSignal.timeout(5_000);
  await graph(run, { query: 'mutation Import { a }', variables: {} }, signal);
  expect(seen).toEqual([{ ...principal, workspaceId, runId: id, operationName: 'Import' }]);
  await expect(graph(run, { query: '{ a }', variables: {} }, signal)).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
  });
});
