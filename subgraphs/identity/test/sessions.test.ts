import { removeExpiredSessions } from '@tributary/identity';
import { eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import {
  changePasswordMutation,
  goodPassword,
  newOwner,
  newPerson,
  type Person,
  refreshMutation,
  signInAs,
  signInMutation,
} from './people.ts';
import { type RunningIdentity, runIdentity, stranger } from './running-identity.ts';

const refresh = async (identity: RunningIdentity, token: string) =>
  (await identity.ask(stranger, refreshMutation, { token })).data.refreshSession;

const sessionEvents = async (identity: RunningIdentity, person: Person) =>
  (await identity.events())
    .filter(
      ({ topic, event }) =>
        topic === 'identity.session' && event.subject === `Session/${person.principal.sessionId}`,
    )
    .map(({ event }) => [event.type, (event.data as { reason: string | null }).reason]);

it('a refresh token gives new tokens of the same session', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const next = await refresh(identity, olga.refreshToken);
  expect(next).toMatchObject({ __typename: 'SignedIn', sessionId: olga.principal.sessionId, role: 'OWNER' });
  expect(next.refreshToken).not.toBe(olga.refreshToken);
  expect((await refresh(identity, next.refreshToken)).__typename).toBe('SignedIn');
});

it('a lost answer can be asked for again within ten seconds and gives the same successor', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const answers = await Promise.all([1, 2, 3].map(() => refresh(identity, olga.refreshToken)));
  expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
  identity.clock.advance(9_000);
  expect((await refresh(identity, olga.refreshToken)).refreshToken).toBe(answers[0].refreshToken);
  expect((await refresh(identity, answers[0].refreshToken)).__typename).toBe('SignedIn');
});

it.each([
  ['after ten seconds', 10_001, false],
  ['as soon as the successor was used', 0, true],
])(
  'a refresh token used twice, %s, ends the session for thief and owner, with an event',
  async (_case, waitMs, successorUsed) => {
    await using identity = await runIdentity();
    const olga = await newOwner(identity);
    const successor = await refresh(identity, olga.refreshToken);
    const latest = successorUsed ? await refresh(identity, successor.refreshToken) : successor;
    identity.clock.advance(waitMs);
    expect((await refresh(identity, olga.refreshToken)).__typename).toBe('SessionEnded');
    expect((await refresh(identity, latest.refreshToken)).__typename).toBe('SessionEnded');
    expect(await sessionEvents(identity, olga)).toEqual([
      ['identity.session.started', null],
      ['identity.session.ended', 'TOKEN_REUSED'],
    ]);
  },
);

it('refresh tokens expire when idle, and a session ends however often it was refreshed', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const dayMs = 86_400_000;
  let token = olga.refreshToken;
  for (const _month of [1, 2, 3]) {
    identity.clock.advance(29 * dayMs);
    token = (await refresh(identity, token)).refreshToken;
  }
  identity.clock.advance(4 * dayMs);
  expect((await refresh(identity, token)).__typename).toBe('SessionEnded');
  const again = await signInAs(identity, olga.email);
  identity.clock.advance(31 * dayMs);
  expect((await refresh(identity, again.refreshToken)).__typename).toBe('SessionEnded');
});

it('signing out ends the session once, with its event in the same transaction', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const signOut = 'mutation ($token: String) { signOut(refreshToken: $token) }';
  expect((await identity.ask(olga.principal, signOut)).data).toEqual({ signOut: true });
  expect((await identity.ask(stranger, signOut, { token: olga.refreshToken })).data).toEqual({
    signOut: false,
  });
  expect((await identity.ask(stranger, signOut)).data).toEqual({ signOut: false });
  expect((await refresh(identity, olga.refreshToken)).__typename).toBe('SessionEnded');
  expect(await sessionEvents(identity, olga)).toContainEqual(['identity.session.ended', 'SIGNED_OUT']);
});

it('a client whose access token expired signs out with its refresh token', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const { data } = await identity.ask(stranger, 'mutation ($t: String) { signOut(refreshToken: $t) }', {
    t: olga.refreshToken,
  });
  expect(data).toEqual({ signOut: true });
});

it('signing out everywhere ends all sessions of the user and of nobody else', async () => {
  await using identity = await runIdentity();
  const anna = await newPerson(identity, 'anna');
  const other = await newPerson(identity, 'otto');
  const second = await signInAs(identity, anna.email);
  expect((await identity.ask(anna.principal, 'mutation { signOutEverywhere }')).data).toEqual({
    signOutEverywhere: 2,
  });
  expect((await refresh(identity, second.refreshToken)).__typename).toBe('SessionEnded');
  expect((await refresh(identity, other.refreshToken)).__typename).toBe('SignedIn');
});

it('a new password needs the old one, ends the other sessions and keeps this one', async () => {
  await using identity = await runIdentity();
  const anna = await newPerson(identity, 'anna');
  const elsewhere = await signInAs(identity, anna.email);
  const change = async (currentPassword: string, newPassword: string) =>
    (await identity.ask(anna.principal, changePasswordMutation, { input: { currentPassword, newPassword } }))
      .data.changePassword;
  expect((await change('not the password', 'quite another one')).__typename).toBe('SignInFailed');
  expect((await change(goodPassword, 'short')).__typename).toBe('WeakPassword');
  expect(await change(goodPassword, 'quite another one')).toEqual({
    __typename: 'PasswordChanged',
    endedSessions: 1,
  });
  expect((await refresh(identity, elsewhere.refreshToken)).__typename).toBe('SessionEnded');
  expect((await refresh(identity, anna.refreshToken)).__typename).toBe('SignedIn');
  expect((await signInAs(identity, anna.email, { password: 'quite another one' })).userId).toBe(anna.userId);
});

it('a sign-in that proved the old password while a new one was set gets no session', async () => {
  await using identity = await runIdentity();
  const anna = await newPerson(identity, 'anna');
  const { relational } = identity;
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  const input = { email: anna.email, password: goodPassword };
  const late = await relational.transaction(async (tx) => {
    // As changePassword holds it, until it commits.
    await tx.query(`SELECT 1 FROM identity."user" WHERE id = $1 FOR UPDATE`, [anna.userId]);
    const signingIn = identity.ask(stranger, signInMutation, { input });
    await eventually(async () => expect((await relational.query(waiting)).rows).toHaveLength(1));
    await tx.query(`UPDATE identity."user" SET password_hash = 'another' WHERE id = $1`, [anna.userId]);
    return { signingIn };
  });
  expect((await late.signingIn).data.signIn.__typename).toBe('SignInFailed');
});

it('the database holds no token and no password in the clear', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const { rows } = await identity.relational.query<{ text: string }>(`
    SELECT string_agg(t, ' ') AS text FROM (SELECT u::text AS t FROM identity.user u UNION ALL
      SELECT r::text FROM identity.refresh_token r UNION ALL SELECT k::text FROM identity.signing_key k) AS everything`);
  for (const secret of [olga.refreshToken, goodPassword, '"d"']) expect(rows[0]?.text).not.toContain(secret);
});

it('sessions are removed a month after their end, living ones stay', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const ended = await newPerson(identity, 'anna');
  await identity.ask(ended.principal, 'mutation { signOut }');
  const { relational, clock } = identity;
  const sessionIds = async () =>
    (await relational.query<{ id: string }>('SELECT id FROM identity.session')).rows.map(({ id }) => id);
  clock.advance(29 * 86_400_000);
  await removeExpiredSessions({ relational, clock });
  expect(await sessionIds()).toContain(ended.principal.sessionId);
  clock.advance(2 * 86_400_000);
  await removeExpiredSessions({ relational, clock });
  expect(await sessionIds()).not.toContain(ended.principal.sessionId);
  expect(await sessionIds()).toContain(olga.principal.sessionId);
});
