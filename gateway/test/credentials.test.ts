import { ManualClock, systemClock } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessToken, makeSigningKey, workspaceId } from './graph/identity-subgraph.ts';
import { rightsEvent } from './graph/rights-events.ts';
import { ask, codeOf, startGateway, type TestGateway } from './graph/start-gateway.ts';

const query = '{ product(id: "1") { principalSeen } }';
const seconds = (): number => Math.floor(systemClock.now() / 1000);

let product: TestGateway;
beforeAll(async () => {
  product = await startGateway({ settings: { requestsPerMinute: 100_000 } });
});
afterAll(() => product[Symbol.asyncDispose]());

async function expectRefused(authorization: string): Promise<void> {
  const answer = await ask(product.url, { query }, { authorization });
  expect([answer.status, codeOf(answer), answer.headers.get('www-authenticate')]).toEqual([
    401,
    'UNAUTHENTICATED',
    'Bearer realm="tributary"',
  ]);
  expect(answer.body.data).toBeUndefined();
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('access tokens', () => {
  it('are refused without a signature, however the algorithm is spelt', async () => {
    const claims = {
      iss: 'tributary',
      aud: 'tributary',
      sub: 'u',
      sid: 's',
      wid: workspaceId,
      role: 'OWNER',
      iat: seconds(),
      exp: seconds() + 600,
    };
    for (const alg of ['none', 'None', 'nOnE', 'NONE']) {
      await expectRefused(
        `Bearer ${encoded({ alg, typ: 'at+jwt', kid: product.signingKey.kid })}.${encoded(claims)}.`,
      );
    }
  });

  it('are refused when they are signed with the public key as a secret', async () => {
    const secret = Buffer.from(JSON.stringify(product.signingKey.publicJwk));
    const token = await new SignJWT({ sid: 's', wid: workspaceId, role: 'OWNER' })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: product.signingKey.kid })
      .setIssuer('tributary')
      .setAudience('tributary')
      .setSubject('u')
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(secret);
    await expectRefused(`Bearer ${token}`);
  });

  it('are refused when a claim is missing, wrong, past, in the future, or grants more time than identity does', async () => {
    const wrong = [
      { exp: undefined },
      { iat: undefined },
      { sub: undefined },
      { wid: undefined },
      { sid: undefined },
      { iss: 'other' },
      { aud: 'other' },
      { nbf: seconds() + 60 },
      { exp: seconds() - 6, iat: seconds() - 600 },
      { exp: seconds() + 60 * 86_400 },
      { iat: seconds() + 600, exp: seconds() + 1_200 },
    ];
    for (const claims of wrong) {
      await expectRefused(
        `Bearer ${await accessToken(product.signingKey, { claims: claims as JWTPayload })}`,
      );
    }
    await expectRefused(`Bearer ${await accessToken(product.signingKey, { header: { typ: 'JWT' } })}`);
  });

  it('never follow the advice of their own header', async () => {
    const forger = await makeSigningKey('forged');
    const headers = [
      { kid: '../../etc/passwd' },
      { kid: "key-1' OR 1=1" },
      { kid: product.signingKey.kid },
      { kid: 'forged', jku: `${product.url}/keys` },
      { kid: 'forged', x5u: 'http://127.0.0.1:1/' },
      { kid: 'forged', jwk: forger.publicJwk },
    ];
    for (const header of headers) await expectRefused(`Bearer ${await accessToken(forger, { header })}`);
  });

  it('are never taken for nobody when they are malformed', async () => {
    for (const authorization of [
      'Bearer',
      'Bearer ',
      'Bearer a.b',
      'Basic dTpw',
      'token',
      `Bearer ${'x'.repeat(5_000)}`,
      'Bearer trb_unknown',
    ]) {
      await expectRefused(authorization);
    }
    const both = await ask(
      product.url,
      { query },
      { authorization: `Bearer ${await accessToken(product.signingKey)}`, 'x-api-key': 'trb_other' },
    );
    expect(both.status).toBe(401);
  });

  it('are refused beside the name of another workspace, and hold beside that of their own', async () => {
    const own = `Bearer ${await accessToken(product.signingKey)}`;
    const claims = { wid: '0192e1a0-0000-7000-8000-00000000000f' };
    const other = `Bearer ${await accessToken(product.signingKey, { claims })}`;
    const codeWith = async (authorization: string, slug: string): Promise<unknown> => {
      const answer = await ask(product.url, { query }, { authorization, 'tributary-workspace': slug });
      return [answer.status, codeOf(answer)];
    };
    expect(await codeWith(own, 'demo')).toEqual([200, undefined]);
    expect(await codeWith(other, 'demo')).toEqual([403, 'FORBIDDEN']);
    expect(await codeWith(own, 'elsewhere')).toEqual([404, 'NOT_FOUND']);
  });

  it('hold whatever the case of the scheme and the space around them', async () => {
    const token = await accessToken(product.signingKey, { role: 'VIEWER' });
    for (const authorization of [`Bearer ${token}`, `bearer ${token}`, `BEARER   ${token} `]) {
      expect((await ask(product.url, { query }, { authorization })).body.data.product.principalSeen).toBe(
        'user:user-1',
      );
    }
  });
});

describe('signing keys', () => {
  it('are asked for once in 30 seconds at most, however many keys tokens name', async () => {
    await using flooded = await startGateway({ settings: { requestsPerMinute: 100_000 } });
    for (let index = 0; index < 200; index += 1) {
      const token = await accessToken(flooded.signingKey, { header: { kid: `random-${index}` } });
      expect((await ask(flooded.url, { query }, { authorization: `Bearer ${token}` })).status).toBe(401);
    }
    expect(flooded.identity.keySetAsked).toBe(1);
  });

  it('stay in force while the key set cannot be read, and new ones are learnt after 30 seconds', async () => {
    const clock = new ManualClock(systemClock.now());
    await using rotating = await startGateway({ clock });
    const first = await accessToken(rotating.signingKey);
    const works = async (token: string): Promise<boolean> =>
      (await ask(rotating.url, { query }, { authorization: `Bearer ${token}` })).status === 200;
    expect(await works(first)).toBe(true);
    const next = await makeSigningKey('key-2');
    const good = rotating.identity.keySet;
    for (const bad of [
      { status: 500, body: 'no' },
      { status: 200, body: '<html>' },
      { status: 200, body: '{"keys":[]}' },
      {
        status: 200,
        body: JSON.stringify({ keys: [rotating.signingKey.publicJwk], padding: 'x'.repeat(100_000) }),
      },
    ]) {
      rotating.identity.keySet = bad;
      clock.advance(31_000);
      expect(await works(await accessToken(next))).toBe(false);
      expect(await works(first)).toBe(true);
    }
    rotating.identity.keySet = {
      status: 200,
      body: JSON.stringify({ keys: [...JSON.parse(good.body).keys, next.publicJwk] }),
    };
    clock.advance(31_000);
    expect(
      await works(
        await accessToken(next, {
          claims: { iat: Math.floor(clock.now() / 1000), exp: Math.floor(clock.now() / 1000) + 600 },
        }),
      ),
    ).toBe(true);
    expect(await works(first)).toBe(true);
  });
});

describe('API keys', () => {
  it('are asked of identity once a minute, and forgotten when they are revoked', async () => {
    const secret = `trb_${'a'.repeat(32)}_${'B'.repeat(43)}`;
    product.identity.apiKeys.set(secret, { id: 'api-key-1', role: 'VIEWER', scopes: ['data:read'] });
    const call = (headers: Record<string, string>) =>
      ask(product.url, { query: '{ product(id: "1") { id } }' }, headers);
    const before = product.identity.apiKeysAsked;
    expect((await call({ 'x-api-key': secret })).body.data.product.id).toBe('1');
    expect((await call({ authorization: `Bearer ${secret}` })).status).toBe(200);
    expect(product.identity.apiKeysAsked).toBe(before + 1);
    expect(product.shop.principals.at(-1)).toMatchObject({
      kind: 'apiKey',
      id: 'api-key-1',
      workspaceId,
      scopes: ['data:read'],
    });
    await append('identity.api_key', 'identity.api_key.revoked', {
      keyId: 'api-key-1',
      name: 'k',
      role: 'VIEWER',
      scopes: [],
    });
    await eventually(async () => expect((await call({ 'x-api-key': secret })).status).toBe(401));
  });
});

describe('revocation', () => {
  it('refuses the access tokens of a session that ended', async () => {
    const authorization = `Bearer ${await accessToken(product.signingKey, { sessionId: 'ended' })}`;
    expect((await ask(product.url, { query }, { authorization })).status).toBe(200);
    // As somebody else may write them: what follows them is heard all the same.
    for (const data of [null, 'text', { sessionId: 7 }])
      await append('identity.session', 'identity.session.ended', data);
    await append('identity.session', 'identity.session.ended', {
      sessionId: 'ended',
      userId: 'user-1',
      reason: 'sign-out',
    });
    await eventually(async () =>
      expect((await ask(product.url, { query }, { authorization })).status).toBe(401),
    );
  });

  it('refuses tokens with a role that was taken away, and takes those that say the new one', async () => {
    const token = (role: string | undefined) => accessToken(product.signingKey, { sub: 'demoted', role });
    const [old, renewed] = [await token('EDITOR'), await token('VIEWER')];
    await append('identity.member', 'identity.member.role_changed', {
      userId: 'demoted',
      role: 'VIEWER',
      previousRole: 'EDITOR',
    });
    await eventually(async () =>
      expect((await ask(product.url, { query }, { authorization: `Bearer ${old}` })).status).toBe(401),
    );
    expect((await ask(product.url, { query }, { authorization: `Bearer ${renewed}` })).status).toBe(200);
  });

  it('holds for what identity has committed and the log does not tell, and is not undone when the log tells older things', async () => {
    const session = await accessToken(product.signingKey, { sessionId: 'unheard' });
    const token = await accessToken(product.signingKey, { sub: 'promoted', role: 'EDITOR' });
    const statuses = async () =>
      Promise.all(
        [{ authorization: `Bearer ${session}` }, { authorization: `Bearer ${token}` }].map(
          async (headers) => (await ask(product.url, { query }, headers)).status,
        ),
      );
    expect(await statuses()).toEqual([200, 200]);
    const member = { type: 'identity.member.role_changed', workspaceId, userId: 'promoted' };
    product.identity.waiting.push(
      { row: '1', id: 'one', type: 'identity.session.ended', workspaceId, sessionId: 'other' },
      { row: '2', id: 'two', ...member, role: 'VIEWER' },
      { row: '3', id: 'three', type: 'identity.session.ended', workspaceId, sessionId: 'unheard' },
    );
    await eventually(async () => expect(await statuses()).toEqual([401, 401]));
    await append('identity.member', member.type, { userId: 'promoted', role: 'EDITOR' });
    await append('identity.session', 'identity.session.ended', { sessionId: 'last' });
    const last = `Bearer ${await accessToken(product.signingKey, { sessionId: 'last' })}`;
    await eventually(async () =>
      expect((await ask(product.url, { query }, { authorization: last })).status).toBe(401),
    );
    expect(await statuses()).toEqual([401, 401]);
  });
});

async function append(topic: string, type: string, data: unknown): Promise<void> {
  await product.eventLog.append(topic, [rightsEvent(type, data, systemClock.now())]);
}
