import { eventStream, eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { defaultStandaloneSettings } from '../../src/standalone/settings-file.ts';
import { rawSocket } from '../subscriptions/raw-socket.ts';
import { openMarket } from './ticker.ts';

const query = 'subscription { sold { price } }';

function tokenUntil(endMs: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `Bearer ${part({ alg: 'none' })}.${part({ sub: 'a', exp: endMs / 1000 })}.c2ln`;
}

// Tokens live for seconds: they end beside each other.
it.concurrent.each(['ws', 'sse'] as const)(
  'sockets and streams end with the token that they were opened with, and so does what was asked for them: %s',
  async (protocol) => {
    await using market = await openMarket(protocol);
    const endMs = Date.now() + 4_000;
    const authorization = tokenUntil(endMs);
    await using socket = await rawSocket(market.socketUrl);
    socket.send({ type: 'connection_init', payload: { authorization } });
    await socket.message('connection_ack');
    socket.subscribe('1', query);
    await using stream = await eventStream(market.url, { query, headers: { authorization } });
    await using stays = await rawSocket(market.socketUrl);
    stays.send({ type: 'connection_init', payload: { authorization: tokenUntil(endMs + 3_600_000) } });
    await stays.message('connection_ack');
    stays.subscribe('1', query);
    await eventually(() => expect(market.ticker.inForce).toBe(3));
    expect(await socket.closed()).toEqual({ code: 4403, reason: 'UNAUTHENTICATED: token expired' });
    expect(Date.now()).toBeGreaterThanOrEqual(endMs);
    await eventually(() => expect(stream.state).toBe('ended'));
    expect(stream.comments).toContain('UNAUTHENTICATED: token expired');
    expect(stream.events).toEqual([]);
    await eventually(() => expect(market.ticker.inForce).toBe(1));
    market.ticker.sell({ upc: '1', price: 3 });
    await eventually(() => expect(stays.payloads('1')).toEqual([{ sold: { price: 3 } }]));
  },
);

it.concurrent('a token that is handed on to nobody, one that has ended before, and one that is not to count end nothing', async () => {
  const { subscriptions } = defaultStandaloneSettings;
  await using unnamed = await openMarket('ws', { headers: { forward: [], set: {} } });
  await using uncounted = await openMarket('ws', {
    subscriptions: { ...subscriptions, endWithToken: false },
  });
  await using counted = await openMarket('ws');
  const open = async (url: string, authorization: string) => {
    const socket = await rawSocket(url);
    socket.send({ type: 'connection_init', payload: { authorization } });
    await socket.message('connection_ack');
    return socket;
  };
  const [soon, ended] = [tokenUntil(Date.now() + 2_000), tokenUntil(Date.now() - 500)];
  await using toNobody = await open(unnamed.socketUrl, soon);
  await using notToCount = await open(uncounted.socketUrl, soon);
  await using before = await open(counted.socketUrl, ended);
  await using ends = await open(counted.socketUrl, soon);
  await ends.closed();
  for (const socket of [toNobody, notToCount, before]) {
    socket.subscribe('1', '{ products { upc } }');
    expect(await socket.message('complete', '1')).toBeDefined();
  }
});
