import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { systemClock } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { describe, expect, it } from 'vitest';
import { accessToken, workspaceId } from './graph/identity-subgraph.ts';
import { answerOf, ask, codeOf, startGateway } from './graph/start-gateway.ts';

const sessionEnded = (sessionId: string) => ({
  specversion: '1.0' as const,
  id: crypto.randomUUID(),
  source: '/subgraphs/identity',
  type: 'identity.session.ended',
  subject: `Session/${sessionId}`,
  time: new Date(systemClock.now()).toISOString(),
  datacontenttype: 'application/json' as const,
  workspaceid: workspaceId,
  partitionkey: sessionId,
  actorkind: 'user',
  actorid: 'user-1',
  data: { sessionId, userId: 'user-1', reason: 'sign-out' },
});

describe('the life of a gateway', () => {
  it('knows from its first request on what was revoked before it started', async () => {
    const before = async (eventLog: {
      append: (topic: string, events: ReturnType<typeof sessionEnded>[]) => Promise<void>;
    }) =>
      eventLog.append(
        'identity.session',
        Array.from({ length: 1_200 }, (_, index) => sessionEnded(`gone-${index}`)),
      );
    await using product = await startGateway({ beforeListening: before });
    for (const index of [0, 700, 1_199]) {
      const authorization = `Bearer ${await accessToken(product.signingKey, { sessionId: `gone-${index}` })}`;
      expect((await ask(product.url, { query: '{ __typename }' }, { authorization })).status).toBe(401);
    }
  });

  it('reports what it refused to the audit log', async () => {
    await using product = await startGateway();
    const authorization = `Bearer ${await accessToken(product.signingKey, { role: 'VIEWER' })}`;
    expect(codeOf(await ask(product.url, { query: '{ auditLog }' }, { authorization }))).toBe('FORBIDDEN');
    await ask(product.url, { query: 'mutation { renameProduct(input: { id: "1", name: "n" }) { id } }' });
    await eventually(() =>
      expect(product.identity.refusals).toEqual([
        {
          workspaceId,
          coordinate: 'Query.auditLog',
          code: 'FORBIDDEN',
          principalKind: 'user',
          principalId: 'user-1',
        },
        {
          workspaceId,
          coordinate: 'Mutation.renameProduct',
          code: 'UNAUTHENTICATED',
          principalKind: 'anonymous',
          principalId: 'anonymous',
        },
      ]),
    );
  });

  it('answers what may be answered of a query, and refuses the rest field by field', async () => {
    await using product = await startGateway();
    const answer = await ask(product.url, { query: '{ product(id: "1") { name } auditLog }' });
    expect(answer.body.data).toEqual({ product: { name: 'product 1' }, auditLog: null });
    expect(answer.body.errors[0]).toMatchObject({
      path: ['auditLog'],
      extensions: { code: 'UNAUTHENTICATED' },
    });
  });

  it('finishes the requests that run when it is told to stop', async () => {
    const product = await startGateway();
    let release: () => void = () => undefined;
    product.shop.reviewsHold = new Promise((resolve) => {
      release = resolve;
    });
    const running = ask(product.url, { query: '{ latestReview { stars } }' });
    await eventually(() => expect(product.shop.reviewsCalls).toBe(1));
    const closed = product[Symbol.asyncDispose]();
    await eventually(async () => expect(await refusesConnections(product.url)).toBe(true));
    release();
    expect((await running).body).toEqual({ data: { latestReview: { stars: 5 } } });
    await closed;
  });

  it('ends each connection behind what runs on it when it is told to stop, and refuses what still comes', async () => {
    const product = await startGateway();
    let release: () => void = () => undefined;
    product.shop.reviewsHold = new Promise((resolve) => {
      release = resolve;
    });
    const { hostname, port } = new URL(product.url);
    const [asking, silent] = [connect(Number(port), hostname), connect(Number(port), hostname)];
    await Promise.all([once(asking, 'connect'), once(silent, 'connect')]);
    const get = (query: string): string =>
      `GET /graphql?query=${encodeURIComponent(query)} HTTP/1.1\r\nhost: a\r\napollo-require-preflight: 1\r\n\r\n`;
    asking.write(get('{ latestReview { stars } }'));
    await eventually(() => expect(product.shop.reviewsCalls).toBe(1));
    const closed = product[Symbol.asyncDispose]();
    await eventually(async () => expect(await refusesConnections(product.url)).toBe(true));
    silent.write(get('{ __typename }'));
    const refused = await text(silent);
    expect(refused).toMatch(/^HTTP\/1.1 503 /);
    expect(refused).toMatch(/\r\nconnection: close\r\n/i);
    expect(refused).toMatch(/\r\nretry-after: 1\r\n/i);
    expect(refused).toContain('"code":"OVERLOADED"');
    release();
    const answered = await text(asking);
    expect(answered).toMatch(/^HTTP\/1.1 200 /);
    expect(answered).toMatch(/\r\nconnection: close\r\n/i);
    await closed;
  });

  it('gives back what requests held whose connection is gone, though they waited for the answer to another', async () => {
    await using product = await startGateway({ settings: { underWay: { perCaller: 5, inAll: 100 } } });
    let release: () => void = () => undefined;
    product.shop.reviewsHold = new Promise((resolve) => {
      release = resolve;
    });
    const { hostname, port } = new URL(product.url);
    const client = connect(Number(port), hostname);
    const asked = Array.from({ length: 5 }, (_, at) => {
      const query = encodeURIComponent(`{ latestReview { s${at}: stars } }`);
      return `GET /graphql?query=${query} HTTP/1.1\r\nhost: a\r\napollo-require-preflight: 1\r\n\r\n`;
    });
    client.write(asked.join(''));
    await eventually(() => expect(product.shop.reviewsCalls).toBe(5));
    const query = { query: '{ __typename }' };
    expect(codeOf(await ask(product.url, query))).toBe('RATE_LIMITED');
    client.destroy();
    await eventually(async () => expect((await ask(product.url, query)).status).toBe(200));
    const others = Array.from({ length: 5 }, (_, at) =>
      ask(product.url, { query: `{ latestReview { t${at}: stars } }` }),
    );
    await eventually(() => expect(product.shop.reviewsCalls).toBe(10));
    release();
    for (const { status } of await Promise.all(others)) expect(status).toBe(200);
  });

  it('composes anew while it runs', async () => {
    await using product = await startGateway();
    const before = product.gateway.supergraphSdl;
    await product.gateway.reload();
    expect(product.gateway.supergraphSdl).toBe(before);
    expect(
      (await ask(product.url, { query: '{ product(id: "1") { reviews { stars } } }' })).body.data.product
        .reviews,
    ).toEqual([{ stars: 4 }]);
  });

  it('executes for a process of ours with the rights its assertion names, and for nobody else', async () => {
    await using product = await startGateway();
    const query = '{ me { id } product(id: "1") { principalSeen } }';
    const assertion = await product.minter.mint({
      kind: 'apiKey',
      id: 'k',
      workspaceId,
      role: 'VIEWER',
      scopes: ['data:read'],
    });
    const result = await product.gateway.execute({ query, assertion, requestId: 'request-1' });
    expect(result.data).toEqual({ me: { id: 'k' }, product: { principalSeen: 'apiKey:k' } });
    await expect(
      product.gateway.execute({ query, assertion: 'forged', requestId: 'request-2' }),
    ).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const large = await product.gateway.execute({
      query: `{ __typename } #${'x'.repeat(200_000)}`,
      assertion,
      requestId: 'request-3',
    });
    expect(large.errors?.[0]?.extensions?.['code']).toBe('PAYLOAD_TOO_LARGE');
  });

  it('shows its figures, with no label that a caller could choose', async () => {
    await using product = await startGateway();
    await ask(product.url, { query: 'query canary { product(id: "canary") { reviews { stars } } }' });
    await fetch(`${product.url}/canary`);
    const metrics = await (await fetch(`${product.url}/metrics`)).text();
    expect(metrics).toContain(
      'tributary_gateway_request_duration_seconds_count{door="graphql",type="query",status="200"} 1',
    );
    expect(metrics).toContain(
      'tributary_gateway_fetch_duration_seconds_count{subgraph="reviews",outcome="answered"} 1',
    );
    expect(metrics).not.toContain('canary');
  });

  it('addresses workspaces by name, and says when there is none', async () => {
    await using product = await startGateway();
    await ask(product.url, { query: '{ product(id: "1") { id } }' }, { 'tributary-workspace': 'demo' });
    expect(product.shop.principals.at(-1)?.workspaceId).toBe(workspaceId);
    for (const slug of ['other', '../x', '']) {
      const answer = await ask(product.url, { query: '{ __typename }' }, { 'tributary-workspace': slug });
      expect([slug, answer.status]).toEqual([slug, 404]);
    }
  });

  it('serves the console under a policy that lets nothing of elsewhere in, and leads there from its root', async () => {
    await using product = await startGateway();
    const root = await fetch(`${product.url}/`, { redirect: 'manual' });
    expect([root.status, root.headers.get('location')]).toEqual([302, '/studio/']);
    for (const path of ['/studio/', '/studio/data/airports', '/studio/explorer']) {
      const page = await answerOf(await fetch(`${product.url}${path}`));
      expect([200, 404]).toContain(page.status);
      const policy = page.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/https?:|unsafe-eval|\*/);
      // No socket to anywhere else either.
      const { host } = new URL(product.url);
      if (page.status === 200) expect(policy).toContain(`; connect-src 'self' ws://${host} wss://${host};`);
    }
    for (const path of ['..%2f..%2fpackage.json', '.env', '%2e%2e/%2e%2e/index.js']) {
      const { status } = await fetch(`${product.url}/studio/assets/${path}`);
      expect(status).toBe(path.includes('%2f') ? 400 : 404);
    }
  });
});

async function refusesConnections(url: string): Promise<boolean> {
  return fetch(`${url}/health/live`).then(
    () => false,
    () => true,
  );
}
