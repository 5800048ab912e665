import type { Principal, Role } from '@tributary/subgraph-kit';
import { expect, it } from 'vitest';
import { inviteMutation, newMember, newOwner, type Person } from './people.ts';
import { gateway, type RunningIdentity, runIdentity } from './running-identity.ts';

const createMutation = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) {
  secret apiKey { id name role scopes expiresAt createdBy { id } } } }`;

const create = (identity: RunningIdentity, by: Principal, changed: object = {}) =>
  identity.ask(by, createMutation, {
    input: { name: 'partner', role: 'VIEWER', scopes: ['data:read'], ...changed },
  });

const verify = async (identity: RunningIdentity, secret: string) =>
  (
    await identity.ask(
      gateway,
      'query ($s: String!) { verifyApiKey(secret: $s) { id workspaceId role scopes } }',
      { s: secret },
    )
  ).data.verifyApiKey;

const revoke = (identity: RunningIdentity, by: Person, id: string) =>
  identity.ask(by.principal, 'mutation ($id: ID!) { revokeApiKey(id: $id) { revokedAt } }', { id });

const keyPrincipal = (key: { id: string; workspaceId: string; role: Role; scopes: string[] }): Principal => ({
  kind: 'apiKey',
  ...key,
});

it('a key proves its workspace, role and scopes; its secret is shown once and stored nowhere', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const { secret, apiKey } = (await create(identity, olga.principal)).data.createApiKey;
  expect(secret).toMatch(/^trb_[0-9a-f]{32}_[0-9A-Za-z]{43}$/);
  expect(apiKey).toMatchObject({
    name: 'partner',
    role: 'VIEWER',
    scopes: ['data:read'],
    createdBy: { id: olga.userId },
  });
  expect(await verify(identity, secret)).toEqual({
    id: apiKey.id,
    workspaceId: olga.principal.workspaceId,
    role: 'VIEWER',
    scopes: ['data:read'],
  });
  const { rows } = await identity.relational.query<{ text: string }>(
    `SELECT string_agg(t, ' ') AS text FROM (SELECT k::text AS t FROM identity.api_key k UNION ALL SELECT event::text FROM outbox.event) AS all_rows`,
  );
  expect(rows[0]?.text).not.toContain(secret.slice(-43));
});

it('a key that is wrong, revoked, expired or no key at all proves nothing', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const { secret, apiKey } = (await create(identity, olga.principal)).data.createApiKey;
  const lastChanged = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`;
  for (const wrong of [
    lastChanged,
    secret.toUpperCase(),
    ` ${secret}`,
    '',
    'trb__',
    `trb_${'0'.repeat(32)}_${'0'.repeat(43)}`,
  ])
    expect(await verify(identity, wrong)).toBeNull();
  await revoke(identity, olga, apiKey.id);
  expect(await verify(identity, secret)).toBeNull();
  const expiresAt = new Date(identity.clock.now() + 60_000).toISOString();
  const short = (await create(identity, olga.principal, { expiresAt })).data.createApiKey;
  expect(await verify(identity, short.secret)).not.toBeNull();
  identity.clock.advance(60_000);
  expect(await verify(identity, short.secret)).toBeNull();
});

it('only the gateway may verify keys', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  expect((await identity.ask(olga.principal, '{ verifyApiKey(secret: "x") { id } }')).codes).toEqual([
    'FORBIDDEN',
  ]);
  expect((await identity.ask(olga.principal, '{ resolveWorkspace(slug: "acme") { id } }')).codes).toEqual([
    'FORBIDDEN',
  ]);
  expect(
    (await identity.ask(gateway, '{ resolveWorkspace(slug: "acme") { id slug } }')).data.resolveWorkspace,
  ).toEqual({
    id: olga.principal.workspaceId,
    slug: 'acme',
  });
});

it('a key has at most the rights of who makes it, known scopes, and an end in the future', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const adam = await newMember(identity, olga, { name: 'adam', role: 'ADMIN' });
  const vera = await newMember(identity, olga, { name: 'vera', role: 'VIEWER' });
  expect((await create(identity, adam.principal, { role: 'OWNER' })).codes).toEqual(['FORBIDDEN']);
  expect((await create(identity, vera.principal)).codes).toEqual(['FORBIDDEN']);
  for (const wrong of [
    { scopes: ['data:everything'] },
    { scopes: [] },
    { name: ' ' },
    { expiresAt: 'tomorrow' },
    { expiresAt: '2020-01-01T00:00:00Z' },
    { expiresAt: '2027-02-30T00:00:00Z' },
  ])
    expect((await create(identity, adam.principal, wrong)).codes).toEqual(['BAD_USER_INPUT']);
});

it('a workspace has 100 live keys at most, also when two are made at once; revoked and expired ones do not count', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const { workspaceId } = olga.principal;
  await identity.relational.query(
    `INSERT INTO identity.api_key (id, workspace_id, name, hash, role, scopes, created_by, created_at, expires_at, revoked_at)
     SELECT gen_random_uuid(), $1, 'k', decode(repeat('00', 32), 'hex'), 'VIEWER', '{data:read}', $2, $3,
       CASE WHEN n = 100 THEN $3::timestamptz END, CASE WHEN n = 101 THEN $3::timestamptz END
     FROM generate_series(1, 101) AS n`,
    [workspaceId, olga.userId, new Date(identity.clock.now())],
  );
  const made = await Promise.all([create(identity, olga.principal), create(identity, olga.principal)]);
  expect(made.flatMap(({ codes }) => codes)).toEqual(['STATE_CONFLICT']);
  expect(made.flatMap(({ errors }) => errors)[0]?.message).toContain('100');
  const { apiKey } = made.find(({ codes }) => codes.length === 0)?.data.createApiKey ?? {};
  await revoke(identity, olga, apiKey.id);
  expect((await create(identity, olga.principal)).codes).toEqual([]);
});

it('a key cannot make keys, and does with its scopes and role what they allow, no more', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const reader = (await create(identity, olga.principal, { role: 'ADMIN', scopes: ['identity:read'] })).data
    .createApiKey;
  const principal = keyPrincipal(await verify(identity, reader.secret));
  expect((await create(identity, principal)).codes).toEqual(['FORBIDDEN']);
  expect((await identity.ask(principal, '{ members { nodes { role } } }')).data.members.nodes).toEqual([
    { role: 'OWNER' },
  ]);
  const write = `mutation { changeMemberRole(userId: "${olga.userId}", role: OWNER) { __typename } }`;
  expect((await identity.ask(principal, write)).codes).toEqual(['FORBIDDEN']);
  expect(
    (await identity.ask({ ...principal, scopes: ['data:read'] }, '{ members { nodes { role } } }')).codes,
  ).toEqual(['FORBIDDEN']);
  expect((await identity.ask(principal, 'mutation { signOutEverywhere }')).codes).toEqual(['FORBIDDEN']);
});

it('a revoked key loses its rights at once, and revoking tells it once', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const writer = (await create(identity, olga.principal, { role: 'ADMIN', scopes: ['identity:write'] })).data
    .createApiKey;
  const principal = keyPrincipal(await verify(identity, writer.secret));
  await revoke(identity, olga, writer.apiKey.id);
  await revoke(identity, olga, writer.apiKey.id);
  const write = `mutation { changeMemberRole(userId: "${olga.userId}", role: OWNER) { __typename } }`;
  expect((await identity.ask(principal, write)).codes).toEqual(['FORBIDDEN']);
  const events = (await identity.events())
    .filter(({ topic }) => topic === 'identity.api_key')
    .map(({ event }) => event.type);
  expect(events).toEqual(['identity.api_key.created', 'identity.api_key.revoked']);
});

it('keys of another workspace can be neither seen nor revoked', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const otto = await newOwner(identity, 'otto', 'other');
  const { apiKey } = (await create(identity, olga.principal)).data.createApiKey;
  expect((await revoke(identity, otto, apiKey.id)).codes).toEqual(['NOT_FOUND']);
  const listed = '{ apiKeys { nodes { id name revokedAt } } }';
  expect((await identity.ask(otto.principal, listed)).data.apiKeys.nodes).toEqual([]);
  expect((await identity.ask(olga.principal, listed)).data.apiKeys.nodes).toEqual([
    { id: apiKey.id, name: 'partner', revokedAt: null },
  ]);
});

it('the schema names every scope that a key may have', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const refused = await create(identity, olga.principal, { scopes: ['no:scope'] });
  const named = (text: string | undefined): string[] => (text ?? '').match(/[a-z]+:[a-z]+/g) ?? [];
  const { data } = await identity.ask(
    olga.principal,
    '{ __type(name: "CreateApiKeyInput") { inputFields { name description } } }',
  );
  const field = data.__type.inputFields.find(({ name }: { name: string }) => name === 'scopes');
  expect(named(refused.errors[0]?.message)).toEqual(expect.arrayContaining(['data:read']));
  expect(named(field.description)).toEqual(named(refused.errors[0]?.message));
});

it('a key that expired changes nothing more, whatever its assertion says', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const scopes = ['identity:write'];
  const made = await create(identity, olga.principal, { role: 'ADMIN', scopes });
  const { id } = made.data.createApiKey.apiKey;
  const { workspaceId } = olga.principal;
  const key = keyPrincipal({ id, workspaceId, role: 'ADMIN', scopes });
  const expires = (at: string) =>
    identity.relational.query('UPDATE identity.api_key SET expires_at = now() + $2::interval WHERE id = $1', [
      id,
      at,
    ]);
  const input = { email: 'nobody@example.com', role: 'VIEWER' };
  await expires('1 hour');
  expect((await identity.ask(key, inviteMutation, { input })).codes).not.toContain('FORBIDDEN');
  await expires('-1 minute');
  expect((await identity.ask(key, inviteMutation, { input })).codes).toEqual(['FORBIDDEN']);
});
