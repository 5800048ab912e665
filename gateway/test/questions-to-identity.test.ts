import type { Subgraph } from '@tributary/subgraph-kit';
import { eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { ask, codeOf, startGateway, type TestGateway } from './graph/start-gateway.ts';
import { rawSocket } from './subscriptions/raw-socket.ts';

const query = '{ __typename }';
const keyOf = (index: number): string => `trb_${'a'.repeat(32)}_${String(index).padStart(43, '0')}`;

const codeFor = async (product: TestGateway, headers: Record<string, string>): Promise<unknown> => {
  const answer = await ask(product.url, { query }, headers);
  return answer.status === 200 ? 200 : codeOf(answer);
};

const giveKey = (product: TestGateway, secret: string): void => {
  product.identity.apiKeys.set(secret, { id: secret.slice(-4), role: 'VIEWER', scopes: ['data:read'] });
};

/** A gateway whose identity answers nothing about keys before it is told to. */
async function heldGateway() {
  const held = { asked: 0, open: (): void => undefined };
  const gate = new Promise<void>((resolve) => {
    held.open = resolve;
  });
  const replace = (subgraph: Subgraph): Subgraph => ({
    ...subgraph,
    execute: async (call) => {
      if (call.query.includes('verifyApiKey')) {
        held.asked += 1;
        await gate;
      }
      return subgraph.execute(call);
    },
  });
  const settings = { requestsPerMinute: 100_000, trustProxy: true };
  return { product: await startGateway({ replace, settings }), held };
}

it('an address has identity asked about as many unknown keys as its budget holds, and what is known goes on', async () => {
  await using product = await startGateway({ settings: { requestsPerMinute: 10 } });
  giveKey(product, keyOf(0));
  expect(await codeFor(product, { 'x-api-key': keyOf(0) })).toBe(200);
  const codes: unknown[] = [];
  for (let index = 1; index <= 30; index += 1)
    codes.push(await codeFor(product, { 'x-api-key': keyOf(index) }));
  expect(new Set(codes)).toEqual(new Set(['UNAUTHENTICATED', 'RATE_LIMITED']));
  expect(product.identity.apiKeysAsked).toBe(10);
  expect(await codeFor(product, { 'x-api-key': keyOf(0) })).toBe(200);
});

it('an address has identity asked about as many unknown workspaces, by strangers and by keys, over sockets too', async () => {
  await using product = await startGateway({ settings: { requestsPerMinute: 10 } });
  for (let index = 0; index < 12; index += 1)
    await codeFor(product, { 'tributary-workspace': `made-up-${index}` });
  for (let index = 0; index < 3; index += 1) {
    await using socket = await rawSocket(`${product.url.replace('http', 'ws')}/graphql`);
    socket.send({ type: 'connection_init', payload: { 'x-api-key': keyOf(index) } });
    expect(await socket.closed()).toMatchObject({ reason: expect.stringContaining('RATE_LIMITED') });
  }
  expect([product.identity.workspacesAsked, product.identity.apiKeysAsked]).toEqual([10, 0]);
});

it('a stranger who names a workspace pays for one request', async () => {
  await using product = await startGateway({ settings: { requestsPerMinute: 10 } });
  const answer = await ask(product.url, { query }, { 'tributary-workspace': 'demo' });
  expect([answer.status, answer.headers.get('ratelimit-remaining')]).toEqual([200, '9']);
});

it('unknown keys under way are bounded for an address, and leave room for those of others', async () => {
  const { product, held } = await heldGateway();
  await using _ = product;
  giveKey(product, keyOf(0));
  const from = (address: string, secret: string) =>
    codeFor(product, { 'x-api-key': secret, 'x-forwarded-for': address });
  const wrong = Array.from({ length: 60 }, (_each, index) => from('192.0.2.1', keyOf(index + 1)));
  const refused = await Promise.race(wrong);
  expect(refused).toBe('RATE_LIMITED');
  const other = from('198.51.100.1', keyOf(0));
  await eventually(() => expect(held.asked).toBe(33));
  held.open();
  expect(await other).toBe(200);
  const codes = await Promise.all(wrong);
  expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(32);
  expect(held.asked).toBe(33);
});

it('a key that many requests show at once is asked for once', async () => {
  const { product, held } = await heldGateway();
  await using _ = product;
  giveKey(product, keyOf(0));
  const shown = Array.from({ length: 60 }, () => codeFor(product, { 'x-api-key': keyOf(0) }));
  await eventually(() => expect(held.asked).toBe(1));
  held.open();
  expect(new Set(await Promise.all(shown))).toEqual(new Set([200]));
  expect(held.asked).toBe(1);
});
