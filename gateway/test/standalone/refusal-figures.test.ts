import { once } from 'node:events';
import { request } from 'node:http';
import { Registry } from '@tributary/runtime';
import { eventStream, eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { defaultStandaloneSettings } from '../../src/standalone/settings-file.ts';
import { rawSocket } from '../subscriptions/raw-socket.ts';
import { openMarket } from './ticker.ts';

it('what is refused on sockets and streams is counted by its code', async () => {
  const { subscriptions, limits } = defaultStandaloneSettings;
  const metrics = new Registry();
  await using market = await openMarket(
    'ws',
    {
      subscriptions: { ...subscriptions, operationsPerSocket: 1, inForce: 1 },
      limits: { ...limits, frameBytes: 10_000 },
    },
    { metrics },
  );
  const query = 'subscription { sold { price } }';
  await using socket = await rawSocket(market.socketUrl);
  await socket.init();
  socket.subscribe('faulty', '{ nothing }');
  await socket.message('error', 'faulty');
  socket.subscribe('1', query);
  await eventually(() => expect(market.ticker.inForce).toBe(1));
  socket.subscribe('2', query);
  await socket.message('error', '2');
  await using refused = await eventStream(market.url, { query });
  await eventually(() => expect(refused.events[0]?.data).toContain('OVERLOADED'));
  const unread = await fetch(market.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: '{',
  });
  expect(unread.status).toBe(400);
  const elsewhere = request(market.url.replace('/graphql', '/other'), {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    },
  }).end();
  await once(elsewhere, 'response');
  socket.send({ type: 'ping', payload: { long: 'x'.repeat(10_000) } });
  expect((await socket.closed()).code).toBe(1009);
  const figures = await metrics.metrics();
  const counted = figures
    .split('\n')
    .filter((line) => /^tributary_(stream_refusals|socket_closes)_total\{/.test(line))
    .map((line) => line.replace(/^tributary_|,?service="[^"]*"/g, ''));
  expect(counted.sort()).toEqual([
    'socket_closes_total{code="1009"} 1',
    'socket_closes_total{code="404"} 1',
    'stream_refusals_total{door="socket",code="BAD_USER_INPUT"} 1',
    'stream_refusals_total{door="socket",code="TOO_MANY_CONNECTIONS"} 1',
    'stream_refusals_total{door="stream",code="BAD_REQUEST"} 1',
    'stream_refusals_total{door="stream",code="OVERLOADED"} 1',
  ]);
});

it('events that wait for the rest of their plan are counted by their size until they are handed out, or nobody waits', async () => {
  const metrics = new Registry();
  await using market = await openMarket('ws', {}, { metrics });
  const waiting = async (): Promise<number | undefined> =>
    (await metrics.getSingleMetric('tributary_subscription_waiting_bytes')?.get())?.values[0]?.value;
  await using socket = await rawSocket(market.socketUrl);
  await socket.init();
  const query = 'subscription { sold { price product { name } } }';
  socket.subscribe('1', query);
  await eventually(() => expect(market.ticker.inForce).toBe(1));
  const letGo = market.catalogue.hold();
  market.ticker.sell({ upc: '1', price: 3 });
  await eventually(async () => expect(await waiting()).toBeGreaterThan(0));
  letGo();
  await socket.message('next', '1');
  expect(await waiting()).toBe(0);
  market.catalogue.hold();
  market.ticker.sell({ upc: '2', price: 4 });
  await eventually(async () => expect(await waiting()).toBeGreaterThan(0));
  socket.send({ type: 'complete', id: '1' });
  await eventually(async () => expect(await waiting()).toBe(0));
});
