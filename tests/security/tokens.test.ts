import { createPublicKey } from 'node:crypto';
import { eventually, graphCaller } from '@tributary/test-kit';
import { exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type Newcomer, newApiKey, newcomer, newMember, newWorkspace, signIn } from './newcomers.ts';
import { rawSocket } from './raw-socket.ts';

// Rows 35–38, 42 and 43. Keys fetched too often (39), key sets that fail (40) and rotation (41): gateway/test/credentials.test.ts,
// subgraphs/identity/test/signing-keys.test.ts.
const { url } = inject('product');

let victim: Newcomer;
let header: Record<string, unknown>;
let claims: Record<string, unknown>;
let published: JWK;

const decoded = (part: string | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

beforeAll(async () => {
  victim = (await newWorkspace(url)).owner;
  const [first, second] = victim.accessToken.split('.');
  header = decoded(first);
  claims = decoded(second);
  const { keys } = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as { keys: JWK[] };
  published = keys.find(({ kid }) => kid === header['kid']) ?? {};
});

async function expectRefused(token: string): Promise<void> {
  const viewer = graphCaller(url, `Bearer ${token}`);
  const { status, errors, data } = await viewer('{ viewer { id } }');
  expect([status, errors[0]?.extensions['code']]).toEqual([401, 'UNAUTHENTICATED']);
  expect(data).toBeUndefined();
  const rest = await fetch(`${url}/v1/airports?first=1`, { headers: { authorization: `Bearer ${token}` } });
  expect(rest.status).toBe(401);
}

async function forged(
  key: CryptoKey | Uint8Array,
  differing: { readonly header?: object; readonly claims?: object } = {},
): Promise<string> {
  const protectedHeader = { ...header, ...differing.header } as { alg: string };
  const payload = Object.fromEntries(
    Object.entries({ ...claims, ...differing.claims }).filter(([, value]) => value !== undefined),
  );
  return new SignJWT(payload).setProtectedHeader(protectedHeader).sign(key);
}

describe('an access token', () => {
  test('is what the tests below forge: the true one is taken', async () => {
    const { data } = await victim.ask<{ viewer: { id: string } }>('{ viewer { id } }');
    expect(data.viewer.id).toBe(victim.userId);
    expect(published.d).toBeUndefined();
  });

  test.each(['none', 'None', 'nOnE', 'NONE'])('without a signature (alg %s) is refused', async (alg) => {
    await expectRefused(`${encoded({ ...header, alg })}.${encoded(claims)}.`);
    await expectRefused(
      `${encoded({ ...header, alg })}.${encoded(claims)}.${victim.accessToken.split('.')[2]}`,
    );
  });

  test('with any part changed is refused', async () => {
    const [first = '', , third = ''] = victim.accessToken.split('.');
    for (const change of [{ role: 'ADMIN' }, { sub: 'somebody' }, { exp: Number(claims['exp']) + 1 }])
      await expectRefused(`${first}.${encoded({ ...claims, ...change })}.${third}`);
    await expectRefused(`${encoded({ ...header, kid: 'other' })}.${encoded(claims)}.${third}`);
    await expectRefused(`${victim.accessToken}x`);
    await expectRefused(victim.accessToken.slice(0, -2));
  });

  test('signed with the public key as a shared secret is refused', async () => {
    const pem = await exportSPKI(
      createPublicKey({ key: published as Record<string, string>, format: 'jwk' }),
    );
    const secrets = [JSON.stringify(published), published.x ?? '', pem, pem.trim()];
    for (const secret of secrets) {
      for (const alg of ['HS256', 'HS512'])
        await expectRefused(await forged(Buffer.from(secret), { header: { alg } }));
    }
  });

  test('signed by a stranger is refused, whatever its header advises', async () => {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    const jwk = await exportJWK(publicKey);
    const advice = [
      {},
      { jwk },
      { kid: 'stranger', jwk },
      { kid: 'stranger', jku: `${url}/.well-known/jwks.json` },
      { x5u: 'http://169.254.169.254/' },
      { kid: '../../../../dev/null' },
      { kid: "' OR 1=1 --" },
      { kid: '__proto__' },
      { kid: undefined },
      { kid: 7 },
      { typ: 'JWT' },
    ];
    for (const each of advice) await expectRefused(await forged(privateKey, { header: each }));
    for (const life of [{ exp: undefined }, { exp: 4_102_444_800 }, { aud: 'other' }, { iss: 'other' }])
      await expectRefused(await forged(privateKey, { claims: life }));
  });

  test('that is no token at all is refused, never taken for nobody', async () => {
    for (const token of ['a', 'a.b', 'a.b.c', '..', '{}', 'null', `${'x'.repeat(5_000)}`, 'trb_', 'trb_x'])
      await expectRefused(token);
    for (const authorization of ['Bearer', 'Basic dTpw', victim.accessToken, `Token ${victim.accessToken}`]) {
      const { status } = await graphCaller(url, authorization)('{ signUpOpen }');
      expect([authorization.slice(0, 6), status]).toEqual([authorization.slice(0, 6), 401]);
    }
  });

  test('is no internal assertion, and an assertion header from outside is refused', async () => {
    const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
    for (const assertion of [victim.accessToken, await forged(privateKey), 'x']) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'tributary-assertion': assertion },
        body: JSON.stringify({ query: '{ signUpOpen }' }),
      });
      expect(response.status).toBe(401);
    }
  });
});

describe('a refresh token', () => {
  const refresh = async (refreshToken: string) => {
    const { data } = await graphCaller(url)<{
      refreshSession: { __typename: string; accessToken?: string; refreshToken?: string };
    }>(
      `mutation ($t: String!) { refreshSession(refreshToken: $t) { __typename ... on SignedIn { accessToken refreshToken } } }`,
      { t: refreshToken },
    );
    return data.refreshSession;
  };

  test('that is used after its successor was used ends the session for both who hold it', async () => {
    const stolen = await newcomer(url);
    const second = await refresh(stolen.refreshToken);
    const third = await refresh(second.refreshToken ?? '');
    expect(third.__typename).toBe('SignedIn');
    expect((await refresh(stolen.refreshToken)).__typename).toBe('SessionEnded');
    expect((await refresh(third.refreshToken ?? '')).__typename).toBe('SessionEnded');
    await eventually(() => expectRefused(third.accessToken ?? ''), { timeoutMs: 5_000 });
  });

  test('that is guessed, cut or of another kind starts nothing', async () => {
    const { refreshToken, accessToken } = await newcomer(url);
    for (const token of ['', 'x', refreshToken.slice(0, -1), `${refreshToken}x`, accessToken, '\u0000'])
      expect((await refresh(token)).__typename).toBe('SessionEnded');
    expect((await refresh(refreshToken)).__typename).toBe('SignedIn');
  });
});

describe('what was taken away is gone within 5 seconds', () => {
  const within = { timeoutMs: 5_000 };

  test('from the next request and from an open socket, when the user signs out', async () => {
    const { ask, accessToken } = await newcomer(url);
    using socket = await rawSocket(url);
    await socket.init(ask.authorization);
    await ask('mutation { signOut }');
    await eventually(() => expectRefused(accessToken), within);
    expect((await socket.closed(5_000)).code).toBe(4403);
  });

  test('from an open socket and from the token, when a member loses a role', async () => {
    const workspace = await newWorkspace(url);
    const member = await newMember(url, workspace, 'EDITOR');
    using socket = await rawSocket(url);
    await socket.init(member.ask.authorization);
    await workspace.owner.ask(
      `mutation ($id: ID!) { changeMemberRole(userId: $id, role: VIEWER) { __typename } }`,
      { id: member.userId },
    );
    expect((await socket.closed(5_000)).code).toBe(4403);
    await eventually(() => expectRefused(member.accessToken), within);
    const { ask } = await signIn(url, member.email, workspace.slug);
    expect((await ask<{ viewer: object }>('{ viewer { role } }')).data.viewer).toEqual({ role: 'VIEWER' });
  });

  test('from a key and its socket, when the key is revoked', async () => {
    const workspace = await newWorkspace(url);
    const { id, authorization } = await newApiKey(workspace, 'VIEWER', ['data:read', 'events:read']);
    using socket = await rawSocket(url);
    await socket.init(authorization);
    const ask = graphCaller(url, authorization);
    expect((await ask('{ airports { totalCount } }')).errors).toEqual([]);
    await workspace.owner.ask(`mutation ($id: ID!) { revokeApiKey(id: $id) { id } }`, { id });
    await eventually(async () => expect((await ask('{ signUpOpen }')).status).toBe(401), within);
    expect((await socket.closed(5_000)).code).toBe(4403);
  });
});
