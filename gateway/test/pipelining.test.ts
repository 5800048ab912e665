import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defaultStandaloneSettings } from '../src/standalone/settings-file.ts';
import { startGateway, type TestGateway } from './graph/start-gateway.ts';
import { openShop, type Shop } from './standalone/shop.ts';

const product = '{ latestReview { stars } }';
const alone = '{ products { name } }';
let running: TestGateway;
let shop: Shop;
beforeAll(async () => {
  running = await startGateway();
  shop = await openShop({
    dedupe: false,
    unreadMs: 60_000,
    limits: { ...defaultStandaloneSettings.limits, underWay: 12 },
  });
});
afterAll(async () => {
  await running[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
});

interface Served {
  readonly url: string;
  /** Its subgraph waits with this one until it is let go. */
  readonly slow: string;
  readonly asked: () => number;
  readonly hold: () => () => void;
}

function served(which: string): Served {
  if (which === 'gateway alone')
    return {
      url: shop.url,
      slow: alone,
      asked: () => shop.catalogue.seen.length,
      hold: () => shop.catalogue.hold(),
    };
  return {
    url: running.url,
    slow: product,
    asked: () => running.shop.reviewsCalls,
    hold: () => {
      let letGo: () => void = () => undefined;
      running.shop.reviewsHold = new Promise((resolve) => {
        letGo = resolve;
      });
      return letGo;
    },
  };
}

function post(query: string, fields = ''): string {
  const body = JSON.stringify({ query });
  return `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${fields}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function client(url: string): { readonly socket: Socket; readonly all: Promise<string> } {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  const all = once(socket, 'close').then(() => Buffer.concat(chunks).toString('latin1'));
  return { socket, all };
}

const statusesOf = (text: string) =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
const webSocket =
  'upgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
const h2c = 'connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n';
const tunnel = 'CONNECT example.com:443 HTTP/1.1\r\nhost: example.com:443\r\n\r\n';
const behind = [
  ['what is no request', 'NOTHING THAT IS KNOWN\r\n\r\n'],
  ['an offer of h2c', post('{ __typename }', h2c)],
  ['a wish for a socket', `GET /graphql HTTP/1.1\r\nhost: localhost\r\n${webSocket}\r\n`],
  ['a wish for a tunnel', tunnel],
  [
    'a body that is none',
    `${post('{ __typename }', 'transfer-encoding: chunked\r\n').replace(/content-length.*\r\n/, '')}`,
  ],
] as const;

it.each(
  ['product', 'gateway alone'].flatMap((which) =>
    behind.map(([what, bytes]) => [which, what, bytes] as const),
  ),
)(
  'the %s ends a connection behind the answers that are under way on it, and says nothing to %s',
  async (which, _what, bytes) => {
    const { url, slow, asked, hold } = served(which);
    const letGo = hold();
    const before = asked();
    const { socket, all } = client(url);
    socket.write(post(slow));
    await eventually(() => expect(asked()).toBeGreaterThan(before));
    socket.write(bytes);
    // What comes after it is read by nobody.
    socket.write(post('{ __typename }'));
    await whenRead(socket);
    letGo();
    const text = await all;
    expect(statusesOf(text)).toEqual([200]);
    expect(text).toContain('"data"');
  },
);

/** Resolves when the server has read what was written before: it answers what comes over another connection later. */
async function whenRead(socket: Socket): Promise<void> {
  if (socket.writableLength > 0) await once(socket, 'drain');
  const { all, socket: other } = client(`http://localhost:${socket.remotePort}`);
  other.write('GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  expect(statusesOf(await all)).toEqual([200]);
}

it.each(['product', 'gateway alone'])(
  'the %s answers all that one connection asks at once, in its order',
  async (which) => {
    const { url, slow, asked, hold } = served(which);
    const letGo = hold();
    const before = asked();
    const { socket, all } = client(url);
    const names = Array.from({ length: 300 }, (_, at) => `{ n${at}: __typename }`);
    socket.write(
      post(slow) +
        names.map((query) => post(query)).join('') +
        post('{ last: __typename }', 'connection: close\r\n'),
    );
    await eventually(() => expect(asked()).toBeGreaterThan(before));
    letGo();
    const text = await all;
    expect([...text.matchAll(/"(n\d+|last)":"Query"/g)].map(([, name]) => name)).toEqual([
      ...names.map((_, at) => `n${at}`),
      'last',
    ]);
  },
);

it('one connection that asks for much at once leaves room for the others', async () => {
  const letGo = shop.catalogue.hold();
  const { socket } = client(shop.url);
  socket.write(Array.from({ length: 60 }, (_, at) => post(`{ product(upc: "${at}") { name } }`)).join(''));
  await eventually(() => expect(shop.gateway.underWay).toBe(8));
  expect((await shop.ask('{ __typename }')).status).toBe(200);
  socket.destroy();
  await eventually(() => expect(shop.gateway.underWay).toBe(0));
  letGo();
});

it('of answers that wait for their turn much is no reason not to hear that their client has left', async () => {
  const letGo = shop.catalogue.hold();
  const { socket } = client(shop.url);
  const large = `{ ${Array.from({ length: 400 }, (_, at) => `name_of_the_type_${at}: __typename`).join(' ')} }`;
  const before = shop.catalogue.seen.length;
  socket.write(post(alone) + post(large).repeat(7));
  await eventually(() => expect(shop.catalogue.seen.length).toBeGreaterThan(before));
  await whenRead(socket);
  socket.destroy();
  await eventually(() => expect(shop.gateway.underWay).toBe(0));
  letGo();
});
