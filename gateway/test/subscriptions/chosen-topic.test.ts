import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { airportUpdated } from './airport-subgraph.ts';
import { rawSocket } from './raw-socket.ts';
import { realTimeGateway } from './real-time-gateway.ts';

const happened =
  'subscription ($topic: String!, $after: String) { happened(topic: $topic, after: $after) { type subject } }';

const memberAdded = (id: string) => ({
  ...airportUpdated(id, 'x'),
  type: 'identity.member.added',
  subject: `Member/${id}`,
});

const seen = (payloads: readonly unknown[]): readonly unknown[] =>
  payloads.map((payload) => (payload as { readonly happened: unknown }).happened);

test('a subscriber that chooses its topic has every event of that topic, whatever its type, and none of another', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init({ id: 'u-1', role: 'ADMIN' });
  await socket.subscribed('1', happened, { topic: 'identity.member' });
  await gateway.log.append('data.record', [airportUpdated('a1', 'Detroit')]);
  await gateway.log.append('identity.member', [
    memberAdded('m1'),
    { ...memberAdded('m1'), type: 'identity.member.removed' },
  ]);
  await eventually(() =>
    expect(seen(socket.payloads('1'))).toEqual([
      { type: 'identity.member.added', subject: 'Member/m1' },
      { type: 'identity.member.removed', subject: 'Member/m1' },
    ]),
  );
});

test('it goes on from its cursor, without loss', async () => {
  await using gateway = await realTimeGateway();
  await using before = await rawSocket(gateway.url);
  await before.init({ id: 'u-1', role: 'ADMIN' });
  const cursor = await before.subscribed('1', happened, { topic: 'identity.member' });
  await before[Symbol.asyncDispose]();
  await gateway.log.append('identity.member', [memberAdded('missed')]);
  await using after = await rawSocket(gateway.url);
  await after.init({ id: 'u-1', role: 'ADMIN' });
  await after.subscribed('1', happened, { topic: 'identity.member', after: cursor });
  await eventually(() =>
    expect(seen(after.payloads('1'))).toEqual([{ type: 'identity.member.added', subject: 'Member/missed' }]),
  );
});

test('a topic nobody declared is refused, and a cursor of another topic too', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init({ id: 'u-1', role: 'ADMIN' });
  socket.subscribe('unknown', happened, { topic: 'data.nothing' });
  expect(await socket.message('error', 'unknown')).toMatchObject({
    payload: [{ extensions: { code: 'BAD_USER_INPUT' } }],
  });
  const cursor = await socket.subscribed('1', happened, { topic: 'identity.member' });
  socket.subscribe('foreign', happened, { topic: 'data.record', after: cursor });
  expect(await socket.message('error', 'foreign')).toMatchObject({
    payload: [{ extensions: { code: 'CURSOR_INVALID' } }],
  });
});

test('events of another workspace are not its own', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init({ id: 'u-1', role: 'ADMIN' });
  await socket.subscribed('1', happened, { topic: 'identity.member' });
  await gateway.log.append('identity.member', [
    { ...memberAdded('theirs'), workspaceid: 'ws-2' },
    memberAdded('ours'),
  ]);
  await eventually(() =>
    expect(seen(socket.payloads('1'))).toEqual([{ type: 'identity.member.added', subject: 'Member/ours' }]),
  );
});
