import type { Role } from '@tributary/subgraph-kit';
import { expect, it } from 'vitest';
import { newMember, newOwner, newPerson, type Person, principalOf, signInAs } from './people.ts';
import { type RunningIdentity, runIdentity, stranger } from './running-identity.ts';

const changeRole = (identity: RunningIdentity, by: Person, userId: string, role: Role) =>
  identity.ask(
    by.principal,
    'mutation ($u: ID!, $r: Role!) { changeMemberRole(userId: $u, role: $r) { __typename ... on Failure { message } } }',
    {
      u: userId,
      r: role,
    },
  );
const remove = (identity: RunningIdentity, by: Person, userId: string) =>
  identity.ask(by.principal, 'mutation ($u: ID!) { removeMember(userId: $u) { __typename } }', { u: userId });

it('the viewer sees themselves, their workspace, their role and all their workspaces', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const { data } = await identity.ask(
    olga.principal,
    '{ viewer { id kind role user { name email } workspace { slug } memberships { role workspace { slug } } } workspace { slug } }',
  );
  expect(data).toEqual({
    viewer: {
      id: olga.userId,
      kind: 'USER',
      role: 'OWNER',
      user: { name: 'olga', email: olga.email },
      workspace: { slug: 'acme' },
      memberships: [{ role: 'OWNER', workspace: { slug: 'acme' } }],
    },
    workspace: { slug: 'acme' },
  });
  expect((await identity.ask(stranger, '{ viewer { id } }')).codes).toEqual(['UNAUTHENTICATED']);
});

it('a slug is given once, and only when it can stand in a URL', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const make = async (slug: string) =>
    (
      await identity.ask(
        olga.principal,
        'mutation ($s: String!) { createWorkspace(input: { slug: $s, name: "X" }) { __typename } }',
        { s: slug },
      )
    ).data.createWorkspace.__typename;
  expect(await make('acme')).toBe('SlugTaken');
  for (const slug of ['A', 'two--dashes', '-x', 'graphql', '__proto__', 'x'.repeat(49)])
    expect(await make(slug)).toBe('InvalidSlug');
});

it('one person makes 100 workspaces at most, also when two are made at once', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  await identity.relational.query(
    `INSERT INTO identity.workspace (id, slug, name, founded_by, created_at)
     SELECT gen_random_uuid(), 'w-' || n, 'W', $1, now() FROM generate_series(1, 98) AS n`,
    [olga.userId],
  );
  const make = (slug: string) =>
    identity.ask(
      olga.principal,
      'mutation ($s: String!) { createWorkspace(input: { slug: $s, name: "X" }) { __typename } }',
      { s: slug },
    );
  const made = await Promise.all([make('one'), make('two')]);
  expect(made.flatMap(({ codes }) => codes)).toEqual(['STATE_CONFLICT']);
  expect(made.flatMap(({ errors }) => errors)[0]?.message).toContain('100');
  await newOwner(identity, 'otto', 'three');
});

it('switching moves the session to another workspace of the user; one of others answers as if it did not exist', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  await newOwner(identity, 'otto', 'other');
  await identity.ask(
    olga.principal,
    'mutation { createWorkspace(input: { slug: "second", name: "S" }) { __typename } }',
  );
  const switchTo = (slug: string) =>
    identity.ask(
      olga.principal,
      'mutation ($s: String!) { switchWorkspace(slug: $s) { accessToken workspaceId role } }',
      { s: slug },
    );
  const { data } = await switchTo('second');
  expect(principalOf(data.switchWorkspace.accessToken)).toMatchObject({
    role: 'OWNER',
    sessionId: olga.principal.sessionId,
  });
  expect(data.switchWorkspace.workspaceId).not.toBe(olga.principal.workspaceId);
  expect((await switchTo('other')).codes).toEqual(['NOT_FOUND']);
  expect((await switchTo('nothing')).errors[0]?.message).toBe((await switchTo('other')).errors[0]?.message);
});

it('members are listed in pages, each once', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  for (const name of ['ada', 'bea', 'cyd']) await newMember(identity, olga, { name, role: 'VIEWER' });
  const names: string[] = [];
  let after: string | null = null;
  do {
    const { data } = await identity.ask(
      olga.principal,
      'query ($after: Cursor) { members(first: 2, after: $after) { nodes { role user { name } } pageInfo { hasNextPage endCursor } } }',
      { after },
    );
    names.push(...data.members.nodes.map((member: { user: { name: string } }) => member.user.name));
    after = data.members.pageInfo.hasNextPage ? data.members.pageInfo.endCursor : null;
    const keys = 'query ($after: Cursor) { apiKeys(after: $after) { nodes { id } } }';
    if (after !== null)
      expect((await identity.ask(olga.principal, keys, { after })).codes).toEqual(['CURSOR_INVALID']);
  } while (after !== null);
  expect(names).toEqual(['olga', 'ada', 'bea', 'cyd']);
  for (const broken of ['x', 'bWVtYmVyczp4', 'YXVkaXRMb2c6MQ']) {
    const { codes } = await identity.ask(
      olga.principal,
      'query ($a: Cursor) { members(after: $a) { nodes { role } } }',
      { a: broken },
    );
    expect(codes).toEqual(['CURSOR_INVALID']);
  }
});

it('nobody grants, changes or removes a role above their own', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const adam = await newMember(identity, olga, { name: 'adam', role: 'ADMIN' });
  const vera = await newMember(identity, olga, { name: 'vera', role: 'VIEWER' });
  expect((await changeRole(identity, adam, adam.userId, 'OWNER')).codes).toEqual(['FORBIDDEN']);
  expect((await changeRole(identity, adam, vera.userId, 'OWNER')).codes).toEqual(['FORBIDDEN']);
  expect((await changeRole(identity, adam, olga.userId, 'VIEWER')).codes).toEqual(['FORBIDDEN']);
  expect((await remove(identity, adam, olga.userId)).codes).toEqual(['FORBIDDEN']);
  expect((await changeRole(identity, vera, vera.userId, 'EDITOR')).codes).toEqual(['FORBIDDEN']);
  expect((await changeRole(identity, adam, vera.userId, 'EDITOR')).data.changeMemberRole.__typename).toBe(
    'MemberRoleChanged',
  );
});

it('a right that was taken away is gone at once, whatever the token still says', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const adam = await newMember(identity, olga, { name: 'adam', role: 'ADMIN' });
  const vera = await newMember(identity, olga, { name: 'vera', role: 'VIEWER' });
  await changeRole(identity, olga, adam.userId, 'VIEWER');
  expect((await changeRole(identity, adam, vera.userId, 'EDITOR')).codes).toEqual(['FORBIDDEN']);
  await remove(identity, olga, adam.userId);
  expect((await signInAs(identity, adam.email)).principal.role).toBeNull();
});

it('the last owner can neither step down nor leave, even when two try at once', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  expect((await changeRole(identity, olga, olga.userId, 'ADMIN')).data.changeMemberRole.__typename).toBe(
    'LastOwner',
  );
  expect((await remove(identity, olga, olga.userId)).data.removeMember.__typename).toBe('LastOwner');
  const otto = await newMember(identity, olga, { name: 'otto', role: 'OWNER' });
  const both = await Promise.all([
    changeRole(identity, olga, otto.userId, 'ADMIN'),
    changeRole(identity, otto, olga.userId, 'ADMIN'),
  ]);
  const { rows } = await identity.relational.query(`SELECT 1 FROM identity.member WHERE role = 'OWNER'`);
  expect(rows).toHaveLength(1);
  expect(both.filter(({ data }) => data?.changeMemberRole?.__typename === 'MemberRoleChanged')).toHaveLength(
    1,
  );
});

it('who has no account cannot be added, and asking around for accounts is limited', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const add = (email: string) =>
    identity.ask(
      olga.principal,
      'mutation ($e: String!) { addMember(input: { email: $e, role: VIEWER }) { __typename } }',
      { e: email },
    );
  for (let n = 0; n < 10; n += 1)
    expect((await add(`nobody${n}@example.com`)).data.addMember.__typename).toBe('AccountNotFound');
  expect((await add('nobody@example.com')).codes).toEqual(['RATE_LIMITED']);
  identity.clock.advance(16 * 60_000);
  const { email } = await newPerson(identity, 'anna');
  expect((await add(email)).data.addMember.__typename).toBe('MemberInvited');
  expect((await add(email)).data.addMember.__typename).toBe('AlreadyInvited');
  await signInAs(identity, email, { workspace: 'acme' });
  expect((await add(email)).data.addMember.__typename).toBe('AlreadyMember');
});

it('every change of members writes its event with the change', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const vera = await newMember(identity, olga, { name: 'vera', role: 'VIEWER' });
  await changeRole(identity, olga, vera.userId, 'EDITOR');
  await remove(identity, olga, vera.userId);
  const changes = (await identity.events()).filter(({ event }) => event.subject === `Member/${vera.userId}`);
  expect(changes.map(({ event }) => [event.type, event.data])).toEqual([
    ['identity.member.added', { userId: vera.userId, role: 'VIEWER', previousRole: null }],
    ['identity.member.role_changed', { userId: vera.userId, role: 'EDITOR', previousRole: 'VIEWER' }],
    ['identity.member.removed', { userId: vera.userId, role: null, previousRole: 'EDITOR' }],
  ]);
  expect(changes.map(({ event }) => event.actorid)).toEqual([vera.userId, olga.userId, olga.userId]);
  expect(changes.every(({ event }) => event.workspaceid === olga.principal.workspaceId)).toBe(true);
});

it('a member sees the name of a fellow member by id, and nothing of strangers', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const vera = await newMember(identity, olga, { name: 'vera', role: 'VIEWER' });
  const stranger = await newOwner(identity, 'otto', 'elsewhere');
  const user = 'query ($id: ID!) { user(id: $id) { name email } }';
  const seen = await identity.ask(vera.principal, user, { id: olga.userId });
  expect(seen.data.user).toEqual({ name: 'olga', email: null });
  expect((await identity.ask(stranger.principal, user, { id: olga.userId })).data.user).toBeNull();
  expect((await identity.ask(vera.principal, user, { id: stranger.userId })).data.user).toBeNull();
  expect((await identity.ask(vera.principal, user, { id: 'x' })).codes).toEqual(['BAD_USER_INPUT']);
});
