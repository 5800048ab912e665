import { CodedError, createMetrics, requireEngines } from '@tributary/runtime';
import { type Subgraph, serveSubgraph } from '@tributary/subgraph-kit';
import { eventually } from '@tributary/test-kit';
import { afterEach, describe, expect, it } from 'vitest';
import { remoteSubgraph } from '../src/index.ts';
import { defaultTraffic } from '../src/traffic/product-traffic.ts';
import { accessToken } from './graph/identity-subgraph.ts';
import { answerOf, ask, codeOf, startGateway, type TestGateway } from './graph/start-gateway.ts';

const query =
  '{ product(id: "1") { name reviews { stars } } products(first: 2) { nodes { name reviews { stars } } } latestReview { stars } }';
const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const resource of opened.splice(0).reverse()) await resource[Symbol.asyncDispose]();
});

function only(name: string, failing: (subgraph: Subgraph) => Subgraph): (subgraph: Subgraph) => Subgraph {
  return (subgraph) => (subgraph.name === name ? failing(subgraph) : subgraph);
}

describe('a subgraph that is away', () => {
  it('costs its own fields only, each with a code and a path', async () => {
    const replace = only('reviews', (real) => ({
      ...real,
      execute: () => Promise.reject(new Error('connect ECONNREFUSED 10.1.2.3:4003')),
    }));
    await using product = await startGateway({ replace });
    const answer = await ask(product.url, { query });
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual({
      product: { name: 'product 1', reviews: null },
      products: {
        nodes: [
          { name: 'product 0', reviews: null },
          { name: 'product 1', reviews: null },
        ],
      },
      latestReview: null,
    });
    expect(answer.body.errors.map(({ path }: { path: unknown }) => path)).toEqual(
      expect.arrayContaining([['latestReview'], ['product', 'reviews'], ['products', 'nodes', 0, 'reviews']]),
    );
    expect(answer.body.errors[0].extensions).toEqual({
      code: 'SUBGRAPH_UNAVAILABLE',
      subgraph: 'reviews',
      retryable: true,
      advice: expect.any(String),
    });
    expect(answer.text).not.toContain('10.1.2.3');
  });

  it('is not waited for after a second of failures, and is tried again after two', async () => {
    let away = true;
    let asked = 0;
    const replace = only('reviews', (real) => ({
      ...real,
      execute: async (call) => {
        asked += 1;
        if (away) throw new CodedError('SUBGRAPH_UNAVAILABLE', 'away');
        return real.execute(call);
      },
    }));
    await using product = await startGateway({ replace });
    const one = '{ latestReview { stars } }';
    const askAway = async (): Promise<void> =>
      expect(codeOf(await ask(product.url, { query: one }))).toBe('SUBGRAPH_UNAVAILABLE');
    for (let index = 0; index < 5; index += 1) await askAway();
    // Together, so that they surely come within the two seconds.
    await Promise.all(Array.from({ length: 15 }, askAway));
    expect(asked).toBe(5);
    expect(await (await fetch(`${product.url}/metrics`)).text()).toContain(
      'tributary_gateway_breaker_state{subgraph="reviews"} 2',
    );
    away = false;
    await eventually(
      async () =>
        expect((await ask(product.url, { query: one })).body).toEqual({
          data: { latestReview: { stars: 5 } },
        }),
      { timeoutMs: 5_000 },
    );
  });

  it('ends at the deadline when it hangs, and does not slow what does not need it', async () => {
    await using product = await startGateway({
      settings: { traffic: { ...defaultTraffic, subgraphTimeoutMs: 300 } },
    });
    let release: () => void = () => undefined;
    product.shop.reviewsHold = new Promise((resolve) => {
      release = resolve;
    });
    const startedMs = performance.now();
    const answer = await ask(product.url, { query: '{ product(id: "1") { name } latestReview { stars } }' });
    expect(performance.now() - startedMs).toBeLessThan(1_500);
    expect(answer.body.data).toEqual({ product: { name: 'product 1' }, latestReview: null });
    expect(codeOf(answer)).toBe('DEADLINE_EXCEEDED');
    release();
  });

  it('is not blamed when a caller goes away', async () => {
    await using product = await startGateway();
    let release: () => void = () => undefined;
    product.shop.reviewsHold = new Promise((resolve) => {
      release = resolve;
    });
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const before = product.shop.reviewsCalls;
        const leaving = new AbortController();
        const body = JSON.stringify({ query: '{ latestReview { stars } }' });
        const call = fetch(`${product.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
          signal: leaving.signal,
        });
        await eventually(() => expect(product.shop.reviewsCalls).toBeGreaterThan(before));
        leaving.abort();
        await expect(call).rejects.toThrow();
      }),
    );
    release();
    product.shop.reviewsHold = undefined;
    await eventually(async () =>
      expect(
        (await ask(product.url, { query: '{ latestReview { stars } }' })).body.data.latestReview,
      ).toEqual({ stars: 5 }),
    );
  });

  it('makes identity, when it is the one, refuse credentials it cannot check with a code to try again', async () => {
    const replace = only('identity', (real) => ({
      ...real,
      execute: () => Promise.reject(new Error('away')),
    }));
    await using product = await startGateway({ replace });
    const key = await ask(
      product.url,
      { query: '{ __typename }' },
      { 'x-api-key': `trb_${'a'.repeat(32)}_${'B'.repeat(43)}` },
    );
    expect([key.status, codeOf(key)]).toEqual([503, 'SUBGRAPH_UNAVAILABLE']);
    const authorization = `Bearer ${await accessToken(product.signingKey)}`;
    expect(
      (await ask(product.url, { query: '{ product(id: "1") { name } }' }, { authorization })).status,
    ).toBe(200);
  });

  it('does not keep the cookie of whoever signs out in the browser, when it is identity', async () => {
    const replace = only('identity', (real) => ({
      ...real,
      execute: () => Promise.reject(new Error('away')),
    }));
    await using product = await startGateway({ replace });
    const { port } = new URL(product.url);
    const out = await fetch(`${product.url}/studio/session`, {
      method: 'DELETE',
      headers: { origin: product.url, cookie: `tributary-session-${port}=a-refresh-token` },
    });
    expect(out.ok).toBe(false);
    expect(out.headers.get('set-cookie')).toMatch(/^tributary-session-\d+=; Max-Age=0;/);
  });
});

describe('a remote subgraph', () => {
  const servers = new Map<string, AsyncDisposable>();

  async function startSplit(): Promise<TestGateway> {
    return startGateway({
      replace: async (subgraph, { minter }) => {
        const served = await serveSubgraph(subgraph, {
          port: 0,
          host: '127.0.0.1',
          metrics: createMetrics(),
        });
        const doorPrefixes = subgraph.door?.prefixes ?? [];
        const remote = await remoteSubgraph({
          name: subgraph.name,
          url: served.url,
          minter,
          doorPrefixes,
          connections: 8,
        });
        opened.push(served, remote);
        servers.set(subgraph.name, served);
        return remote;
      },
    });
  }

  it('answers as one in the process does, its door included', async () => {
    await using product = await startSplit();
    const authorization = `Bearer ${await accessToken(product.signingKey, { role: 'EDITOR' })}`;
    const answer = await ask(
      product.url,
      { query: '{ product(id: "1") { name reviews { stars } principalSeen } }' },
      { authorization },
    );
    expect(answer.body).toEqual({
      data: { product: { name: 'product 1', reviews: [{ stars: 4 }], principalSeen: 'user:user-1' } },
    });
    const refused = await ask(
      product.url,
      { query: 'mutation { renameProduct(input: { id: "none", name: "x" }) { id } }' },
      { authorization },
    );
    expect(refused.body.errors[0]).toEqual({
      message: 'There is no such product.',
      path: ['renameProduct'],
      extensions: expect.objectContaining({ code: 'NOT_FOUND' }),
    });
    const door = await answerOf(
      await fetch(`${product.url}/v1/things/1?a=b`, {
        method: 'POST',
        headers: { authorization },
        body: 'four',
      }),
    );
    expect([door.status, door.body, door.headers.get('etag')]).toEqual([
      200,
      { path: '/v1/things/1', sizeBytes: 4 },
      '"1"',
    ]);
    expect(product.shop.doorRequests[0]?.assertion).not.toBe('');
    expect(await (await fetch(`${product.url}/health/ready`)).json()).toEqual({ status: 'ready' });
  });

  it('that lacks an engine is named with it, in the process and as one of its own; why is told to nobody', async () => {
    const away = { ping: () => Promise.reject(new Error('10.1.2.3 refuses')) };
    const lacking = (subgraph: Subgraph, engine: string): Subgraph => ({
      ...subgraph,
      ready: () => requireEngines({ [engine]: away }),
    });
    await using product = await startGateway({
      replace: async (subgraph, { minter }) => {
        if (subgraph.name === 'identity') return lacking(subgraph, 'database');
        if (subgraph.name !== 'reviews') return subgraph;
        const served = await serveSubgraph(lacking(subgraph, 'document-store'), {
          port: 0,
          host: '127.0.0.1',
          metrics: createMetrics(),
          // What runs in its process beside the subgraph needs engines, too.
          engines: { 'batch-engine': away },
        });
        const remote = await remoteSubgraph({
          name: 'reviews',
          url: served.url,
          minter,
          doorPrefixes: [],
          connections: 2,
        });
        opened.push(served, remote);
        return remote;
      },
    });
    const ready = await answerOf(await fetch(`${product.url}/health/ready`));
    expect(ready.status).toBe(503);
    expect(ready.body).toEqual({
      status: 'not ready',
      missing: expect.arrayContaining(['identity', 'database', 'reviews', 'document-store', 'batch-engine']),
    });
    expect(ready.body.missing).toHaveLength(5);
    expect(ready.text).not.toContain('10.1.2.3');
  });

  it('that stops leaves the rest of the graph answering, and health says which it is', async () => {
    await using product = await startSplit();
    await servers.get('reviews')?.[Symbol.asyncDispose]();
    const answer = await ask(product.url, { query });
    expect(answer.body.data.product.name).toBe('product 1');
    expect(codeOf(answer)).toBe('SUBGRAPH_UNAVAILABLE');
    const ready = await answerOf(await fetch(`${product.url}/health/ready`));
    expect([ready.status, ready.body]).toEqual([503, { status: 'not ready', missing: ['reviews'] }]);
    expect((await fetch(`${product.url}/health/live`)).status).toBe(200);
  });

  it('that stops has its door answered as away, in words that say it may be tried again', async () => {
    await using product = await startSplit();
    await servers.get('reviews')?.[Symbol.asyncDispose]();
    const door = await answerOf(await fetch(`${product.url}/v1/things/1`, { method: 'POST', body: 'four' }));
    expect([door.status, door.body]).toMatchObject([
      503,
      { code: 'SUBGRAPH_UNAVAILABLE', retryable: true, detail: 'The subgraph reviews did not answer.' },
    ]);
    expect(Number(door.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
