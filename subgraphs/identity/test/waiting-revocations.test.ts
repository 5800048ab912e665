import { expect, it } from 'vitest';
import { newOwner } from './people.ts';
import { gateway, runIdentity } from './running-identity.ts';

const query =
  'query ($after: String) { waitingRevocations(after: $after) { row type workspaceId sessionId userId keyId role } }';

it('a service learns what was taken away and is not in the log yet, in pages, and of nothing else', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const waiting = async (after?: string) => {
    const { data, codes } = await identity.ask(gateway, query, { after });
    expect(codes).toEqual([]);
    return data.waitingRevocations as { row: string; type: string; keyId: string | null }[];
  };
  const before = await waiting();
  const key = await identity.ask(
    olga.principal,
    'mutation { createApiKey(input: { name: "k", role: VIEWER, scopes: ["data:read"] }) { apiKey { id } } }',
  );
  const { id } = key.data.createApiKey.apiKey;
  await identity.ask(olga.principal, 'mutation ($id: ID!) { revokeApiKey(id: $id) { revokedAt } }', { id });
  await identity.ask(olga.principal, 'mutation { signOut }');
  const told = (await waiting()).slice(before.length);
  expect(told).toMatchObject([
    { type: 'identity.api_key.revoked', keyId: id, workspaceId: olga.principal.workspaceId },
    { type: 'identity.session.ended', sessionId: olga.principal.sessionId },
  ]);
  expect(await waiting(told[0]?.row)).toEqual(told.slice(1));
  expect(await waiting(told[1]?.row)).toEqual([]);
  await identity.relational.query('DELETE FROM outbox.event');
  expect(await waiting()).toEqual([]);
  for (const after of ['x', '1; DROP TABLE outbox.event', '-1', '9'.repeat(30)])
    expect((await identity.ask(gateway, query, { after })).codes).toEqual(['BAD_USER_INPUT']);
  expect((await identity.ask(olga.principal, query)).codes).toEqual(['FORBIDDEN']);
});
