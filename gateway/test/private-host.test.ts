import { once } from 'node:events';
import { request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { startGateway, type TestGateway } from './graph/start-gateway.ts';

let product: TestGateway;
beforeAll(async () => {
  product = await startGateway({ settings: { loopbackOnly: true } });
});
afterAll(() => product[Symbol.asyncDispose]());

const foreign = [
  'evil.example:4555',
  'localhost.evil.example',
  '127.0.0.1.evil.example:80',
  '10.0.0.1',
  'localhost.',
];
const own = ['localhost', 'localhost:4000', '127.0.0.1:9', '127.0.0.2', '[::1]', '[::1]:4000'];
const routes = [
  ['POST', '/graphql'],
  ['OPTIONS', '/graphql'],
  ['GET', '/v1/things'],
  ['POST', '/studio/session'],
  ['GET', '/'],
  ['GET', '/health/live'],
  ['GET', '/nowhere'],
] as const;

async function answerFor(host: string, [method, path]: readonly [(typeof routes)[number][0], string]) {
  const headers = { host, origin: `http://${host}`, 'content-type': 'application/json' };
  const body = method === 'POST' ? '{"query":"{ __typename }"}' : null;
  const { statusCode, body: answer } = await request(`${product.url}${path}`, { method, headers, body });
  return { status: statusCode, text: await answer.text() };
}

/** The status of the refusal, or 101. */
async function upgradeFor(host: string): Promise<number | undefined> {
  const headers = { host, origin: `http://${host}` };
  const socket = new WebSocket(`${product.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    headers,
  });
  const refused = once(socket, 'unexpected-response').then(([, { statusCode }]) => statusCode as number);
  const opened = once(socket, 'open').then(() => 101);
  socket.on('error', () => undefined);
  const status = await Promise.race([refused, opened]);
  socket.terminate();
  return status;
}

test.each(foreign)(
  'a gateway private to its machine answers nothing at any door for the host %s',
  async (host) => {
    for (const route of routes) {
      const { status, text } = await answerFor(host, route);
      expect([route, status]).toEqual([route, 421]);
      expect(text).toContain('MISDIRECTED_REQUEST');
    }
    expect(await upgradeFor(host)).toBe(421);
  },
);

test.each(own)('it answers to the name of the machine itself: %s', async (host) => {
  for (const route of routes) expect((await answerFor(host, route)).status).not.toBe(421);
  expect(await upgradeFor(host)).toBe(101);
});

test('a gateway that is public answers to the names of the public', async () => {
  await using open = await startGateway();
  const { statusCode, body } = await request(`${open.url}/health/live`, { headers: { host: 'api.example' } });
  await body.dump();
  expect(statusCode).toBe(200);
});
