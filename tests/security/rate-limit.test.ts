import { graphCaller, type RunningProduct, startProduct } from '@tributary/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newApiKey, newWorkspace, signIn } from './newcomers.ts';
import { rawSocket } from './raw-socket.ts';

// Row 59 on a product whose minute is small. The edge of the minute and many gateways, with a clock in hand:
// gateway/test/rate-limits.test.ts and packages/engines/key-value.
const perMinute = 60;
let product: RunningProduct;
let url: string;

beforeAll(async () => {
  product = await startProduct({ form: 'one', env: { DEMO: 'off', REQUESTS_PER_MINUTE: String(perMinute) } });
  ({ url } = product);
});
afterAll(() => product[Symbol.asyncDispose]());

const health = async (authorization: string): Promise<Response> =>
  fetch(`${url}/v1/airports?first=1`, { headers: { authorization } });

describe('a user has one budget', () => {
  test('over GraphQL, REST, sockets, all tokens of all sessions, and all spellings of a token', async () => {
    const { owner, slug } = await newWorkspace(url);
    const again = await signIn(url, owner.email, slug);
    const first = await owner.ask('{ signUpOpen }');
    let left = Number(first.headers.get('ratelimit-remaining'));
    expect(first.headers.get('ratelimit-limit')).toBe(String(perMinute));
    const spends = async (spend: () => Promise<unknown>): Promise<void> => {
      await spend();
      const { headers } = await owner.ask('{ signUpOpen }');
      const now = Number(headers.get('ratelimit-remaining'));
      expect(left - now).toBe(2);
      left = now;
    };
    await spends(() => again.ask('{ signUpOpen }'));
    await spends(() => health(owner.ask.authorization ?? ''));
    await spends(() => health(`bearer   ${again.accessToken}`));
    await spends(() => owner.ask('{ nothing }'));
    await spends(() =>
      fetch(`${url}/v1/nothing`, { headers: { authorization: `BEARER ${owner.accessToken}` } }),
    );
    using socket = await rawSocket(url);
    await socket.init(again.ask.authorization);
    await spends(async () => {
      socket.send({ type: 'subscribe', id: 'q', payload: { query: '{ signUpOpen }' } });
      await socket.message('complete', 'q');
    });
    for (const forwarded of ['10.0.0.1', '10.0.0.2', 'unknown'])
      await spends(() =>
        fetch(`${url}/v1/airports`, {
          headers: {
            authorization: owner.ask.authorization ?? '',
            'x-forwarded-for': forwarded,
            'x-real-ip': forwarded,
            forwarded: `for=${forwarded}`,
          },
        }),
      );

    while (left > 0) left = Number((await owner.ask('{ signUpOpen }')).headers.get('ratelimit-remaining'));
    const refused = await again.ask('{ signUpOpen }');
    expect([refused.status, refused.errors[0]?.extensions['code']]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const rest = await health(owner.ask.authorization ?? '');
    expect([rest.status, Number(rest.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(await rest.json()).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    socket.send({ type: 'subscribe', id: 'late', payload: { query: '{ signUpOpen }' } });
    const { payload } = await socket.message('error', 'late');
    expect(JSON.stringify(payload)).toContain('RATE_LIMITED');

    // Somebody else, at the same address, is not concerned.
    const other = await newWorkspace(url);
    expect((await other.owner.ask('{ signUpOpen }')).status).toBe(200);
    const key = await newApiKey(other, 'VIEWER', ['data:read']);
    expect((await graphCaller(url, key.authorization)('{ signUpOpen }')).status).toBe(200);
  }, 120_000);

  test('and does not get more of it by asking all at once', async () => {
    const { owner } = await newWorkspace(url);
    const answers = await Promise.all(
      Array.from({ length: perMinute + 40 }, () => owner.ask('{ signUpOpen }')),
    );
    const allowed = answers.filter(({ status }) => status === 200).length;
    expect(allowed).toBeLessThanOrEqual(perMinute);
    expect(allowed).toBeGreaterThan(perMinute - 10);
    expect(answers.every(({ status }) => status === 200 || status === 429)).toBe(true);
  });
});

test('strangers share their address’s budget, wrong credentials count, and no claimed address gives another', async () => {
  const statuses: number[] = [];
  for (let count = 0; count < perMinute + 5; count += 1) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': `10.1.0.${count}`,
        ...(count % 2 === 0 ? { authorization: `Bearer trb_${'x'.repeat(20)}${count}` } : {}),
      },
      body: JSON.stringify({ query: '{ signUpOpen }' }),
    });
    statuses.push(response.status);
  }
  expect(statuses.at(-1)).toBe(429);
  expect(statuses.filter((status) => status !== 429).length).toBeLessThanOrEqual(perMinute);
});
