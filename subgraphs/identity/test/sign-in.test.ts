import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { expect, it } from 'vitest';
import { goodPassword, newOwner, newPerson, signInMutation, signUpMutation } from './people.ts';
import { runIdentity, stranger } from './running-identity.ts';

/** Of 25 values. */
/** The fastest quarter of 25: what a busy machine does to the others says nothing. */
const typical = (timesMs: readonly number[]): number => timesMs.toSorted((a, b) => a - b)[6] ?? 0;

it('a new account signs in, and its access token verifies against the published keys as the contract says', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const keys = createLocalJWKSet(await identity.keySet());
  const { payload } = await jwtVerify(olga.accessToken, keys, {
    algorithms: ['EdDSA'],
    issuer: 'tributary',
    audience: 'tributary',
    typ: 'at+jwt',
    requiredClaims: ['exp', 'iat', 'sub', 'sid', 'wid', 'role'],
    currentDate: new Date(identity.clock.now()),
  });
  expect(payload).toMatchObject({ sub: olga.userId, role: 'OWNER', wid: olga.principal.workspaceId });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600);
  expect(decodeProtectedHeader(olga.accessToken)).toEqual({
    alg: 'EdDSA',
    typ: 'at+jwt',
    kid: expect.any(String),
  });
});

it('a taken address, a wrong password and an unknown address are told apart by nobody', async () => {
  await using identity = await runIdentity();
  const { email } = await newPerson(identity, 'anna');
  const account = { email, name: 'Mallory', password: 'another long password' };
  const taken = await identity.ask(stranger, signUpMutation, { input: account });
  const free = await identity.ask(stranger, signUpMutation, {
    input: { ...account, email: 'free@example.com' },
  });
  expect(taken).toEqual(free);
  const wrong = await identity.ask(stranger, signInMutation, {
    input: { email, password: 'another long password' },
  });
  const unknown = await identity.ask(stranger, signInMutation, {
    input: { email: 'nobody@example.com', password: goodPassword },
  });
  expect(wrong.data.signIn.__typename).toBe('SignInFailed');
  expect(wrong).toEqual(unknown);
});

it('signing in takes as long for an unknown address as for a known one', async () => {
  await using identity = await runIdentity();
  const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
  for (let round = 0; round < 25; round += 1) {
    const { email } =
      round % 5 === 0
        ? await newPerson(identity, `p${round}`)
        : { email: `p${round - (round % 5)}@example.com` };
    for (const [kind, address] of [
      ['known', email],
      ['unknown', `u${round}@example.com`],
    ] as const) {
      const startMs = performance.now();
      await identity.ask(stranger, signInMutation, {
        input: { email: address, password: 'wrong password here' },
      });
      times[kind].push(performance.now() - startMs);
    }
  }
  // Without the dummy verification the difference is the whole hash, about 15 ms and more on a busy machine.
  expect(Math.abs(typical(times.known) - typical(times.unknown))).toBeLessThan(typical(times.known) / 2);
});

it('signing up takes as long for a taken address as for a free one', async () => {
  await using identity = await runIdentity();
  const { email: taken } = await newPerson(identity, 'anna');
  const times: Record<'taken' | 'free', number[]> = { taken: [], free: [] };
  for (let round = 0; round < 25; round += 1) {
    for (const [kind, email] of [
      ['taken', taken],
      ['free', `f${round}@example.com`],
    ] as const) {
      const startMs = performance.now();
      await identity.ask(stranger, signUpMutation, { input: { email, name: 'X', password: goodPassword } });
      times[kind].push(performance.now() - startMs);
    }
  }
  expect(Math.abs(typical(times.taken) - typical(times.free))).toBeLessThan(typical(times.free) / 2);
});

it('whoever changes address within an IPv6 network goes on guessing on the same count', async () => {
  await using identity = await runIdentity();
  const { email } = await newPerson(identity, 'anna');
  const guess = (password: string, address: string) =>
    identity.ask(stranger, signInMutation, { input: { email, password } }, address);
  for (let index = 0; index < 10; index += 1) await guess(`guess number ${index}`, `2001:db8:0:1::${index}`);
  expect((await guess(goodPassword, '2001:db8:0:1:ffff::1')).codes).toEqual(['RATE_LIMITED']);
  expect((await guess(goodPassword, '2001:db8:0:2::1')).data.signIn.__typename).toBe('SignedIn');
});

it('ten wrong passwords close an account to that address, whatever way they come in', async () => {
  await using identity = await runIdentity();
  const { email } = await newPerson(identity, 'anna');
  const aliases = Array.from(
    { length: 14 },
    (_, n) => `a${n}: signIn(input: { email: "${email}", password: "guess number ${n}" }) { __typename }`,
  );
  const guesses = await identity.ask(stranger, `mutation { ${aliases.join(' ')} }`, {}, '203.0.113.7');
  expect(guesses.codes).toContain('RATE_LIMITED');
  const right = { input: { email: `  ${email.toUpperCase()} `, password: goodPassword } };
  expect((await identity.ask(stranger, signInMutation, right, '203.0.113.7')).codes).toEqual([
    'RATE_LIMITED',
  ]);
  expect((await identity.ask(stranger, signInMutation, right, '198.51.100.9')).data.signIn.__typename).toBe(
    'SignedIn',
  );
  identity.clock.advance(15 * 60_000 + 1);
  expect((await identity.ask(stranger, signInMutation, right, '203.0.113.7')).data.signIn.__typename).toBe(
    'SignedIn',
  );
});

it('parallel guesses cannot pass before the first ones are counted', async () => {
  await using identity = await runIdentity();
  const { email } = await newPerson(identity, 'anna');
  const guess = (n: number) =>
    identity.ask(stranger, signInMutation, { input: { email, password: `guess number ${n}` } });
  const answers = await Promise.all(Array.from({ length: 25 }, (_, n) => guess(n)));
  expect(answers.filter(({ data }) => data?.signIn?.__typename === 'SignInFailed')).toHaveLength(10);
});

it('an unknown account is limited like a known one', async () => {
  await using identity = await runIdentity();
  const guess = (n: number) =>
    identity.ask(stranger, signInMutation, {
      input: { email: 'nobody@example.com', password: `guess ${n}` },
    });
  const answers = await Promise.all(Array.from({ length: 11 }, (_, n) => guess(n)));
  expect(answers.flatMap(({ codes }) => codes)).toEqual(['RATE_LIMITED']);
});

it('sign-up can be closed, and refuses weak passwords and what is no address', async () => {
  await using closed = await runIdentity({ signUpOpen: false });
  const input = { email: 'anna@example.com', name: 'Anna', password: goodPassword };
  expect((await closed.ask(stranger, signUpMutation, { input })).data.signUp.__typename).toBe('SignUpClosed');
  expect((await closed.ask(stranger, '{ signUpOpen }')).data).toEqual({ signUpOpen: false });
  await using open = await runIdentity();
  const outcome = async (changed: object) =>
    (await open.ask(stranger, signUpMutation, { input: { ...input, ...changed } })).data.signUp.__typename;
  expect(await outcome({ password: 'short' })).toBe('WeakPassword');
  expect(await outcome({ password: 'passwordpassword' })).toBe('WeakPassword');
  // Argon2 hashes bytes: all halves of pairs would be one password.
  const half = { ...input, password: `${goodPassword} \ud800` };
  expect((await open.ask(stranger, signUpMutation, { input: half })).codes).toEqual(['BAD_USER_INPUT']);
  expect(await outcome({ email: 'no address' })).toBe('InvalidEmail');
});

it('a workspace that is none of the user’s is refused, the same whether others have it or not, and only to who knows the password', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  await newOwner(identity, 'otto', 'other');
  const attempt = async (workspace: string, password = goodPassword) =>
    (await identity.ask(stranger, signInMutation, { input: { email: olga.email, password, workspace } })).data
      .signIn;
  expect(await attempt('acme')).toMatchObject({ __typename: 'SignedIn', role: 'OWNER' });
  const absent = await attempt('acmee');
  expect(absent.__typename).toBe('NotYourWorkspace');
  for (const workspace of ['other', 'No Slug!', '']) expect(await attempt(workspace)).toEqual(absent);
  expect((await attempt('acmee', 'a wrong password')).__typename).toBe('SignInFailed');
});
