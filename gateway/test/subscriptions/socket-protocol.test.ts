import { once } from 'node:events';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { rawSocket } from './raw-socket.ts';
import { realTimeGateway } from './real-time-gateway.ts';

const query = 'subscription { airportChanged { airport { id } } }';

async function refusedUpgrade(url: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const ws = new WebSocket(url, 'graphql-transport-ws', { headers });
  const [error] = (await once(ws, 'error')) as [Error];
  return error.message;
}

test("a foreign page's socket is refused at the upgrade, an allowed page's and one without a page are not", async () => {
  await using gateway = await realTimeGateway();
  expect(
    await refusedUpgrade(gateway.url, { origin: 'https://evil.example', cookie: 'session=1' }),
  ).toContain('403');
  await using own = await rawSocket(gateway.url, { origin: 'https://app.example' });
  await own.init();
});

test('sockets are served on /graphql only', async () => {
  await using gateway = await realTimeGateway();
  expect(await refusedUpgrade(gateway.url.replace('/graphql', '/other'))).toContain('404');
});

test('a client that does not speak graphql-transport-ws is closed with 4406', async () => {
  await using gateway = await realTimeGateway();
  const ws = new WebSocket(gateway.url);
  const [code] = (await once(ws, 'close')) as [number];
  expect(code).toBe(4406);
});

test('a socket without connection_init is closed with 4408', async () => {
  await using gateway = await realTimeGateway({ limits: { initTimeoutMs: 100 } });
  await using socket = await rawSocket(gateway.url);
  expect((await socket.closed()).code).toBe(4408);
});

test('a second connection_init is answered with 4429', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init();
  socket.send({ type: 'connection_init' });
  expect((await socket.closed()).code).toBe(4429);
});

test('a subscription before connection_init is answered with 4401', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  socket.subscribe('1', query);
  expect((await socket.closed()).code).toBe(4401);
});

test('credentials that do not hold are answered with 4403 and a code', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  socket.send({ type: 'connection_init', payload: { Authorization: 'Bearer forged' } });
  expect(await socket.closed()).toEqual({ code: 4403, reason: expect.stringContaining('UNAUTHENTICATED') });
});

test.each([
  ['authorization', 7],
  ['Authorization', ['Bearer x']],
  ['apiKey', { secret: 'trb_x' }],
  ['workspace', true],
])(
  '%s of connection_init that is no text is answered with 4400, never taken for nothing',
  async (name, value) => {
    await using gateway = await realTimeGateway();
    await using socket = await rawSocket(gateway.url);
    socket.send({ type: 'connection_init', payload: { [name]: value } });
    expect(await socket.closed()).toEqual({ code: 4400, reason: expect.stringContaining('BAD_REQUEST') });
  },
);

test('an id that is in use is answered with 4409', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init();
  await socket.subscribed('1', query);
  socket.subscribe('1', query);
  expect((await socket.closed()).code).toBe(4409);
});

test('an id can be used again when its operation is complete', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init();
  socket.subscribe('1', '{ airport(id: "SEA") { name } }');
  await socket.message('complete', '1');
  await socket.subscribed('1', query);
});

test('a frame over 64 KB is answered with 1009', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init();
  socket.send({ type: 'ping', payload: { filler: 'x'.repeat(65 * 1024) } });
  expect((await socket.closed()).code).toBe(1009);
});

test.each([
  ['no JSON', 'nonsense'],
  ['a list', '[]'],
  ['an unknown type', '{"type":"start","id":"1"}'],
  ['no query', '{"type":"subscribe","id":"1","payload":{}}'],
  ['variables that are no object', '{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[1]}}'],
  ['an empty id', '{"type":"subscribe","id":"","payload":{"query":"{a}"}}'],
  ['an id too long', JSON.stringify({ type: 'complete', id: 'x'.repeat(129) })],
])('a message with %s is answered with 4400', async (_what, text) => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init();
  socket.ws.send(text);
  expect((await socket.closed()).code).toBe(4400);
});

test('a binary frame is answered with 4400', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  socket.ws.send(Buffer.from('{"type":"connection_init"}'));
  expect((await socket.closed()).code).toBe(4400);
});

test('a query, a mutation and their errors travel over the socket as over HTTP', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init({ id: 'u-1', role: 'VIEWER' });
  socket.subscribe('q', 'query ($id: ID!) { airport(id: $id) { name } }', { id: 'SEA' });
  await socket.message('complete', 'q');
  expect(socket.payloads('q')).toEqual([{ airport: { name: 'Airport SEA' } }]);
  socket.subscribe('m', 'mutation { rename(name: "x") }');
  expect(await socket.message('next', 'm')).toMatchObject({
    payload: { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
  });
  socket.subscribe('v', '{ nothing }');
  expect(await socket.message('error', 'v')).toMatchObject({
    payload: [{ extensions: { code: 'BAD_USER_INPUT' } }],
  });
});
