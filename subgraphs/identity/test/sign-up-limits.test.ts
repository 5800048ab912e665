import type { CodedError } from '@tributary/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPasswordHashing } from '../src/adapters/password-hashing.ts';
import { goodPassword, signUpMutation } from './people.ts';
import { gateway, type RunningIdentity, runIdentity, stranger } from './running-identity.ts';

let identity: RunningIdentity;
beforeAll(async () => {
  identity = await runIdentity({ signUpsPerMinute: 3 });
});
afterAll(() => identity[Symbol.asyncDispose]());

const aliases = (count: number, domain: string): string =>
  Array.from(
    { length: count },
    (_, n) =>
      `a${n}: signUp(input: { email: "p${n}@${domain}", password: "${goodPassword}", name: "P" }) { __typename }`,
  ).join(' ');

const accountsAt = async (domain: string): Promise<number> => {
  const sql = `SELECT id FROM identity."user" WHERE email LIKE '%@' || $1`;
  return (await identity.relational.query(sql, [domain])).rowCount;
};

it('an address makes so many accounts a minute, by whatever aliases and from anywhere in its IPv6 network', async () => {
  const many = `mutation { ${aliases(5, 'one.example')} }`;
  const refused = await identity.ask(stranger, many, {}, '2001:db8::1');
  expect(refused.codes).toEqual(['RATE_LIMITED']);
  expect(refused.errors[0]).toMatchObject({ path: ['a3'], extensions: { retryAfterSeconds: 60 } });
  expect(await accountsAt('one.example')).toBe(3);
  const input = { email: 'late@two.example', password: goodPassword, name: 'Late' };
  const codesFrom = async (address: string) =>
    (await identity.ask(stranger, signUpMutation, { input }, address)).codes;
  expect(await codesFrom('2001:db8::ffff:2')).toEqual(['RATE_LIMITED']);
  expect(await codesFrom('203.0.113.7')).toEqual([]);
  identity.clock.advance(60_001);
  expect(await codesFrom('2001:db8::1')).toEqual([]);
});

it('what costs no hash is not counted, and the services of the installation are not limited', async () => {
  const outcome = async (principal: typeof stranger, changed: object = {}) => {
    const input = { email: 'anna@three.example', password: goodPassword, name: 'Anna', ...changed };
    const { data, codes } = await identity.ask(principal, signUpMutation, { input }, '203.0.113.8');
    return codes[0] ?? data.signUp.__typename;
  };
  for (let n = 0; n < 4; n += 1) {
    expect(await outcome(stranger, { password: 'short' })).toBe('WeakPassword');
    expect(await outcome(stranger, { email: 'no address' })).toBe('InvalidEmail');
  }
  for (let n = 0; n < 3; n += 1) expect(await outcome(stranger)).toBe('SignUpAccepted');
  expect(await outcome(stranger)).toBe('RATE_LIMITED');
  expect(await outcome(gateway)).toBe('SignUpAccepted');
});

it('sign-ups whose client has gone make no accounts', async () => {
  const client = new AbortController();
  const assertion = await identity.minter.mint(stranger);
  const asking = Array.from({ length: 20 }, (_, n) =>
    identity.identity.execute({
      query: `mutation { ${aliases(50, `r${n}.gone.example`)} }`,
      assertion,
      requestId: 'r',
      clientAddress: `198.51.100.${n}`,
      signal: client.signal,
    }),
  );
  client.abort();
  await Promise.all(asking);
  // Two were being hashed at most.
  expect(await accountsAt('%gone.example')).toBeLessThanOrEqual(2);
});

it('the places in which hashes wait go by IPv4 address and IPv6 network, and one address leaves places to others', async () => {
  const passwords = createPasswordHashing(identity.clock);
  const client = new AbortController();
  const outcome = (clientAddress: string) =>
    passwords
      .hash(goodPassword, { lane: 'sign-up', clientAddress, signal: AbortSignal.any([client.signal]) })
      .then(
        () => 'hashed',
        (error: CodedError) => error.code,
      );
  const flood = Array.from({ length: 60 }, (_, n) => outcome(`2001:db8::${n}`));
  const other = outcome('203.0.113.7');
  client.abort();
  expect(await Promise.all(flood)).toEqual([
    ...Array<string>(2).fill('hashed'),
    ...Array<string>(32).fill('DEADLINE_EXCEEDED'),
    ...Array<string>(26).fill('OVERLOADED'),
  ]);
  expect(await other).toBe('DEADLINE_EXCEEDED');
});

it('an operation that has taken three seconds waits for no hash any more, and is hashed where there is a place at once', async () => {
  const passwords = createPasswordHashing(identity.clock);
  const asked = { lane: 'sign-up', askedAtMs: identity.clock.monotonicMs() } as const;
  identity.clock.advance(3_000);
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => passwords.hash(goodPassword, asked)));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  expect(outcomes[2]).toMatchObject({ reason: { code: 'OVERLOADED', details: { retryAfterSeconds: 5 } } });
});
