import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { airportUpdated } from './airport-subgraph.ts';
import { rawSocket } from './raw-socket.ts';
import { realTimeGateway } from './real-time-gateway.ts';

const query = 'subscription ($after: String) { airportChanged(after: $after) { airport { name } } }';

test('a socket is closed with 4403 when its token ends, within a second', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  const expiresAtMs = Date.now() + 1_500;
  await socket.init({ id: 'u-1', role: 'VIEWER', expiresAtMs });
  await socket.subscribed('1', query);
  expect(await socket.closed()).toEqual({ code: 4403, reason: 'UNAUTHENTICATED: token expired' });
  expect(Math.abs(Date.now() - expiresAtMs)).toBeLessThan(1_000);
});

test('a socket with a token that already ended is closed at once', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init({ id: 'u-1', expiresAtMs: Date.now() - 1 });
  expect((await socket.closed()).code).toBe(4403);
});

test("a revocation closes the user's sockets with 4403 and nobody else's", async () => {
  await using gateway = await realTimeGateway();
  await using gone = await rawSocket(gateway.url);
  await using stays = await rawSocket(gateway.url);
  await gone.init({ id: 'u-1', role: 'VIEWER', sessionId: 's-1' });
  await stays.init({ id: 'u-1', role: 'VIEWER', sessionId: 's-2' });
  await gone.subscribed('1', query);
  await stays.subscribed('1', query);
  gateway.revoke(({ sessionId }) => sessionId === 's-1');
  expect(await gone.closed()).toEqual({ code: 4403, reason: expect.stringContaining('FORBIDDEN') });
  await gateway.log.append('data.record', [airportUpdated('a1', 'still here')]);
  await eventually(() => expect(stays.payloads('1')).toHaveLength(1));
});

test('a socket whose rights are revoked while it enters is closed with 4403 and acknowledges nothing', async () => {
  await using gateway = await realTimeGateway();
  await using entering = await rawSocket(gateway.url);
  gateway.revoke(({ sessionId }) => sessionId === 's-1');
  const authorization = `Bearer ${JSON.stringify({ id: 'u-1', role: 'VIEWER', sessionId: 's-1' })}`;
  entering.send({ type: 'connection_init', payload: { authorization } });
  expect(await entering.closed()).toEqual({ code: 4403, reason: expect.stringContaining('FORBIDDEN') });
  expect(entering.messages).toEqual([]);
});

test('a peer that answers no ping is dropped, one that does stays', async () => {
  await using gateway = await realTimeGateway({ limits: { pingMs: { min: 50, max: 60 } } });
  await using dead = await rawSocket(gateway.url);
  await using alive = await rawSocket(gateway.url);
  await dead.init();
  await alive.init();
  dead.ws.pong = () => undefined;
  Object.assign(dead.ws, { _autoPong: false });
  expect((await dead.closed()).code).toBe(1006);
  expect(gateway.sockets.size).toBe(1);
});

test('draining closes every socket with 1001, one after the other, and takes no new one', async () => {
  await using gateway = await realTimeGateway();
  await using first = await rawSocket(gateway.url);
  await using second = await rawSocket(gateway.url);
  await first.init();
  await second.init();
  const startedAtMs = performance.now();
  const drained = gateway.drain(400);
  expect((await first.closed()).code).toBe(1001);
  expect(gateway.sockets.size).toBe(1);
  await expect(rawSocket(gateway.url)).rejects.toThrow('503');
  expect((await second.closed()).code).toBe(1001);
  await drained;
  expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(190);
});
