import { Duplex, PassThrough } from 'node:stream';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { FrameWriter, TurnFlusher } from '../../src/subscriptions/frame-writer.ts';
import { UnreadPayloads } from '../../src/subscriptions/unread-payloads.ts';
import { webSocketFrames } from '../../src/subscriptions/web-socket-frames.ts';
import { airportUpdated } from './airport-subgraph.ts';
import { rawSocket } from './raw-socket.ts';
import { realTimeGateway } from './real-time-gateway.ts';

const query = 'subscription { airportChanged { airport { name } } }';
const megabyte = 1024 * 1024;

interface Changed {
  readonly airportChanged: { readonly airport: { readonly name: string } };
}

test('a client that reads is sent payloads larger than what may wait for it, several at once, in order and whole, with pings and answers between', async () => {
  await using gateway = await realTimeGateway({ limits: { maxBufferedBytes: 64 * 1024 } });
  await using socket = await rawSocket(gateway.url);
  await socket.init();
  const ids = ['1', '2', '3'];
  for (const id of ids) await socket.subscribed(id, query);
  const names = ['é'.repeat(300_000), 'short', 'x'.repeat(900_000)];
  for (const name of names) await gateway.log.append('data.record', [airportUpdated('a1', name)]);
  socket.ws.ping();
  socket.subscribe('q', '{ airport(id: "SEA") { name } }');
  await socket.message('complete', 'q');
  const namesOf = (id: string) =>
    socket.payloads<Changed>(id).map((data) => data.airportChanged.airport.name);
  await eventually(() => expect(ids.map((id) => namesOf(id).length)).toEqual([3, 3, 3]), {
    timeoutMs: 15_000,
  });
  for (const id of ids) expect(namesOf(id)).toEqual(names);
});

test('a client that reads nothing of what waits for it is closed with a code that says so', async () => {
  await using gateway = await realTimeGateway({ limits: { unreadPatienceMs: 0 } });
  await using socket = await rawSocket(gateway.url);
  await socket.init();
  await socket.subscribed('1', query);
  socket.ws.pause();
  const large = 'x'.repeat(900_000);
  for (let index = 0; index < 12; index += 1) {
    await gateway.log.append('data.record', [airportUpdated('a1', large)]);
  }
  await eventually(
    async () =>
      expect(await gateway.metrics.metrics()).toContain('tributary_socket_closes_total{code="4410"} 1'),
    { timeoutMs: 15_000 },
  );
  socket.ws.resume();
  expect(await socket.closed()).toEqual({ code: 4410, reason: expect.stringContaining('OVERLOADED') });
});

test('of a reader who rests the gateway holds what may wait and one payload, and what all share beyond that goes back when it is gone', () => {
  const stuck = new Duplex({ read: () => undefined, write: () => undefined });
  const unread = new UnreadPayloads({ ofOwner: 3 * megabyte, ofAll: 4 * megabyte }, () => undefined);
  const writer = writerTo(stuck, unread, 'a');
  const payload = (): Buffer => Buffer.alloc(megabyte);
  const head = Buffer.from('{');
  // The second finds a little over a megabyte before it.
  expect([1, 2, 3, 4].map(() => writer.write(head, payload()))).toEqual([true, true, true, false]);
  expect(stuck.writableLength).toBeLessThan(256 * 1024);
  expect(unread.take('b', 3 * megabyte)).toBe(false);
  writer.discard();
  expect(unread.take('b', 3 * megabyte)).toBe(true);
  expect(writer.bufferedBytes).toBeLessThan(256 * 1024);
});

test('a payload that waits for several subscriptions of a socket is held once', () => {
  const stuck = new Duplex({ read: () => undefined, write: () => undefined });
  const writer = writerTo(
    stuck,
    new UnreadPayloads({ ofOwner: megabyte, ofAll: megabyte }, () => undefined),
    'a',
  );
  const payload = Buffer.alloc(10 * megabyte);
  for (let index = 0; index < 50; index += 1)
    expect(writer.write(Buffer.from(`{${index}`), payload)).toBe(true);
});

test('what waits for a reader is over when its stream ends, and whoever waits with it is told', async () => {
  const stream = new PassThrough();
  const unread = new UnreadPayloads({ ofOwner: 9 * megabyte, ofAll: 9 * megabyte }, () => undefined);
  const writer = writerTo(stream, unread, 'a');
  for (let index = 0; index < 5; index += 1) writer.write(Buffer.from('{'), Buffer.alloc(megabyte));
  const drained = writer.drained();
  stream.destroy();
  await drained;
  expect(unread.take('b', 9 * megabyte)).toBe(true);
});

function writerTo(stream: Duplex, unread: UnreadPayloads, owner: string): FrameWriter {
  return new FrameWriter({
    outlet: stream,
    connection: () => stream,
    framing: webSocketFrames,
    flusher: new TurnFlusher(),
    freeBytes: megabyte,
    take: (sizeBytes) => unread.take(owner, sizeBytes),
    give: (sizeBytes) => unread.give(owner, sizeBytes),
  });
}
