import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type TestGateway } from './graph/start-gateway.ts';
import { openShop, type Shop } from './standalone/shop.ts';

let product: TestGateway;
let shop: Shop;
beforeAll(async () => {
  product = await startGateway({ settings: { loopbackOnly: true } });
  shop = await openShop();
});
afterAll(async () => {
  await product[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
});

/** What the server says to these bytes until it ends the connection. */
async function said(url: string, bytes: string) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(bytes, 'latin1');
  await once(socket, 'close');
  const text = Buffer.concat(chunks).toString('latin1');
  const [head = '', ...bodies] = text.split('\r\n\r\n');
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
  return { statuses, head, body: bodies.join('\r\n\r\n') };
}

const host = 'Host: localhost\r\n';
const question = '{"query":"{ __typename }"}';
const post = `POST /graphql HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: ${question.length}\r\n`;
const h2c = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n';

test.each(['product', 'gateway alone'])(
  'the %s answers each expectation but 100-continue, and each wish for a tunnel, with a code',
  async (which) => {
    const { url } = which === 'product' ? product : shop;
    const expecting = await said(url, `${post}Expect: something\r\n\r\n${question}`);
    expect(expecting.statuses).toEqual([417]);
    expect(JSON.parse(expecting.body)).toMatchObject({ code: 'EXPECTATION_FAILED', status: 417 });
    const tunnel = await said(url, `CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n`);
    expect(tunnel.statuses).toEqual([405]);
    expect(tunnel.head).toMatch(/^allow: GET, /m);
    expect(JSON.parse(tunnel.body)).toMatchObject({ code: 'METHOD_NOT_ALLOWED', status: 405 });
  },
);

test.each(['product', 'gateway alone'])(
  'the %s serves a request that offers HTTP/2 as if it had not, and what follows it on the connection',
  async (which) => {
    const { url } = which === 'product' ? product : shop;
    const live = `GET /health/live HTTP/1.1\r\n${host}`;
    const got = await said(url, `${live}${h2c}\r\n${live}Connection: close\r\n\r\n`);
    expect(got.statuses).toEqual([200, 200]);
    const asked = await said(url, `${post}${h2c}\r\n${question}${live}Connection: close\r\n\r\n`);
    expect(asked.statuses).toEqual([200, 200]);
    expect(asked.head).not.toMatch(/^upgrade:/im);
  },
);

test.each(['product', 'gateway alone'])(
  'the %s takes targets as proxies send them, with their host and path in one',
  async (which) => {
    const { url } = which === 'product' ? product : shop;
    const end = `Connection: close\r\n\r\n`;
    for (const target of ['http://localhost/health/live', 'HTTPS://localhost:443/health/live?x=http://y']) {
      const probe = await said(url, `GET ${target} HTTP/1.1\r\n${host}${end}`);
      expect([target, probe.statuses]).toEqual([target, [200]]);
      expect(probe.body).toContain('{"status":"live"}');
    }
    const asked = await said(
      url,
      `POST http://localhost/graphql HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: ${question.length}\r\n${end}${question}`,
    );
    expect(JSON.parse(asked.body)).toEqual({ data: { __typename: 'Query' } });
    const offering = await said(
      url,
      `GET http://localhost/health/live HTTP/1.1\r\n${host}${h2c}\r\nGET /health/live HTTP/1.1\r\n${host}${end}`,
    );
    expect(offering.statuses).toEqual([200, 200]);
    const offer = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    const upgrade = request(url, { path: 'http://localhost/graphql', headers: offer }).end();
    const [accepted, stream] = (await once(upgrade, 'upgrade')) as [IncomingMessage, Duplex];
    expect(accepted.statusCode).toBe(101);
    stream.destroy();
    for (const target of [
      'http:///health/live',
      'http://me@localhost/health/live',
      'ftp://localhost/health/live',
    ]) {
      const refused = await said(url, `GET ${target} HTTP/1.1\r\n${host}${end}`);
      expect([target, refused.statuses]).toEqual([target, [which === 'product' ? 400 : 404]]);
    }
  },
);

test('of a target with a host, that one counts', async () => {
  const named = (target: string, field: string) =>
    said(product.url, `GET ${target} HTTP/1.1\r\nHost: ${field}\r\nConnection: close\r\n\r\n`);
  expect((await named('http://evil.example/health/live', 'localhost')).statuses).toEqual([421]);
  expect((await named('http://localhost/health/live', 'evil.example')).statuses).toEqual([200]);
  expect((await named('http://localhost//health/live', 'localhost')).statuses).toEqual([400]);
});

test('a probe that speaks HTTP/1.0 and names no host is answered, also by a gateway private to its machine', async () => {
  const probe = await said(product.url, 'GET /health/live HTTP/1.0\r\n\r\n');
  expect([probe.statuses, JSON.parse(probe.body)]).toEqual([[200], { status: 'live' }]);
  const rebound = await said(product.url, 'GET /health/live HTTP/1.0\r\nHost: evil.example\r\n\r\n');
  expect(rebound.statuses).toEqual([421]);
});

test('a method that a path does not answer is told those it does', async () => {
  for (const [method, path, allow] of [
    ['TRACE', '/graphql', 'GET, POST'],
    ['TRACE', '/health/live', 'GET, HEAD'],
    ['TRACE', '/v1/things', 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'],
    ['DELETE', '/health/ready', 'GET, HEAD'],
  ] as const) {
    const answer = await said(product.url, `${method} ${path} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
    expect([method, path, answer.statuses]).toEqual([method, path, [405]]);
    expect(answer.head.toLowerCase()).toContain(`\r\nallow: ${allow.toLowerCase()}\r\n`);
    expect(answer.body).toContain('METHOD_NOT_ALLOWED');
  }
  for (const [path, allow] of [
    ['/graphql', 'GET, POST'],
    ['/health/live', 'GET, HEAD'],
  ] as const) {
    const alone = await said(shop.url, `TRACE ${path} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
    expect([path, alone.statuses]).toEqual([path, [405]]);
    expect(alone.head.toLowerCase()).toContain(`\r\nallow: ${allow.toLowerCase()}\r\n`);
    expect(alone.body).toContain('METHOD_NOT_ALLOWED');
  }
  const nowhere = await said(product.url, `TRACE /nowhere HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
  expect(nowhere.statuses).toEqual([404]);
});
