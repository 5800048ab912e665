import { ManualClock, systemClock } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { accessToken, makeSigningKey, type SigningKey } from './graph/identity-subgraph.ts';
import { ask, codeOf, startGateway } from './graph/start-gateway.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** A gateway on a clock of the test's, with what identity publishes in the test's hand. */
async function running() {
  const clock = new ManualClock(systemClock.now());
  const gateway = await startGateway({ clock, settings: { requestsPerMinute: 100_000 } });
  const publish = (...keys: readonly SigningKey[]): void => {
    gateway.identity.keySet = {
      status: 200,
      body: JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) }),
    };
  };
  const fail = (): void => {
    gateway.identity.keySet = { status: 500, body: 'no' };
  };
  /** What a token gets that this key signs now. */
  const shown = async (key: SigningKey): Promise<unknown> => {
    const iat = Math.floor(clock.now() / 1000);
    const token = await accessToken(key, { claims: { iat, exp: iat + 600 } });
    const answer = await ask(gateway.url, { query: '{ __typename }' }, { authorization: `Bearer ${token}` });
    return answer.status === 200 ? 200 : [answer.status, codeOf(answer)];
  };
  const other = await makeSigningKey('key-2');
  return { gateway, clock, publish, fail, shown, own: gateway.signingKey, other };
}

it('a key that identity withdrew is not believed for longer than its key set is fresh', async () => {
  const { gateway, clock, publish, shown, own, other } = await running();
  await using _ = gateway;
  publish(own, other);
  expect([await shown(own), await shown(other)]).toEqual([200, 200]);
  publish(other);
  clock.advance(5 * minuteMs);
  // The first one that comes has the set asked anew, and does not wait for it.
  expect(await shown(other)).toBe(200);
  await eventually(async () => expect(await shown(own)).toEqual([401, 'UNAUTHENTICATED']));
  expect([await shown(other), gateway.identity.keySetAsked]).toEqual([200, 2]);
});

it('where nobody came for a while, a withdrawn key is not believed even once', async () => {
  const { gateway, clock, publish, shown, own, other } = await running();
  await using _ = gateway;
  publish(own, other);
  expect(await shown(own)).toBe(200);
  publish(other);
  clock.advance(23 * 60 * minuteMs);
  expect(await Promise.all([shown(own), shown(own), shown(other)])).toEqual([
    [401, 'UNAUTHENTICATED'],
    [401, 'UNAUTHENTICATED'],
    200,
  ]);
});

it('a key set that cannot be read is no fault of the token, and is asked for again a second later', async () => {
  const { gateway, clock, publish, fail, shown, own, other } = await running();
  await using _ = gateway;
  fail();
  expect(await shown(own)).toEqual([503, 'SUBGRAPH_UNAVAILABLE']);
  publish(own);
  expect(await shown(own)).toEqual([503, 'SUBGRAPH_UNAVAILABLE']);
  clock.advance(1_000);
  expect([await shown(own), gateway.identity.keySetAsked]).toEqual([200, 2]);
  fail();
  clock.advance(5 * minuteMs);
  expect(await shown(other)).toEqual([503, 'SUBGRAPH_UNAVAILABLE']);
  expect(await shown(own)).toBe(200);
  publish(own, other);
  clock.advance(1_000);
  expect(await shown(other)).toBe(200);
});

it('known keys stay in force for a day from the first fault, however old their set is by then', async () => {
  const { gateway, clock, fail, shown, own } = await running();
  await using _ = gateway;
  expect(await shown(own)).toBe(200);
  fail();
  clock.advance(dayMs + 1);
  expect(await shown(own)).toBe(200);
  clock.advance(dayMs - minuteMs);
  expect(await shown(own)).toBe(200);
  clock.advance(2 * minuteMs);
  expect(await shown(own)).toEqual([503, 'SUBGRAPH_UNAVAILABLE']);
});
