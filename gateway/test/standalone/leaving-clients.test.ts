import { eventStream, eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { rawSocket } from '../subscriptions/raw-socket.ts';
import { openMarket } from './ticker.ts';

const sold = 'subscription { sold { price product { name } } }';
const names = { products: [{ name: 'Table' }, { name: 'Couch' }] };

it('what runs on a socket is answered when the gateway stops, and what is asked from then on is to come again elsewhere', async () => {
  await using market = await openMarket('ws');
  await using socket = await rawSocket(market.socketUrl);
  await socket.init();
  const letGo = market.catalogue.hold();
  socket.subscribe('renames', 'mutation { rename(upc: "1", name: "Desk") { upc } }');
  socket.subscribe('asks', '{ products { name } }');
  await eventually(() => expect(market.catalogue.seen).toHaveLength(2));
  const stopped = market.gateway[Symbol.asyncDispose]();
  socket.subscribe('late', '{ products { upc } }');
  expect(await socket.message('error', 'late')).toMatchObject({
    payload: [{ extensions: { code: 'OVERLOADED', retryAfterSeconds: 1 } }],
  });
  letGo();
  expect(await socket.message('complete', 'renames')).toBeDefined();
  expect(await socket.message('complete', 'asks')).toBeDefined();
  expect(socket.payloads('asks')).toEqual([names]);
  expect(socket.payloads('renames')).toEqual([{ rename: { upc: '1' } }]);
  expect((await socket.closed()).code).toBe(1001);
  await stopped;
});

it.each(['ws', 'sse'] as const)(
  'events that came before the gateway stops are handed out before clients go: %s',
  async (protocol) => {
    await using market = await openMarket(protocol);
    await using socket = await rawSocket(market.socketUrl);
    await socket.init();
    await using stream = await eventStream(market.url, { query: sold });
    socket.subscribe('1', sold);
    await eventually(() => expect(market.ticker.inForce).toBe(1));
    const letGo = market.catalogue.hold();
    market.ticker.sell({ upc: '1', price: 3 });
    await eventually(() => expect(market.catalogue.seen).toHaveLength(1));
    const stopped = market.gateway[Symbol.asyncDispose]();
    letGo();
    const event = { sold: { price: 3, product: { name: 'Table' } } };
    expect((await socket.closed()).code).toBe(1001);
    expect(socket.payloads('1')).toEqual([event]);
    await eventually(() => expect(stream.state).toBe('ended'));
    expect(stream.payloads()).toEqual([event]);
    expect(stream.comments.join()).toContain('going away; come back, with the last cursor if there is one');
    await stopped;
  },
);

it('events that do not end, and what takes longer than it may, hold up no stop', async () => {
  await using market = await openMarket('ws', { deadline: { ms: 500, header: 'x-deadline-ms' } });
  // The process that plans takes the time of the first questions to start.
  await eventually(async () => {
    const body = JSON.stringify({ query: '{ products { name } }' });
    const asked = await fetch(market.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(await asked.json()).toEqual({ data: names });
  });
  market.catalogue.seen.length = 0;
  await using socket = await rawSocket(market.socketUrl);
  await socket.init();
  socket.subscribe('1', 'subscription { sold { price } }');
  await eventually(() => expect(market.ticker.inForce).toBe(1));
  const selling = setInterval(() => market.ticker.sell({ upc: '1', price: 1 }), 1);
  market.catalogue.answerWith = 'nothing';
  socket.subscribe('2', 'mutation { rename(upc: "1", name: "Desk") { upc } }');
  await eventually(() => expect(market.catalogue.seen).toHaveLength(1));
  await market.gateway[Symbol.asyncDispose]();
  clearInterval(selling);
  expect((await socket.closed()).code).toBe(1001);
});
