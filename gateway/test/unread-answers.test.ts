import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { DoorResponse, StreamDoorResponse, Subgraph } from '@tributary/subgraph-kit';
import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, startGateway, type TestGateway } from './graph/start-gateway.ts';

const large = 'x'.repeat(16_000_000);
// One connection may hold a quarter.
const unread = { answerMs: 1_000, streamMs: 1_000, bytes: 1_000_000_000 };
/** Resolves when the slow stream may go on. */
let goOn: Promise<void> = Promise.resolve();
let streamsEnded = 0;

function endless(): Readable {
  const body = new Readable({ read: () => void body.push(Buffer.alloc(65_536)) });
  body.once('close', () => {
    streamsEnded += 1;
  });
  return body;
}

const streamDoor = {
  prefixes: ['/bytes'],
  bodyLimitBytes: 1_024,
  handle: async ({ path }: { readonly path: string }): Promise<StreamDoorResponse> => {
    const slow = async function* () {
      yield 'first ';
      await goOn;
      yield 'last';
    };
    const body = path === '/bytes/slow' ? Readable.from(slow()) : endless();
    return { status: 200, headers: { 'content-type': 'text/plain' }, body };
  },
};

const door = {
  prefixes: ['/v1'],
  handle: async (): Promise<DoorResponse> => ({ status: 200, headers: {}, body: large }),
};

/** That has so many places for requests. */
async function withPlaces(inAll: number): Promise<TestGateway> {
  const opened = await startGateway({
    settings: { underWay: { perCaller: 100, inAll }, unread, requestsPerMinute: 100_000 },
    replace: (subgraph): Subgraph => {
      if (subgraph.name === 'reviews') return { ...subgraph, door };
      return subgraph.name === 'catalog' ? { ...subgraph, streamDoor } : subgraph;
    },
  });
  opened.shop.json = large;
  return opened;
}

let product: TestGateway;
beforeAll(async () => {
  product = await withPlaces(1);
});
afterAll(() => product[Symbol.asyncDispose]());

/** Asks over a connection of its own, of which nobody reads more than the beginning. */
function askUnread(url: string, request: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(request);
  return socket;
}

const body = JSON.stringify({ query: '{ anything }' });
const post = `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`;
const statusNow = async () => (await ask(product.url, { query: '{ __typename }' })).status;

test.each([
  ['the graph', post],
  ['the graph, asked eight times at once', post.repeat(8)],
  ['a door', get('/v1/airports')],
  ['a stream door', get('/bytes/endless')],
])('a client that does not read its answer of %s is cut, and others have its place', async (_what, asked) => {
  const client = askUnread(product.url, asked);
  await once(client, 'readable');
  expect(await statusNow()).toBe(503);
  await eventually(async () => expect(await statusNow()).toBe(200));
  client.resume();
  await once(client, 'close');
  expect(client.bytesRead).toBeLessThan(large.length);
});

test('an answer that is large is whole for those who read it', async () => {
  expect((await ask(product.url, { query: '{ anything }' })).body).toEqual({ data: { anything: large } });
  const answer = await fetch(`${product.url}/v1/airports`);
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('content-length')).toBe(String(large.length));
  expect(await answer.text()).toBe(large);
  const { headers } = await fetch(`${product.url}/v1/airports`, { method: 'HEAD' });
  expect(headers.get('content-length')).toBe(String(large.length));
});

test('a stream that makes a pause of its own is not cut', async () => {
  await using roomy = await withPlaces(2);
  let letGo: () => void = () => undefined;
  goOn = new Promise((resolve) => {
    letGo = resolve;
  });
  const answer = await fetch(`${roomy.url}/bytes/slow`);
  const endedBefore = streamsEnded;
  const client = askUnread(roomy.url, get('/bytes/endless'));
  await once(client, 'readable');
  // One that is not read is cut meanwhile.
  await eventually(() => expect(streamsEnded).toBeGreaterThan(endedBefore));
  client.destroy();
  letGo();
  expect(await answer.text()).toBe('first last');
});
