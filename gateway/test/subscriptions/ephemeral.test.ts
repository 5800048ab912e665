import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { airportUpdated } from './airport-subgraph.ts';
import { rawSocket } from './raw-socket.ts';
import { type RealTimeGateway, realTimeGateway } from './real-time-gateway.ts';

const query = 'subscription ($room: ID!) { presenceChanged(room: $room) }';

async function announce(gateway: RealTimeGateway, channel: string, who: string): Promise<void> {
  const event = { ...airportUpdated('room', 'presence'), type: 'presence.changed', data: { who } };
  await gateway.pubsub.publish(channel, JSON.stringify(event));
}

const heard = (payloads: readonly { readonly presenceChanged: string }[]): readonly string[] =>
  payloads.map((each) => each.presenceChanged);

test('a room starts with its present state and goes on with what is announced, for every subscriber', async () => {
  await using gateway = await realTimeGateway();
  await using first = await rawSocket(gateway.url);
  await using second = await rawSocket(gateway.url);
  await first.init();
  await second.init();
  for (const socket of [first, second]) {
    socket.subscribe('1', query, { room: 'r1' });
    await socket.message('next', '1');
  }
  await announce(gateway, 'presence:ws-1:r1', 'Ada');
  await announce(gateway, 'presence:ws-1:r1', 'Grace');
  for (const socket of [first, second])
    await eventually(() => expect(heard(socket.payloads('1'))).toEqual(['nobody', 'Ada', 'Grace']));
  expect(await gateway.metrics.metrics()).toContain('tributary_subscription_executions_total 2');
});

test('other rooms and other workspaces are not heard', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init();
  socket.subscribe('1', query, { room: 'r1' });
  await socket.message('next', '1');
  await announce(gateway, 'presence:ws-1:r2', 'another room');
  await announce(gateway, 'presence:ws-2:r1', 'another workspace');
  await gateway.pubsub.publish(
    'presence:ws-1:r1',
    JSON.stringify({ ...airportUpdated('r', 'x', { workspaceId: 'ws-2' }), data: { who: 'smuggled' } }),
  );
  await gateway.pubsub.publish('presence:ws-1:r1', 'no event');
  await announce(gateway, 'presence:ws-1:r1', 'Ada');
  await eventually(() => expect(heard(socket.payloads('1'))).toEqual(['nobody', 'Ada']));
});
