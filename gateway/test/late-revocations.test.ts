import { once } from 'node:events';
import { request } from 'node:http';
import { ManualClock, systemClock } from '@tributary/runtime';
import type { Subgraph } from '@tributary/subgraph-kit';
import { eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { accessToken, workspaceId } from './graph/identity-subgraph.ts';
import { rightsEvent } from './graph/rights-events.ts';
import { ask, startGateway, type TestGateway } from './graph/start-gateway.ts';

const query = '{ product(id: "1") { id } }';
const secret = `trb_${'a'.repeat(32)}_${'B'.repeat(43)}`;

const statusOf = async (product: TestGateway, headers: Record<string, string>): Promise<number> =>
  (await ask(product.url, { query }, headers)).status;

function giveKey(product: TestGateway): { readonly 'x-api-key': string } {
  product.identity.apiKeys.set(secret, { id: 'api-key-1', role: 'VIEWER', scopes: ['data:read'] });
  return { 'x-api-key': secret };
}

const keyRevoked = (atMs: number) =>
  rightsEvent(
    'identity.api_key.revoked',
    { keyId: 'api-key-1', name: 'k', role: 'VIEWER', scopes: [] },
    atMs,
  );

const sessionEnded = (sessionId: string, atMs: number) =>
  rightsEvent('identity.session.ended', { sessionId, userId: 'user-1', reason: 'SIGNED_OUT' }, atMs);

it('a key is refused from when its revocation is learnt, however late that is', async () => {
  await using product = await startGateway();
  const key = giveKey(product);
  expect(await statusOf(product, key)).toBe(200);
  await product.eventLog.append('identity.api_key', [keyRevoked(systemClock.now() - 3_600_000)]);
  await eventually(async () => expect(await statusOf(product, key)).toBe(401));
});

it('a key that is revoked while identity is asked for a workspace is refused', async () => {
  let gate: Promise<void> | undefined;
  const replace = (subgraph: Subgraph): Subgraph => ({
    ...subgraph,
    execute: async (call) => {
      if (call.query.includes('resolveWorkspace')) await gate;
      return subgraph.execute(call);
    },
  });
  await using product = await startGateway({ replace, settings: { defaultWorkspace: undefined } });
  const key = giveKey(product);
  expect(await statusOf(product, key)).toBe(200);
  let open: () => void = () => undefined;
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const entering = statusOf(product, { ...key, 'tributary-workspace': 'demo' });
  product.identity.apiKeys.clear();
  await product.eventLog.append('identity.api_key', [keyRevoked(systemClock.now())]);
  await eventually(async () => expect(await statusOf(product, key)).toBe(401));
  open();
  expect(await entering).toBe(401);
});

it('a session that ended as it began is refused until the last moment its token would pass', async () => {
  const clock = new ManualClock(Math.ceil(systemClock.now() / 1000) * 1000);
  await using product = await startGateway({ clock, settings: { requestsPerMinute: 100_000 } });
  const bearer = async (sessionId: string) => {
    const iat = Math.floor(clock.now() / 1000);
    const claims = { iat, exp: iat + 600 };
    return { authorization: `Bearer ${await accessToken(product.signingKey, { sessionId, claims })}` };
  };
  const short = await bearer('short');
  clock.advance(500);
  await product.eventLog.append('identity.session', [sessionEnded('short', clock.now())]);
  await eventually(async () => expect(await statusOf(product, short)).toBe(401));
  clock.advance(602_000);
  const later = await bearer('later');
  await product.eventLog.append('identity.session', [sessionEnded('later', clock.now())]);
  await eventually(async () => expect(await statusOf(product, later)).toBe(401));
  expect(await statusOf(product, short)).toBe(401);
});

it('what waits for the log is learnt as far as it can be read', async () => {
  await using product = await startGateway();
  const ended = (row: string) => ({
    row,
    type: 'identity.session.ended',
    workspaceId,
    sessionId: `waiting-${row}`,
    id: `event-${row}`,
  });
  product.identity.waitingFailsAfter = '2';
  product.identity.waiting.push(ended('1'), ended('2'), ended('3'));
  const bearer = async (row: string) => ({
    authorization: `Bearer ${await accessToken(product.signingKey, { sessionId: `waiting-${row}` })}`,
  });
  const second = await bearer('2');
  await eventually(async () => expect(await statusOf(product, second)).toBe(401));
  expect(await statusOf(product, await bearer('3'))).toBe(200);
});

const roleChanged = (userId: string, role: string, atMs: number) =>
  rightsEvent('identity.member.role_changed', { userId, role, previousRole: 'ADMIN' }, atMs);

const bearerOf = async (product: TestGateway, sub: string, role: string) => ({
  authorization: `Bearer ${await accessToken(product.signingKey, { sub, role })}`,
});

it.each([
  ['ahead', 1_200_000],
  ['right', 0],
  ['behind', -300_000],
])(
  'of the changes of a role the last one in the log counts, by whatever clock the one before was made (%s)',
  async (_, aheadMs) => {
    await using product = await startGateway();
    const now = systemClock.now();
    await product.eventLog.append('identity.member', [
      roleChanged('first', 'EDITOR', now + aheadMs),
      roleChanged('first', 'VIEWER', now),
      roleChanged('last', 'EDITOR', now + aheadMs),
    ]);
    const refused = await bearerOf(product, 'last', 'VIEWER');
    await eventually(async () => expect(await statusOf(product, refused)).toBe(401));
    expect(await statusOf(product, await bearerOf(product, 'first', 'EDITOR'))).toBe(401);
    expect(await statusOf(product, await bearerOf(product, 'first', 'VIEWER'))).toBe(200);
    expect(await statusOf(product, await bearerOf(product, 'last', 'EDITOR'))).toBe(200);
  },
);

it('what a gateway finds at its start, with a clock that is ahead of the log’s, is what has ended', async () => {
  const clock = new ManualClock(Math.ceil(systemClock.now() / 1000) * 1000 + 1_200_000);
  await using product = await startGateway({
    clock,
    beforeListening: async (eventLog) => {
      await eventLog.append('identity.session', [sessionEnded('ended', clock.now())]);
      await eventLog.append('identity.member', [roleChanged('demoted', 'VIEWER', clock.now())]);
    },
  });
  const iat = Math.floor(clock.now() / 1000) - 60;
  const claims = { iat, exp: iat + 600 };
  const bearer = async (whose: Parameters<typeof accessToken>[1]) => ({
    authorization: `Bearer ${await accessToken(product.signingKey, { ...whose, claims })}`,
  });
  expect(await statusOf(product, await bearer({ sessionId: 'lives' }))).toBe(200);
  expect(await statusOf(product, await bearer({ sessionId: 'ended' }))).toBe(401);
  expect(await statusOf(product, await bearer({ sub: 'demoted', role: 'EDITOR' }))).toBe(401);
});

it.each(['/graphql', '/v1/things'])(
  'a request to %s whose rights end while its body comes does nothing',
  async (path) => {
    await using product = await startGateway();
    const sessionId = `slow-${path}`;
    const authorization = `Bearer ${await accessToken(product.signingKey, { sessionId })}`;
    const body = JSON.stringify({ query });
    const headers = { authorization, 'content-type': 'application/json', 'content-length': body.length };
    const slow = request(`${product.url}${path}`, { method: 'POST', headers });
    const answered = once(slow, 'response');
    slow.write(body.slice(0, 5));
    // It has come in when another one of its session has been answered behind it.
    expect(await statusOf(product, { authorization })).toBe(200);
    await product.eventLog.append('identity.session', [sessionEnded(sessionId, systemClock.now())]);
    await eventually(async () => expect(await statusOf(product, { authorization })).toBe(401));
    const seen = product.shop.doorRequests.length;
    slow.end(body.slice(5));
    const [response] = await answered;
    response.resume();
    expect([response.statusCode, product.shop.doorRequests.length]).toEqual([401, seen]);
  },
);
