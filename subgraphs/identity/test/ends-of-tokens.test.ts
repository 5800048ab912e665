import { decodeJwt } from 'jose';
import { expect, it } from 'vitest';
import { newOwner, type Person, principalOf, refreshMutation, signInAs } from './people.ts';
import { type RunningIdentity, runIdentity, stranger } from './running-identity.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

const switched = (identity: RunningIdentity, principal: Person['principal']) =>
  identity.ask(principal, 'mutation { switchWorkspace(slug: "acme") { accessToken accessTokenExpiresAt } }');

it('a token that switchWorkspace gives ends when the one does that was shown, so that none renews itself', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const { exp = 0 } = decodeJwt(olga.accessToken);
  identity.clock.advance(4 * minuteMs);
  const { data } = await switched(identity, olga.principal);
  const { accessToken, accessTokenExpiresAt } = data.switchWorkspace;
  expect([decodeJwt(accessToken).exp, Date.parse(accessTokenExpiresAt)]).toEqual([exp, exp * 1000]);
  identity.clock.advance(4 * minuteMs);
  const again = (await switched(identity, principalOf(accessToken))).data.switchWorkspace;
  expect(decodeJwt(again.accessToken).exp).toBe(exp);
  identity.clock.advance(2 * minuteMs);
  expect((await switched(identity, principalOf(again.accessToken))).codes).toEqual(['UNAUTHENTICATED']);
  const { data: renewed } = await identity.ask(stranger, refreshMutation, { token: olga.refreshToken });
  expect(decodeJwt(renewed.refreshSession.accessToken).exp).toBe(exp + 600);
});

it('a session that is over moves nowhere, whatever is said of the token', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  identity.clock.advance(90 * dayMs);
  const { credentialEndsAtMs, ...principal } = olga.principal;
  expect(credentialEndsAtMs).toBeLessThan(identity.clock.now());
  expect((await switched(identity, principal)).codes).toEqual(['UNAUTHENTICATED']);
});

it('no token outlives its session', async () => {
  await using identity = await runIdentity({ sessionDays: 1 });
  const olga = await newOwner(identity);
  const startedAtMs = identity.clock.now();
  const { accessToken, refreshToken } = await signInAs(identity, olga.email);
  expect(decodeJwt(accessToken).exp).toBe(Math.floor(startedAtMs / 1000) + 600);
  identity.clock.advance(dayMs - 2 * minuteMs);
  const { data } = await identity.ask(stranger, refreshMutation, { token: refreshToken });
  const renewed = data.refreshSession.accessToken;
  expect(decodeJwt(renewed).exp).toBe((startedAtMs + dayMs) / 1000);
  const moved = (await switched(identity, principalOf(renewed))).data.switchWorkspace;
  expect(decodeJwt(moved.accessToken).exp).toBe((startedAtMs + dayMs) / 1000);
});
