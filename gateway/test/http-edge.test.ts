import { gzipSync } from 'node:zlib';
import { createLogger } from '@tributary/runtime';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessToken } from './graph/identity-subgraph.ts';
import { answerOf, ask, codeOf, startGateway, type TestGateway } from './graph/start-gateway.ts';

let product: TestGateway;
const lines: string[] = [];
const secretInside = 'postgres://user:hunter2@db.internal:5432';
const forced = [
  () => {
    throw new Error(secretInside);
  },
  () => {
    throw new TypeError(`Cannot read properties of undefined (reading '${secretInside}')`);
  },
  () => {
    throw Object.assign(new Error(secretInside), { code: 'P2002', meta: { target: ['email'] } });
  },
  () => {
    throw secretInside;
  },
  () => Promise.reject(new Error(secretInside)),
  () => {
    throw new AggregateError([new Error(secretInside)], secretInside);
  },
  () => ({
    toString: () => {
      throw new Error(secretInside);
    },
  }),
  () => Symbol(secretInside),
];

beforeAll(async () => {
  const log = createLogger({
    name: 'test',
    level: 'debug',
    destination: { write: (line: string) => void lines.push(line) },
  });
  product = await startGateway({
    forced,
    log,
    settings: { corsOrigins: ['https://app.example'], requestsPerMinute: 100_000 },
  });
});
afterAll(() => product[Symbol.asyncDispose]());

const get = async (search: string, headers: Record<string, string> = {}) =>
  answerOf(await fetch(`${product.url}/graphql?${search}`, { headers }));

describe('methods and bodies', () => {
  it('answer queries over GET with a header that no form can send, and never run mutations over it', async () => {
    expect((await get('query={__typename}', { 'apollo-require-preflight': '1' })).body).toEqual({
      data: { __typename: 'Query' },
    });
    expect((await get('query={__typename}', { accept: 'application/json' })).status).toBe(200);
    const mutation = await get(
      `query=${encodeURIComponent('mutation { renameProduct(input: { id: "1", name: "x" }) { id } }')}`,
      { 'apollo-require-preflight': '1' },
    );
    expect([mutation.status, mutation.headers.get('allow'), codeOf(mutation)]).toEqual([
      405,
      'POST',
      'METHOD_NOT_ALLOWED',
    ]);
    for (const headers of [
      {},
      { 'sec-fetch-mode': 'no-cors' },
      { 'sec-fetch-mode': 'navigate', accept: 'text/html' },
    ]) {
      const asPage = await request(`${product.url}/graphql?query={__typename}`, { headers });
      expect(asPage.statusCode).toBe(400);
      await asPage.body.dump();
    }
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const answer = await answerOf(await fetch(`${product.url}/graphql`, { method, body: '{}' }));
      expect([answer.status, answer.headers.get('allow'), codeOf(answer)]).toEqual([
        405,
        'GET, POST',
        'METHOD_NOT_ALLOWED',
      ]);
    }
  });

  it('refuse what a form of a foreign page could send', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const answer = await ask(product.url, '{"query":"{ __typename }"}', { 'content-type': type });
      expect([400, 415]).toContain(answer.status);
      expect(codeOf(answer)).toMatch(/UNSUPPORTED_MEDIA_TYPE|BAD_REQUEST/);
    }
  });

  it('answer malformed JSON and what is no request with a code', async () => {
    for (const body of [
      '{',
      '',
      '"text"',
      'null',
      '[]',
      '{}',
      '{"query":7}',
      '{"query":"{ __typename }","variables":"x"}',
      '{"query":"{ __typename }","variables":{},"extensions":7}',
    ]) {
      const answer = await ask(product.url, body);
      expect([body, answer.status, codeOf(answer)]).toEqual([body, 400, expect.stringMatching(/^BAD_/)]);
    }
    expect(codeOf(await ask(product.url, { query: 'query A { __typename } query B { __typename }' }))).toBe(
      'BAD_REQUEST',
    );
    expect(codeOf(await ask(product.url, { query: 'query A { __typename }', operationName: 'C' }))).toBe(
      'BAD_REQUEST',
    );
    expect(codeOf(await ask(product.url, { query: '{ product(id: ' }))).toBe('BAD_USER_INPUT');
  });

  it('take no compressed bodies', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024));
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const answer = await answerOf(
      await fetch(`${product.url}/graphql`, { method: 'POST', headers, body: bomb }),
    );
    expect([answer.status, codeOf(answer)]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    expect((await fetch(`${product.url}/v1/things`, { method: 'POST', headers, body: bomb })).status).toBe(
      415,
    );
  });

  it('answer unknown paths and paths that cannot be decoded with a problem', async () => {
    for (const [path, status] of [
      ['/nothing', 404],
      ['/%zz', 400],
      ['//graphql', 400],
    ] as const) {
      const answer = await answerOf(await fetch(`${product.url}${path}`));
      expect([path, answer.status]).toEqual([path, status]);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.text).not.toMatch(/fastify|FST_/i);
    }
    const lost = await answerOf(await fetch(`${product.url}/nothing`));
    expect(lost.body).toMatchObject({ code: 'ROUTE_NOT_FOUND', advice: expect.stringContaining('/graphql') });
  });
});

describe('origins', () => {
  it('are allowed by exact match alone', async () => {
    const allowed = async (origin: string) =>
      (await ask(product.url, { query: '{ __typename }' }, { origin })).headers.get(
        'access-control-allow-origin',
      );
    expect(await allowed('https://app.example')).toBe('https://app.example');
    for (const origin of [
      'null',
      'https://evil.test',
      'https://app.example.evil.test',
      'https://evilapp.example',
      'http://app.example',
      'https://app.example:444',
      'https://APP.example',
    ]) {
      expect([origin, await allowed(origin)]).toEqual([origin, null]);
    }
    const preflight = async (origin: string) =>
      fetch(`${product.url}/graphql`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
    expect((await preflight('https://app.example')).headers.get('access-control-allow-methods')).toContain(
      'POST',
    );
    expect((await preflight('https://evil.test')).headers.get('access-control-allow-methods')).toBeNull();
  });
});

describe('faults', () => {
  it('are masked behind an id that finds them in the log, whatever was thrown', async () => {
    for (const how of forced.keys()) {
      const answer = await ask(product.url, { query: `{ fail(how: "${how}") }` });
      expect([how, codeOf(answer)]).toEqual([how, expect.stringMatching(/INTERNAL|BAD_USER_INPUT/)]);
      for (const leaked of ['hunter2', 'db.internal', 'P2002', 'node_modules', '.ts:', 'at '])
        expect(answer.text).not.toContain(leaked);
    }
    const answer = await ask(product.url, { query: '{ fail(how: "0") }' });
    expect(answer.body.errors[0].extensions.errorId).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.body.errors[0].path).toEqual(['fail']);
  });

  it('carry no traces of the implementation, whoever asks for them', async () => {
    const answer = await ask(
      product.url,
      { query: '{ __typename }' },
      { 'apollo-federation-include-trace': 'ftv1', 'apollo-query-plan-experimental': '1' },
    );
    expect(answer.body).toEqual({ data: { __typename: 'Query' } });
  });
});

describe('headers', () => {
  it('of the inside are not taken from clients', async () => {
    const forged = {
      'tributary-assertion': 'a.b.c',
      'x-user-id': 'owner',
      'x-role': 'OWNER',
      'x-forwarded-for': '10.0.0.1',
    };
    const answer = await ask(product.url, { query: '{ product(id: "1") { principalSeen } }' }, forged);
    expect(answer.status).toBe(401);
    const { 'tributary-assertion': _assertion, ...rest } = forged;
    expect(
      (await ask(product.url, { query: '{ product(id: "1") { principalSeen } }' }, rest)).body.data.product
        .principalSeen,
    ).toBe('anonymous:anonymous');
    await fetch(`${product.url}/v1/things`, {
      headers: {
        ...rest,
        authorization: `Bearer ${await accessToken(product.signingKey)}`,
        'x-api-key-': 'x',
      },
    });
    const seen = product.shop.doorRequests.at(-1)?.headers ?? {};
    for (const name of ['x-user-id', 'x-role', 'x-forwarded-for', 'authorization', 'cookie', 'connection'])
      expect(seen[name]).toBeUndefined();
  });

  it('protect the answer and name the request', async () => {
    const answer = await ask(product.url, { query: '{ __typename }' }, { 'x-request-id': 'my-request-1' });
    expect(answer.headers.get('x-request-id')).toBe('my-request-1');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const odd = await ask(product.url, { query: '{ __typename }' }, { 'x-request-id': 'a b"; drop' });
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('the access log', () => {
  it('is one JSON line a request, whatever the request is made of, and holds nothing personal', async () => {
    const canary = 'user+canary@example.test';
    lines.length = 0;
    const query = `query Q_${'x'.repeat(3_000)} { product(id: "${canary}") { name } }`;
    await ask(
      product.url,
      { query },
      { 'user-agent': `[31m ${canary} ","level":60,"x":"${'y'.repeat(8_000)}`, 'x-request-id': '{"a":1}' },
    );
    await ask(product.url, { query: `{ product(id: "${canary}` });
    await fetch(`${product.url}/${encodeURIComponent(`\r\n${canary}`)}`);
    await expect.poll(() => lines.length).toBeGreaterThanOrEqual(3);
    for (const line of lines) {
      expect(line.endsWith('\n')).toBe(true);
      expect(line.trimEnd()).not.toContain('\n');
      expect(() => JSON.parse(line)).not.toThrow();
      expect(line).not.toContain('canary');
      expect(line.length).toBeLessThan(4_096);
    }
  });
});
