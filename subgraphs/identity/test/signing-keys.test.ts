import { startKeyRotation } from '@tributary/identity';
import { createLogger } from '@tributary/runtime';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { expect, it } from 'vitest';
import { newOwner, refreshMutation, signInAs } from './people.ts';
import { type RunningIdentity, runIdentity, stranger } from './running-identity.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const rotateMutation = 'mutation { rotateSigningKey { activeKeyId retiredKeyId } }';

/** What the scheduled check does every ten minutes, in any process. */
async function check({ relational, clock, settings }: RunningIdentity): Promise<void> {
  const log = createLogger({ name: 'test', level: 'silent' });
  await using _rotation = await startKeyRotation({ relational, clock, log, ...settings });
}

async function accepts(identity: RunningIdentity, keys: JSONWebKeySet, token: string): Promise<boolean> {
  const options = {
    algorithms: ['EdDSA'],
    issuer: 'tributary',
    audience: 'tributary',
    currentDate: new Date(identity.clock.now()),
  };
  return jwtVerify(token, createLocalJWKSet(keys), options).then(
    () => true,
    () => false,
  );
}

it('over a rotation by age no living token is ever refused, even by verifiers whose key set is as old as it may be', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  identity.clock.advance(90 * dayMs - 30 * minuteMs);
  let { refreshToken } = await signInAs(identity, olga.email);
  let cached = { keys: await identity.keySet(), atMs: identity.clock.now() };
  const living: { token: string; expiresMs: number }[] = [];
  const kids = new Set<string | undefined>();
  for (let minute = 0; minute < 60; minute += 1) {
    identity.clock.advance(minuteMs);
    if (minute % 10 === 0) await check(identity);
    if (identity.clock.now() - cached.atMs > 5 * minuteMs)
      cached = { keys: await identity.keySet(), atMs: identity.clock.now() };
    const { data } = await identity.ask(stranger, refreshMutation, { token: refreshToken });
    refreshToken = data.refreshSession.refreshToken;
    living.push({ token: data.refreshSession.accessToken, expiresMs: identity.clock.now() + 10 * minuteMs });
    kids.add(decodeProtectedHeader(data.refreshSession.accessToken).kid);
    for (const { token, expiresMs } of living)
      if (expiresMs > identity.clock.now()) expect(await accepts(identity, cached.keys, token)).toBe(true);
  }
  expect(kids.size).toBe(2);
});

it('a retired key leaves the published set when its last token has expired, and keeps no private half', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  identity.clock.advance(10 * minuteMs);
  const { retiredKeyId } = (
    await identity.ask((await signInAs(identity, olga.email)).principal, rotateMutation)
  ).data.rotateSigningKey;
  const kids = async () => (await identity.keySet()).keys.map(({ kid }) => kid);
  expect(await kids()).toContain(retiredKeyId);
  const { rows } = await identity.relational.query(
    'SELECT length(sealed_private) AS bytes FROM identity.signing_key WHERE kid = $1',
    [retiredKeyId],
  );
  expect(rows).toEqual([{ bytes: 0 }]);
  identity.clock.advance(12 * minuteMs);
  expect(await kids()).not.toContain(retiredKeyId);
  expect(await kids()).toHaveLength(2);
});

it('the published set has public halves only, says how long it may be kept, and answers nothing but reads', async () => {
  await using identity = await runIdentity();
  const { keys } = await identity.keySet();
  for (const key of keys) expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  const door = async (method: string) =>
    identity.identity.door?.handle({
      method,
      path: '/.well-known/jwks.json',
      query: '',
      headers: {},
      body: new Uint8Array(),
      assertion: '',
      requestId: 'r',
    });
  expect((await door('GET'))?.headers['cache-control']).toContain('max-age=300');
  expect((await door('POST'))?.status).toBe(405);
});

it('a key is not used before every verifier can know it', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  expect((await identity.ask(olga.principal, rotateMutation)).codes).toEqual(['TOO_EARLY']);
  identity.clock.advance(10 * minuteMs);
  expect((await identity.ask(olga.principal, rotateMutation)).codes).toEqual([]);
  expect((await identity.ask(olga.principal, rotateMutation)).codes).toEqual(['TOO_EARLY']);
});

it('only owners of the operator workspace rotate the keys of the installation', async () => {
  await using identity = await runIdentity();
  const otto = await newOwner(identity, 'otto', 'other');
  identity.clock.advance(10 * minuteMs);
  expect((await identity.ask(otto.principal, rotateMutation)).codes).toEqual(['FORBIDDEN']);
});

it('tells those who run the installation that they do, and nobody else', async () => {
  await using identity = await runIdentity();
  const runs = async ({ principal }: Awaited<ReturnType<typeof newOwner>>): Promise<unknown> =>
    (await identity.ask(principal, '{ viewer { isOperator } }')).data.viewer.isOperator;
  expect(await runs(await newOwner(identity))).toBe(true);
  expect(await runs(await newOwner(identity, 'otto', 'other'))).toBe(false);
});

it('processes that start together make one set of keys', async () => {
  await using identity = await runIdentity();
  await identity.relational.query('TRUNCATE identity.signing_key');
  await Promise.all([1, 2, 3, 4].map(() => check(identity)));
  const { rows } = await identity.relational.query('SELECT state FROM identity.signing_key ORDER BY version');
  expect(rows).toEqual([{ state: 'active' }, { state: 'next' }]);
});

it('a start with another sealing key replaces the keys it cannot open; tokens and sessions in use hold', async () => {
  await using identity = await runIdentity();
  const olga = await newOwner(identity);
  const moved = {
    ...identity,
    ...(await identity.startedAgain({ sealingKey: Buffer.alloc(32, 7).toString('base64') })),
  };
  await moved.identity.ready();
  const published = await moved.keySet();
  expect(await accepts(moved, published, olga.accessToken)).toBe(true);
  expect(await accepts(moved, published, (await signInAs(moved, olga.email)).accessToken)).toBe(true);
  const { data } = await moved.ask(stranger, refreshMutation, { token: olga.refreshToken });
  expect(data.refreshSession.__typename).toBe('SignedIn');
  const retired = (await moved.events()).filter(({ event }) => event.type === 'identity.signing_key.retired');
  expect(retired.map(({ event }) => event.data)).toEqual([
    { keyId: decodeProtectedHeader(olga.accessToken).kid, reason: 'SEALING_KEY_LOST' },
  ]);
  expect(published.keys).toHaveLength(3);
});
