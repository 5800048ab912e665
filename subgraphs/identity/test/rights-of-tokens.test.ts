import type { Sql } from '@tributary/engines/relational';
import { eventually } from '@tributary/test-kit';
import { decodeJwt } from 'jose';
import { expect, it } from 'vitest';
import { newMember, newOwner, type Person, refreshMutation } from './people.ts';
import { type RunningIdentity, runIdentity, stranger } from './running-identity.ts';

const switchText = 'mutation ($slug: String!) { switchWorkspace(slug: $slug) { accessToken role } }';

/** The ways to a token whose role may have changed since the last one. */
const ways = [
  [
    'refreshed',
    async (identity: RunningIdentity, { refreshToken: token }: Person) =>
      (await identity.ask(stranger, refreshMutation, { token })).data.refreshSession,
  ],
  [
    'switched to its workspace',
    async (identity: RunningIdentity, { principal }: Person) =>
      (await identity.ask(principal, switchText, { slug: 'acme' })).data.switchWorkspace,
  ],
] as const;

/** Asks while another transaction has done `first` to the membership; `meanwhile` happens when the answer waits for it. */
async function askedDuring(
  identity: RunningIdentity,
  asked: () => Promise<{ readonly accessToken: string; readonly role: string | null }>,
  { first, meanwhile }: { readonly first: (tx: Sql) => Promise<unknown>; readonly meanwhile: () => void },
) {
  let answer: ReturnType<typeof asked> | undefined;
  await identity.relational.transaction(async (tx) => {
    await first(tx);
    answer = asked();
    await eventually(async () => {
      const { rows } = await identity.relational.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(rows).toHaveLength(1);
    });
    meanwhile();
  });
  if (answer === undefined) throw new Error('nobody asked');
  return answer;
}

it.each(ways)(
  'a token that is %s says the role of a change that was under way, not the one before',
  async (_how, ask) => {
    await using identity = await runIdentity();
    const owner = await newOwner(identity);
    const ada = await newMember(identity, owner, { name: 'ada', role: 'ADMIN' });
    const { role } = await askedDuring(identity, () => ask(identity, ada), {
      first: (tx) => tx.query(`UPDATE identity.member SET role = 'VIEWER' WHERE user_id = $1`, [ada.userId]),
      meanwhile: () => undefined,
    });
    expect(role).toBe('VIEWER');
  },
);

it.each(ways)(
  'a token that is %s was issued before its role was read, so that every later change of the role is later than it',
  async (_how, ask) => {
    await using identity = await runIdentity();
    const owner = await newOwner(identity);
    const ada = await newMember(identity, owner, { name: 'ada', role: 'ADMIN' });
    identity.clock.advance(999);
    const askedAtMs = identity.clock.now();
    const { accessToken } = await askedDuring(identity, () => ask(identity, ada), {
      first: (tx) => tx.query('SELECT FROM identity.member WHERE user_id = $1 FOR UPDATE', [ada.userId]),
      meanwhile: () => identity.clock.advance(2),
    });
    expect(decodeJwt(accessToken).iat).toBe(Math.floor(askedAtMs / 1000));
  },
);

const changes = [
  ['a removed member', 'removeMember(userId: $id) { __typename }', null],
  ['a demoted member', 'changeMemberRole(userId: $id, role: VIEWER) { __typename }', 'VIEWER'],
] as const;

it.each(changes)('%s has at once what is left, for whatever acts for them', async (_who, change, role) => {
  await using identity = await runIdentity();
  const owner = await newOwner(identity);
  const ada = await newMember(identity, owner, { name: 'ada', role: 'ADMIN' });
  const rights = async () => {
    const { rows } = await identity.relational.query('SELECT * FROM identity.rights_now($1, $2, $3)', [
      owner.principal.workspaceId,
      'user',
      ada.userId,
    ]);
    return rows;
  };
  expect(await rights()).toEqual([{ role: 'ADMIN', scopes: null }]);
  await identity.ask(owner.principal, `mutation ($id: ID!) { ${change} }`, { id: ada.userId });
  expect(await rights()).toEqual(role === null ? [] : [{ role, scopes: null }]);
});

it('a key has its rights in its workspace until it is revoked or expires, and nobody has those of an id that is none', async () => {
  await using identity = await runIdentity();
  const owner = await newOwner(identity);
  const { workspaceId } = owner.principal;
  const { data } = await identity.ask(
    owner.principal,
    `mutation { createApiKey(input: { name: "k", role: EDITOR, scopes: ["jobs:write"] }) { apiKey { id } } }`,
  );
  const { id } = data.createApiKey.apiKey;
  const rights = async (of: readonly string[]) =>
    (await identity.relational.query('SELECT * FROM identity.rights_now($1, $2, $3)', of)).rows;
  const held = [{ role: 'EDITOR', scopes: ['jobs:write'] }];
  expect(await rights([workspaceId, 'apiKey', id])).toEqual(held);
  for (const of of [
    [crypto.randomUUID(), 'apiKey', id],
    [workspaceId, 'user', id],
    [workspaceId, 'service', id],
    [workspaceId, 'apiKey', owner.userId],
    [workspaceId, 'user', 'anonymous'],
    [workspaceId, 'user', "' OR 1=1"],
  ])
    expect(await rights(of), String(of)).toEqual([]);
  const expire = (at: string) =>
    identity.relational.query(`UPDATE identity.api_key SET expires_at = now() + $2::interval WHERE id = $1`, [
      id,
      at,
    ]);
  await expire('1 hour');
  expect(await rights([workspaceId, 'apiKey', id])).toEqual(held);
  await expire('-1 ms');
  expect(await rights([workspaceId, 'apiKey', id])).toEqual([]);
  await expire('1 hour');
  await identity.ask(owner.principal, 'mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id });
  expect(await rights([workspaceId, 'apiKey', id])).toEqual([]);
});
