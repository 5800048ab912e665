import type { Subgraph } from '@tributary/subgraph-kit';
import { expect, it } from 'vitest';
import { accessToken } from './graph/identity-subgraph.ts';
import { ask, codeOf, startGateway } from './graph/start-gateway.ts';

it('one caller’s crowd is refused at once, with when to come back, and others are answered meanwhile', async () => {
  let letGo: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const replace = (real: Subgraph): Subgraph =>
    real.name !== 'reviews'
      ? real
      : {
          ...real,
          execute: async (call) => {
            await gate;
            return real.execute(call);
          },
        };
  await using product = await startGateway({ replace });
  const ann = { authorization: `Bearer ${await accessToken(product.signingKey, { sub: 'ann' })}` };
  const slow = (): ReturnType<typeof ask> => ask(product.url, { query: `{ latestReview { stars } }` }, ann);
  // One more than may be under way: whichever comes last is refused, and the only one to be answered while the gate is closed.
  const crowd = Array.from({ length: 101 }, slow);
  const refused = await Promise.race(crowd);
  expect(refused.status).toBe(429);
  expect(codeOf(refused)).toBe('RATE_LIMITED');
  expect(refused.headers.get('retry-after')).toBe('1');
  const other = await ask(product.url, { query: '{ product(id: "1") { name } }' });
  expect(other.body.data.product.name).toBe('product 1');

  letGo();
  for (const answer of await Promise.all(crowd)) expect([200, 429]).toContain(answer.status);
  expect((await slow()).status).toBe(200);
});
