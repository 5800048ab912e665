import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessToken } from './graph/identity-subgraph.ts';
import { ask, codeOf, startGateway, type TestGateway } from './graph/start-gateway.ts';

let product: TestGateway;
beforeAll(async () => {
  product = await startGateway({ settings: { requestsPerMinute: 100_000 } });
});
afterAll(() => product[Symbol.asyncDispose]());

describe('persisted queries', () => {
  it('are registered once, answered by hash, and refused when hash and text differ', async () => {
    const query = '{ product(id: "42") { name } }';
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    expect(codeOf(await ask(product.url, { extensions }))).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect((await ask(product.url, { query, extensions })).body.data.product.name).toBe('product 42');
    expect((await ask(product.url, { extensions })).body.data.product.name).toBe('product 42');
    const mismatch = await ask(product.url, { query: '{ __typename }', extensions });
    expect([mismatch.status, codeOf(mismatch)]).toEqual([400, 'BAD_USER_INPUT']);
  });

  it('are kept within 16 MB: whoever registers more has the oldest forgotten', async () => {
    const registered = (number: number) => {
      const query = `{ __typename } # ${number} ${'x'.repeat(120_000)}`;
      const sha256Hash = createHash('sha256').update(query).digest('hex');
      return { query, extensions: { persistedQuery: { version: 1, sha256Hash } } };
    };
    const [first, last] = [registered(0), registered(149)];
    for (let number = 0; number < 150; number += 1) {
      const { query, extensions } = registered(number);
      expect((await ask(product.url, { query, extensions })).status).toBe(200);
      if (number === 0) expect((await ask(product.url, { extensions })).status).toBe(200);
    }
    expect(codeOf(await ask(product.url, { extensions: first.extensions }))).toBe(
      'PERSISTED_QUERY_NOT_FOUND',
    );
    expect((await ask(product.url, { extensions: last.extensions })).status).toBe(200);
  });

  it('share no answers: what one user gets by a hash, another gets as themselves', async () => {
    const query = '{ me { id } product(id: "1") { principalSeen } }';
    const extensions = {
      persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') },
    };
    const as = async (sub: string, body: unknown) =>
      ask(product.url, body, { authorization: `Bearer ${await accessToken(product.signingKey, { sub })}` });
    expect((await as('anna', { query, extensions })).body.data.me.id).toBe('anna');
    const other = await as('bert', { extensions });
    expect(other.body.data).toEqual({ me: { id: 'bert' }, product: { principalSeen: 'user:bert' } });
    expect(other.headers.get('cache-control')).toBe('no-store');
  });
});
