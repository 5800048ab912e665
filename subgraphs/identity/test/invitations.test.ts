import { noWorkspaceId } from '@tributary/subgraph-kit';
import { eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import {
  changePasswordMutation,
  goodPassword,
  inviteMutation,
  newMember,
  newOwner,
  newPerson,
  type Person,
  principalOf,
  refreshMutation,
  signInAs,
  signInMutation,
  signUpMutation,
} from './people.ts';
import { type RunningIdentity, runIdentity, stranger } from './running-identity.ts';

const invite = (identity: RunningIdentity, by: Person, email: string, role = 'EDITOR') =>
  identity.ask(by.principal, inviteMutation, { input: { email, role } });
const invited = async (identity: RunningIdentity, by: Person) =>
  (await identity.ask(by.principal, '{ invitations { nodes { id email role } } }')).data.invitations.nodes;
const received = async (identity: RunningIdentity, by: Person) =>
  (
    await identity.ask(
      by.principal,
      '{ viewer { memberships { workspace { slug } } invitations { role workspace { slug } } } }',
    )
  ).data.viewer;
const memberIds = async (identity: RunningIdentity, by: Person) =>
  (await identity.ask(by.principal, '{ members { nodes { user { id } } } }')).data.members.nodes.map(
    ({ user }: { user: { id: string } }) => user.id,
  );
const decline = async (identity: RunningIdentity, by: Person, slug: string) =>
  (await identity.ask(by.principal, 'mutation ($s: String!) { declineInvitation(slug: $s) }', { s: slug }))
    .data.declineInvitation;

it('who invites an account sees the address that was typed and the role, and nothing of the person', async () => {
  await using identity = await runIdentity();
  const victim = await newOwner(identity, 'vera', 'hers');
  const mallory = await newOwner(identity, 'mallory', 'trap');
  const { data } = await invite(identity, mallory, ' Vera@Example.com ');
  expect(data.addMember.invitation).toEqual({
    id: expect.any(String),
    email: victim.email,
    role: 'EDITOR',
  });
  expect(await invited(identity, mallory)).toEqual([data.addMember.invitation]);
  expect(await memberIds(identity, mallory)).toEqual([mallory.userId]);
  const { data: seen } = await identity.ask(
    mallory.principal,
    'query ($id: ID!) { user(id: $id) { name } }',
    {
      id: victim.userId,
    },
  );
  expect(seen.user).toBeNull();
  const told = (await identity.events()).filter(
    ({ event }) => event.workspaceid === mallory.principal.workspaceId,
  );
  expect(told.map(({ event }) => event.type)).toContain('identity.member.invited');
  expect(JSON.stringify(told)).not.toContain(victim.userId);
});

it('a workspace that is only addressed learns nothing of who signs up, in, out, or changes a password there', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const { workspaceId } = olga.principal;
  const addressing = { ...stranger, workspaceId };
  const hugo = { email: 'hugo@example.com', password: goodPassword };
  await invite(identity, olga, hugo.email);
  const input = { ...hugo, name: 'hugo' };
  await identity.ask(addressing, signUpMutation, { input });
  await invite(identity, olga, hugo.email);
  const signIn = async () => {
    const { data } = await identity.ask(addressing, signInMutation, { input: hugo });
    return data.signIn as { accessToken: string; refreshToken: string; userId: string; workspaceId: string };
  };
  const [first, reused, last] = [await signIn(), await signIn(), await signIn()];
  expect(first.workspaceId).toBe(workspaceId);
  const principal = principalOf(first.accessToken);
  await identity.ask(stranger, refreshMutation, { token: reused.refreshToken });
  identity.clock.advance(11_000);
  await identity.ask(stranger, refreshMutation, { token: reused.refreshToken });
  const password = 'another horse battery';
  const change = { currentPassword: goodPassword, newPassword: password };
  await identity.ask(principal, changePasswordMutation, { input: change });
  // Refused here, and in this subgraph's own words.
  expect((await identity.ask(principal, '{ auditChainIntact { intact } }')).codes).toEqual(['FORBIDDEN']);
  await identity.ask(principal, 'mutation { signOut }');
  await eventually(async () => {
    const refused = (await identity.events()).filter(({ topic }) => topic === 'identity.refusal');
    expect(refused.map(({ event }) => [event.workspaceid, event.actorkind])).toEqual([
      [workspaceId, 'anonymous'],
    ]);
  });
  const written = await identity.events();
  const his = written.filter(({ event }) => JSON.stringify(event).includes(last.userId));
  const types = his.map(({ event }) => event.type);
  expect(types.filter((type) => type === 'identity.session.ended')).toHaveLength(3);
  expect(types).toContain('identity.user.created');
  expect(types).toContain('identity.user.password_changed');
  expect(new Set(his.map(({ event }) => event.workspaceid))).toEqual(new Set([noWorkspaceId]));
  // Who is a member is known there.
  const entered = await signInAs(identity, hugo.email, { password, workspace: 'acme' });
  await identity.ask(entered.principal, 'mutation { signOut }');
  const told = (await identity.events()).filter(({ event }) => event.workspaceid === workspaceId);
  const ofSession = told.filter(({ event }) => event.subject === `Session/${entered.principal.sessionId}`);
  expect(ofSession.map(({ event }) => event.type)).toEqual([
    'identity.session.started',
    'identity.session.ended',
  ]);
});

it('an invitation moves no sign-in and tells of none that failed', async () => {
  await using identity = await runIdentity();
  const homeless = await newPerson(identity, 'hugo');
  const mallory = await newOwner(identity, 'mallory', 'trap');
  await invite(identity, mallory, homeless.email);
  const again = await signInAs(identity, homeless.email);
  expect(again.principal.role).toBeNull();
  expect(again.principal.workspaceId).not.toBe(mallory.principal.workspaceId);
  await identity.ask(stranger, signInMutation, { input: { email: homeless.email, password: 'wrong' } });
  // The next entry is written behind it in the same order, so what is not there then is never there.
  await identity.ask(stranger, signInMutation, { input: { email: mallory.email, password: 'wrong' } });
  const refused = await eventually(async () => {
    const events = await identity.events();
    const told = events.filter(({ event }) => event.type === 'identity.session.refused');
    expect(told.map(({ event }) => event.subject)).toContain(`User/${mallory.userId}`);
    return told;
  });
  expect(refused.map(({ event }) => event.subject)).toEqual([`User/${mallory.userId}`]);
});

it.each(['a sign-in', 'a switch'])(
  '%s that names the workspace accepts its invitation, and from then on the membership counts',
  async (way) => {
    await using identity = await runIdentity();
    const olga = await newOwner(identity);
    const hugo = await newPerson(identity, 'hugo');
    await invite(identity, olga, hugo.email);
    expect(await received(identity, hugo)).toEqual({
      memberships: [],
      invitations: [{ role: 'EDITOR', workspace: { slug: 'acme' } }],
    });
    if (way === 'a sign-in') await signInAs(identity, hugo.email, { workspace: 'acme' });
    else await identity.ask(hugo.principal, 'mutation { switchWorkspace(slug: "acme") { role } }');
    const entered = await signInAs(identity, hugo.email);
    expect(entered.principal).toMatchObject({ role: 'EDITOR', workspaceId: olga.principal.workspaceId });
    expect(await received(identity, entered)).toEqual({
      memberships: [{ workspace: { slug: 'acme' } }],
      invitations: [],
    });
    expect(await invited(identity, olga)).toEqual([]);
    expect(await memberIds(identity, olga)).toEqual([olga.userId, hugo.userId]);
  },
);

it('one declines for oneself, and leaves what was entered; the workspace learns no more than that', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const hugo = await newPerson(identity, 'hugo');
  await invite(identity, olga, hugo.email);
  expect(await decline(identity, hugo, 'acme')).toBe(true);
  expect(await decline(identity, hugo, 'acme')).toBe(false);
  expect(await decline(identity, hugo, 'Not a slug')).toBe(false);
  expect(await invited(identity, olga)).toEqual([]);
  const ended = (await identity.events()).find(
    ({ event }) => event.type === 'identity.member.invitation_ended',
  );
  expect(ended?.event).toMatchObject({ actorid: 'anonymous', data: { outcome: 'DECLINED' } });
  const switched = await identity.ask(hugo.principal, 'mutation { switchWorkspace(slug: "acme") { role } }');
  expect(switched.codes).toEqual(['NOT_FOUND']);
  await invite(identity, olga, hugo.email);
  const entered = await signInAs(identity, hugo.email, { workspace: 'acme' });
  await identity.ask(entered.principal, 'mutation ($u: ID!) { removeMember(userId: $u) { __typename } }', {
    u: hugo.userId,
  });
  expect((await signInAs(identity, hugo.email)).principal.role).toBeNull();
});

it('an invitation is withdrawn by whoever may grant its role, and nobody enters by it afterwards', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const adam = await newMember(identity, olga, { name: 'adam', role: 'ADMIN' });
  const hugo = await newPerson(identity, 'hugo');
  const { data } = await invite(identity, olga, hugo.email, 'OWNER');
  const { id } = data.addMember.invitation;
  const withdraw = (by: Person) =>
    identity.ask(by.principal, 'mutation ($id: ID!) { withdrawInvitation(id: $id) { email } }', { id });
  expect((await withdraw(adam)).codes).toEqual(['FORBIDDEN']);
  expect((await withdraw(await newOwner(identity, 'otto', 'other'))).codes).toEqual(['NOT_FOUND']);
  expect((await withdraw(olga)).data.withdrawInvitation.email).toBe(hugo.email);
  expect((await withdraw(olga)).codes).toEqual(['NOT_FOUND']);
  const input = { email: hugo.email, password: 'correct horse battery', workspace: 'acme' };
  const { data: refused } = await identity.ask(stranger, signInMutation, { input });
  expect(refused.signIn.__typename).toBe('NotYourWorkspace');
});

it.each(['are removed', 'leave', 'become editors'])(
  'when those who invited %s, what they invited ends, and the invitations of others wait on',
  async (change) => {
    await using identity = await runIdentity();
    const olga = await newOwner(identity);
    const adam = await newMember(identity, olga, { name: 'adam', role: 'OWNER' });
    const [carl, hugo] = [await newPerson(identity, 'carl'), await newPerson(identity, 'hugo')];
    await invite(identity, adam, carl.email, 'OWNER');
    await invite(identity, olga, hugo.email, 'OWNER');
    const inviters = '{ invitations { nodes { email invitedBy { name } } } }';
    const waiting = async () => (await identity.ask(olga.principal, inviters)).data.invitations.nodes;
    expect(await waiting()).toEqual([
      { email: carl.email, invitedBy: { name: 'adam' } },
      { email: hugo.email, invitedBy: { name: 'olga' } },
    ]);
    const by = change === 'leave' ? adam : olga;
    const text =
      change === 'become editors'
        ? 'mutation ($u: ID!) { changeMemberRole(userId: $u, role: EDITOR) { __typename } }'
        : 'mutation ($u: ID!) { removeMember(userId: $u) { __typename } }';
    expect((await identity.ask(by.principal, text, { u: adam.userId })).codes).toEqual([]);
    expect(await waiting()).toEqual([{ email: hugo.email, invitedBy: { name: 'olga' } }]);
    const enter = 'mutation { switchWorkspace(slug: "acme") { role } }';
    expect((await identity.ask(carl.principal, enter)).codes).toEqual(['NOT_FOUND']);
    const ended = (await identity.events()).filter(
      ({ event }) =>
        event.type === 'identity.member.invitation_ended' &&
        (event.data as { outcome: string }).outcome === 'WITHDRAWN',
    );
    expect(ended.map(({ event }) => event.actorid)).toEqual([by.userId]);
  },
);

it('an owner who becomes an admin takes back the owners they invited and keeps the editors', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const adam = await newMember(identity, olga, { name: 'adam', role: 'OWNER' });
  for (const [name, role] of [
    ['carl', 'OWNER'],
    ['dora', 'ADMIN'],
    ['emil', 'EDITOR'],
  ] as const)
    await invite(identity, adam, (await newPerson(identity, name)).email, role);
  const text = 'mutation ($u: ID!) { changeMemberRole(userId: $u, role: ADMIN) { __typename } }';
  await identity.ask(olga.principal, text, { u: adam.userId });
  const left = (await invited(identity, olga)).map(({ email }: { email: string }) => email);
  expect(left).toEqual(['dora@example.com', 'emil@example.com']);
});

it('however many workspaces invite somebody, the one they work in is not hidden', async () => {
  await using identity = await runIdentity();
  const vera = await newOwner(identity, 'vera', 'hers');
  await identity.relational.query(
    `WITH made AS (INSERT INTO identity.workspace (id, slug, name, created_at)
       SELECT gen_random_uuid(), 'trap-' || n, 'Trap', '2020-01-01' FROM generate_series(1, 150) AS n RETURNING id)
     INSERT INTO identity.invitation (id, workspace_id, user_id, email, role, created_at)
       SELECT gen_random_uuid(), id, $1, $2, 'OWNER', '2020-01-01' FROM made`,
    [vera.userId, vera.email],
  );
  const { memberships, invitations } = await received(identity, vera);
  expect(memberships).toEqual([{ workspace: { slug: 'hers' } }]);
  expect(invitations).toHaveLength(100);
});

it('a workspace has 200 invitations waiting at most', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  await identity.relational.query(
    `WITH made AS (INSERT INTO identity."user" (id, email, name, password_hash, password_changed_at, created_at)
       SELECT gen_random_uuid(), 'p' || n || '@example.com', 'P', 'x', now(), now() FROM generate_series(1, 201) AS n RETURNING id, email)
     INSERT INTO identity.invitation (id, workspace_id, user_id, email, role, created_at)
       SELECT gen_random_uuid(), $1, id, email, 'VIEWER', now() FROM made WHERE email <> 'p201@example.com'`,
    [olga.principal.workspaceId],
  );
  expect((await invite(identity, olga, 'p201@example.com')).codes).toEqual(['STATE_CONFLICT']);
});
