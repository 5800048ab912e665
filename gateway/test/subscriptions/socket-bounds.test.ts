import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { Closing } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { airportUpdated } from './airport-subgraph.ts';
import { rawSocket } from './raw-socket.ts';
import { realTimeGateway } from './real-time-gateway.ts';

const query = 'subscription ($after: String) { airportChanged(after: $after) { airport { name } } }';

interface Changed {
  readonly airportChanged: { readonly airport: { readonly name: string } };
}

test('the 51st operation of a socket is refused with a code, and the others go on', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init();
  for (let index = 0; index < 51; index += 1) socket.subscribe(`s${index}`, query);
  expect(await socket.message('error', 's50')).toMatchObject({
    payload: [{ extensions: { code: 'TOO_MANY_CONNECTIONS', limit: 50 } }],
  });
  await eventually(() => expect(socket.messages.filter(({ type }) => type === 'ping')).toHaveLength(50));
  socket.send({ type: 'complete', id: 's0' });
  await socket.subscribed('again', query);
  await gateway.log.append('data.record', [airportUpdated('a1', 'x')]);
  await eventually(() => expect(socket.payloads('again')).toHaveLength(1));
  expect(socket.payloads('s49')).toHaveLength(1);
});

test('a user has 10 sockets; the next is closed with a code, and another user is not concerned', async () => {
  await using gateway = await realTimeGateway();
  await using sockets = new Closing();
  const open = async () => sockets.use('socket', await rawSocket(gateway.url));
  for (let index = 0; index < 10; index += 1) await (await open()).init({ id: 'u-1' });
  const eleventh = await open();
  eleventh.send({ type: 'connection_init', payload: { authorization: 'Bearer {"id":"u-1"}' } });
  expect(await eleventh.closed()).toEqual({
    code: 4413,
    reason: expect.stringContaining('TOO_MANY_CONNECTIONS'),
  });
  await (await open()).init({ id: 'u-2' });
});

test('sockets without a user count by address, and a closed one counts no more', async () => {
  await using gateway = await realTimeGateway({ limits: { socketsPerAnonymousAddress: 1 } });
  await using first = await rawSocket(gateway.url);
  await first.init();
  await using second = await rawSocket(gateway.url);
  second.send({ type: 'connection_init' });
  expect((await second.closed()).code).toBe(4413);
  await first[Symbol.asyncDispose]();
  await eventually(() => expect(gateway.sockets.size).toBe(0));
  await using third = await rawSocket(gateway.url);
  await third.init();
});

test('operations over the socket are charged to the budget of whoever asks', async () => {
  await using gateway = await realTimeGateway({ chargesAllowed: 1 });
  await using socket = await rawSocket(gateway.url);
  await socket.init();
  await socket.subscribed('1', query);
  socket.subscribe('2', '{ airport(id: "SEA") { name } }');
  expect(await socket.message('error', '2')).toMatchObject({
    payload: [{ extensions: { code: 'RATE_LIMITED' } }],
  });
});

test('what the subscriptions of a user may cost for one event is bounded over all sockets, and given back', async () => {
  await using gateway = await realTimeGateway({ limits: { objectsPerEvent: 3 } });
  await using one = await rawSocket(gateway.url);
  await using other = await rawSocket(gateway.url);
  await one.init({ id: 'u-1' });
  await other.init({ id: 'u-1' });
  await one.subscribed('1', query);
  await one.subscribed('2', query);
  await other.subscribed('3', query);
  other.subscribe('4', query);
  expect(await other.message('error', '4')).toMatchObject({
    payload: [{ extensions: { code: 'COST_EXCEEDED', cost: 1, inForce: 3, limit: 3 } }],
  });
  await using stranger = await rawSocket(gateway.url);
  await stranger.init({ id: 'u-2' });
  await stranger.subscribed('1', query);
  one.send({ type: 'complete', id: '1' });
  await other.subscribed('5', query);
  // A refused one gives back what it took.
  other.send({ type: 'complete', id: '5' });
  other.subscribe('6', query, { after: 'nonsense' });
  expect(await other.message('error', '6')).toMatchObject({
    payload: [{ extensions: { code: 'CURSOR_INVALID' } }],
  });
  await other.subscribed('7', query);
  await one[Symbol.asyncDispose]();
  await eventually(async () => {
    await using back = await rawSocket(gateway.url);
    await back.init({ id: 'u-1' });
    await back.subscribed('1', query);
  });
});

test('each condition on a text that a standing filter has counts as an object, whatever else is in it', async () => {
  await using gateway = await realTimeGateway({ limits: { objectsPerEvent: 3 } });
  await using socket = await rawSocket(gateway.url);
  await socket.init({ id: 'u-1' });
  const filtered =
    'subscription ($where: AirportWhere) { airportChanged(where: $where) { airport { name } } }';
  const startsWith = (value: string): object => ({ name: { startsWith: value } });
  socket.subscribe('1', filtered, {
    where: { and: [startsWith('a'), startsWith('b'), { not: startsWith('c') }] },
  });
  expect(await socket.message('error', '1')).toMatchObject({
    payload: [{ extensions: { code: 'COST_EXCEEDED', cost: 4, inForce: 0, limit: 3 } }],
  });
  await socket.subscribed('2', filtered, { where: { and: [startsWith('a'), startsWith('b')] } });
});

test('a flood of messages is answered with 1008', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init();
  for (let index = 0; index < 600; index += 1) socket.send({ type: 'pong' });
  expect((await socket.closed()).code).toBe(1008);
});

test('a flood of pings whose answers cannot leave ends the socket', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init();
  for (let index = 0; index < 600; index += 1) socket.ws.ping();
  await socket.closed();
  await eventually(() => expect(gateway.sockets.size).toBe(0));
});

test('a reader too slow for what it asked for is closed with a code, and with its cursor has the rest, once', async () => {
  await using gateway = await realTimeGateway({
    limits: {
      maxBufferedBytes: 512 * 1024,
      unreadBytes: { ofOwner: 0, ofAll: 0 },
      unreadPatienceMs: 2_000,
    },
  });
  await using slow = await rawSocket(gateway.url);
  await slow.init();
  const start = await slow.subscribed('1', query);
  const filler = 'x'.repeat(40_000);
  const names = Array.from({ length: 300 }, (_, index) => `${index} ${filler}`);
  slow.ws.pause();
  for (let from = 0; from < names.length; from += 50) {
    await gateway.log.append(
      'data.record',
      names.slice(from, from + 50).map((name) => airportUpdated('a1', name)),
    );
  }
  await eventually(async () =>
    expect(await gateway.metrics.metrics()).toContain('tributary_socket_closes_total{code="4410"} 1'),
  );
  slow.ws.resume();
  expect(await slow.closed()).toEqual({ code: 4410, reason: expect.stringContaining('come back') });
  const had = slow.payloads<Changed>('1').length;
  const after = slow.messages
    .filter(({ type }) => type === 'next')
    .map(({ payload }) => payload as { extensions: { cursor: string } });
  await using back = await rawSocket(gateway.url);
  await back.init();
  await back.subscribed('1', query, { after: after.at(-1)?.extensions.cursor ?? start });
  await eventually(() => expect(back.payloads('1').length).toBe(300 - had), { timeoutMs: 15_000 });
  const all = [...slow.payloads<Changed>('1'), ...back.payloads<Changed>('1')];
  expect(all.map(({ airportChanged }) => airportChanged.airport.name)).toEqual(names);
}, 60_000);

test('a message in hundreds of pieces ends its socket, and one in a few is read', async () => {
  await using gateway = await realTimeGateway();
  await using few = await rawSocket(gateway.url);
  const opening = JSON.stringify({ type: 'connection_init' });
  for (const piece of opening) few.ws.send(piece, { fin: false });
  few.ws.send('');
  await few.message('connection_ack');
  await using many = await rawSocket(gateway.url);
  for (let piece = 0; piece < 300; piece += 1) many.ws.send(' ', { fin: false });
  expect((await many.closed()).code).toBe(1008);
});

test('a large message is read in as many pieces as networks bring it in, and a small one in more ends its socket', async () => {
  await using gateway = await realTimeGateway({ limits: { maxFrameBytes: 10_000_000 } });
  const pieceBytes = 1_400;
  const opened = async () => {
    const upgraded = once(gateway.server, 'upgrade');
    const socket = await rawSocket(gateway.url);
    await socket.init();
    const [, stream] = (await upgraded) as [unknown, Duplex];
    return { socket, stream };
  };
  /** The frame of a text, masked with zeros. */
  const frameOf = (text: string): Buffer => {
    const head = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    head.writeUInt32BE(text.length, 6);
    return Buffer.concat([head, Buffer.from(text)]);
  };
  const large = frameOf(JSON.stringify({ type: 'ping', payload: { said: 'x'.repeat(9_000_000) } }));
  const whole = await opened();
  await using _whole = whole.socket;
  for (let at = 0; at < large.length; at += pieceBytes)
    whole.stream.push(large.subarray(at, at + pieceBytes));
  await whole.socket.message('pong');
  const cut = await opened();
  await using _cut = cut.socket;
  for (let at = 0; at < 20_000; at += 1) cut.stream.push(large.subarray(at, at + 1));
  expect((await cut.socket.closed()).code).toBe(1008);
});
