import type { KeyValue } from '@tributary/engines/key-value';
import { CodedError, ManualClock, systemClock } from '@tributary/runtime';
import type { Subgraph } from '@tributary/subgraph-kit';
import { describe, expect, it } from 'vitest';
import { accessToken } from './graph/identity-subgraph.ts';
import { ask, codeOf, startGateway } from './graph/start-gateway.ts';

const query = '{ __typename }';

describe('one budget per principal', () => {
  it('is the same over GraphQL, REST and any number of tokens, and says what is left', async () => {
    await using product = await startGateway({ settings: { requestsPerMinute: 10 } });
    const bearer = async (sessionId: string) => ({
      authorization: `bearer  ${await accessToken(product.signingKey, { sub: 'anna', sessionId })}`,
    });
    const first = await ask(product.url, { query }, await bearer('one'));
    expect(first.headers.get('ratelimit-limit')).toBe('10');
    expect(first.headers.get('ratelimit-remaining')).toBe('9');
    expect(first.headers.get('ratelimit-policy')).toBe('10;w=60');
    for (let index = 0; index < 5; index += 1)
      await ask(product.url, { query }, await bearer(`session-${index}`));
    for (let index = 0; index < 4; index += 1) {
      expect((await fetch(`${product.url}/v1/things`, { headers: await bearer('two') })).status).toBe(200);
    }
    const refused = await ask(product.url, { query }, await bearer('three'));
    expect([refused.status, codeOf(refused)]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    const door = await fetch(`${product.url}/v1/things`, { headers: await bearer('four') });
    expect([door.status, door.headers.get('content-type')]).toEqual([
      429,
      'application/problem+json; charset=utf-8',
    ]);
    expect(
      (
        await ask(
          product.url,
          { query },
          { authorization: `Bearer ${await accessToken(product.signingKey, { sub: 'bert' })}` },
        )
      ).status,
    ).toBe(200);
  });

  it('is the address of those who show nothing, or something wrong, whatever they claim their address to be', async () => {
    await using product = await startGateway({ settings: { requestsPerMinute: 5 } });
    for (let index = 0; index < 3; index += 1)
      await ask(product.url, { query }, { 'x-forwarded-for': `10.0.0.${index}` });
    for (let index = 0; index < 2; index += 1) {
      expect((await ask(product.url, { query }, { authorization: `Bearer forged-${index}` })).status).toBe(
        401,
      );
    }
    expect((await ask(product.url, { query }, { 'x-forwarded-for': '10.0.0.9' })).status).toBe(429);
    expect((await ask(product.url, { query }, { authorization: 'Bearer forged' })).status).toBe(429);
  });

  it('is charged for what is asked of sessions of the console, also where it is refused', async () => {
    await using product = await startGateway({ settings: { requestsPerMinute: 4 } });
    const post = async (path: string, origin = product.url): Promise<number> => {
      const headers = { origin, 'content-type': 'application/json' };
      const answer = await fetch(`${product.url}/studio/session${path}`, {
        method: 'POST',
        headers,
        body: '{}',
      });
      return answer.status;
    };
    expect(await post('', 'https://elsewhere.example')).toBe(403);
    expect(await post('')).toBe(400);
    expect(await post('/refresh')).toBe(401);
    const signOut = async () =>
      fetch(`${product.url}/studio/session`, { method: 'DELETE', headers: { origin: product.url } });
    expect((await signOut()).status).toBe(204);
    expect(await post('/refresh')).toBe(429);
    const late = await signOut();
    expect([late.status, late.headers.get('set-cookie')]).toEqual([
      429,
      expect.stringContaining('Max-Age=0'),
    ]);
  });

  it('is one for a whole IPv6 network of strangers, and for both spellings of an IPv4 address', async () => {
    await using product = await startGateway({ settings: { requestsPerMinute: 3, trustProxy: true } });
    const statusFrom = async (address: string, more = {}): Promise<number> =>
      (await ask(product.url, { query }, { 'x-forwarded-for': address, ...more })).status;
    expect(await statusFrom('2001:db8:0:1::1')).toBe(200);
    expect(await statusFrom('2001:db8:0:1:ffff:ffff:ffff:ffff')).toBe(200);
    expect(await statusFrom('2001:DB8:0:1::abc', { authorization: 'Bearer forged' })).toBe(401);
    expect(await statusFrom('2001:db8:0:1:1234::1')).toBe(429);
    expect(await statusFrom('[2001:db8:0:1::9]:443')).toBe(429);
    expect(await statusFrom('2001:db8:0:2::1')).toBe(200);
    for (const address of ['192.0.2.1', '::ffff:192.0.2.1', '::ffff:c000:201'])
      expect(await statusFrom(address)).toBe(200);
    expect(await statusFrom('0:0:0:0:0:ffff:c000:201')).toBe(429);
    expect(await statusFrom('192.0.2.2')).toBe(200);
  });

  it('never lets twice the budget through at the edge of a minute', async () => {
    const clock = new ManualClock(systemClock.now());
    await using product = await startGateway({ clock, settings: { requestsPerMinute: 20 } });
    const pass = async (count: number): Promise<number> => {
      const answers = await Promise.all(Array.from({ length: count }, () => ask(product.url, { query })));
      return answers.filter(({ status }) => status === 200).length;
    };
    clock.advance(59_000);
    expect(await pass(20)).toBe(20);
    clock.advance(2_000);
    expect(await pass(20)).toBe(0);
    clock.advance(58_001);
    expect(await pass(25)).toBe(20);
  });

  it('is kept by each process alone while the key-value engine is away', async () => {
    const away = async (): Promise<never> => {
      throw new CodedError('ENGINE_UNAVAILABLE', 'away');
    };
    const keyValue = (real: KeyValue): KeyValue =>
      Object.assign(Object.create(real) as KeyValue, { takeFromWindow: away });
    await using product = await startGateway({ keyValue, settings: { requestsPerMinute: 3 } });
    const statuses: number[] = [];
    for (let index = 0; index < 5; index += 1) statuses.push((await ask(product.url, { query })).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
  });

  it('does not charge our own processes, which were charged when their caller came in', async () => {
    await using product = await startGateway({ settings: { requestsPerMinute: 2 } });
    const principal = { kind: 'user', id: 'anna', workspaceId: 'w', role: 'VIEWER', scopes: null } as const;
    const assertion = await product.minter.mint(principal);
    for (let index = 0; index < 5; index += 1) {
      const answer = await ask(
        product.url,
        { query: '{ product(id: "1") { principalSeen } }' },
        { 'tributary-assertion': assertion },
      );
      expect(answer.body.data.product.principalSeen).toBe('user:anna');
    }
  });
});

describe('what an operation costs', () => {
  const nested = (first: number) =>
    `{ products(first: ${first}) { nodes { related(first: 50) { nodes { id } } } } }`;
  const remaining = (answer: { readonly headers: Headers }): number =>
    Number(answer.headers.get('ratelimit-remaining'));

  it('is charged to the same budget, a unit for every 1,000 objects it may touch', async () => {
    await using product = await startGateway({ settings: { requestsPerMinute: 20 } });
    expect(remaining(await ask(product.url, { query }))).toBe(19);
    const small = await ask(product.url, { query: nested(10) });
    expect([Number(small.headers.get('x-operation-cost')) < 1_000, remaining(small)]).toEqual([true, 18]);
    // The first time its planning is charged as well.
    const before = remaining(await ask(product.url, { query: nested(90) }));
    const large = await ask(product.url, { query: nested(90) });
    const units = Math.ceil(Number(large.headers.get('x-operation-cost')) / 1_000);
    expect(units).toBeGreaterThan(2);
    expect([large.status, remaining(large)]).toEqual([200, before - units]);
  });

  it('is not paid, and not refused, for strangers of another address who ask the same at the same moment', async () => {
    let gate = Promise.resolve();
    const replace = (subgraph: Subgraph): Subgraph => ({
      ...subgraph,
      execute: async (...call) => {
        await gate;
        return subgraph.execute(...call);
      },
    });
    const settings = { requestsPerMinute: 40, trustProxy: true };
    await using product = await startGateway({ settings, replace });
    const statusFrom = async (address: string): Promise<number> =>
      (await ask(product.url, { query: nested(90) }, { 'x-forwarded-for': address })).status;
    while ((await statusFrom('192.0.2.1')) !== 429);
    for (let round = 0; round < 5; round += 1) {
      // All come while the first is executed: it goes on when the one who is refused knows.
      let open: () => void = () => undefined;
      gate = new Promise((resolve) => {
        open = resolve;
      });
      const others = [1, 2, 3].map((at) => statusFrom(`198.51.100.${4 * round + at}`));
      const refused = statusFrom('192.0.2.1').finally(open);
      const last = statusFrom(`198.51.100.${4 * round}`);
      expect(await refused).toBe(429);
      expect(await Promise.all([...others, last])).toEqual([200, 200, 200, 200]);
    }
  });

  it('is more for a text that nobody sent before, by the fields there are to plan', async () => {
    await using product = await startGateway();
    const fields = Array.from({ length: 45 }, (_, at) => `a${at}: product(id: "1") { id name }`);
    const wide = { query: `{ ${fields.join(' ')} }` };
    const left = remaining(await ask(product.url, { query }));
    const first = remaining(await ask(product.url, wide));
    const second = remaining(await ask(product.url, wide));
    expect(left - first).toBeGreaterThan(4);
    expect(first - second).toBe(1);
  });

  it('is more by what the answer is larger than a megabyte, as far as there is anything left', async () => {
    await using product = await startGateway({ settings: { requestsPerMinute: 12 } });
    product.shop.json = 'x'.repeat(3_500_000);
    const left = remaining(await ask(product.url, { query }));
    expect((await ask(product.url, { query: '{ anything }' })).status).toBe(200);
    expect(remaining(await ask(product.url, { query }))).toBe(left - 1 - 3 - 1);
    expect((await ask(product.url, { query: '{ a: anything b: anything }' })).status).toBe(200);
    expect((await ask(product.url, { query })).status).toBe(429);
  });

  it('is charged also when it is refused for it, so that asking for too much runs out', async () => {
    await using product = await startGateway({ settings: { requestsPerMinute: 25 } });
    const codes: (string | undefined)[] = [];
    for (let index = 0; index < 4; index += 1)
      codes.push(codeOf(await ask(product.url, { query: nested(100).replace('50', '100') })));
    expect(codes).toEqual(['COST_EXCEEDED', 'COST_EXCEEDED', 'COST_EXCEEDED', 'COST_EXCEEDED']);
    const left = await ask(product.url, { query: nested(90) });
    expect([left.status, codeOf(left)]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(left.headers.get('retry-after'))).toBeGreaterThan(50);
  });

  it('is charged to the caller of a route that executes it, too', async () => {
    await using product = await startGateway({ settings: { requestsPerMinute: 5 } });
    const principal = { kind: 'user', id: 'anna', workspaceId: 'w', role: 'VIEWER', scopes: null } as const;
    const assertion = await product.minter.mint(principal);
    const executed = async () =>
      product.gateway.execute({ query: nested(90), assertion, requestId: 'r', clientAddress: '192.0.2.1' });
    expect((await executed()).errors).toBeUndefined();
    expect((await executed()).errors?.[0]?.extensions?.['code']).toBe('RATE_LIMITED');
  });
});
