import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { airportUpdated } from './airport-subgraph.ts';
import { rawSocket } from './raw-socket.ts';
import { realTimeGateway } from './real-time-gateway.ts';

const all = 'subscription ($after: String) { airportChanged(after: $after) { cursor airport { name } } }';
const some = 'subscription ($where: AirportWhere) { airportChanged(where: $where) { airport { name } } }';

interface Changed {
  readonly airportChanged: { readonly cursor?: string; readonly airport: { readonly name: string } };
}

const namesOf = (payloads: readonly Changed[]): readonly string[] =>
  payloads.map(({ airportChanged }) => airportChanged.airport.name);

test('equal subscriptions of two users are executed once per event, and both have every payload', async () => {
  await using gateway = await realTimeGateway();
  await using first = await rawSocket(gateway.url);
  await using second = await rawSocket(gateway.url);
  await first.init({ id: 'u-1', role: 'VIEWER' });
  await second.init({ id: 'u-2', role: 'VIEWER' });
  await first.subscribed('1', all);
  await second.subscribed('other', all.replaceAll(' ', '  '));
  const events = Array.from({ length: 20 }, (_, index) => airportUpdated(`a${index}`, `name ${index}`));
  await gateway.log.append('data.record', events);
  await eventually(() => expect(first.payloads('1').length + second.payloads('other').length).toBe(40));
  expect(first.payloads('1')).toEqual(second.payloads('other'));
  expect([...gateway.airports.executions].sort()).toEqual(events.map(({ id }) => id).sort());
});

test('what may differ by user is executed for each user', async () => {
  await using gateway = await realTimeGateway();
  await using first = await rawSocket(gateway.url);
  await using second = await rawSocket(gateway.url);
  await first.init({ id: 'u-1', role: 'EDITOR' });
  await second.init({ id: 'u-2', role: 'EDITOR' });
  await first.subscribed('1', 'subscription { noteChanged { id } }');
  await second.subscribed('1', 'subscription { noteChanged { id } }');
  await gateway.log.append('data.record', [airportUpdated('n1', 'note', { kind: 'Note' })]);
  await eventually(() => expect(first.payloads('1')).toEqual([{ noteChanged: { id: 'u-1' } }]));
  await eventually(() => expect(second.payloads('1')).toEqual([{ noteChanged: { id: 'u-2' } }]));
});

test('a subscriber has what its filter asks for, and the subgraph is spared the rest', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init();
  await socket.subscribed('1', some, {
    where: { and: [{ name: { startsWith: 'S' } }], not: { name: { eq: 'San Jose' } } },
  });
  await gateway.log.append(
    'data.record',
    ['Seattle', 'Austin', 'San Jose', 'Spokane'].map((name) => airportUpdated('a1', name)),
  );
  await eventually(() => expect(namesOf(socket.payloads('1'))).toEqual(['Seattle', 'Spokane']));
  expect(gateway.airports.executions).toHaveLength(2);
});

test('a subscription to one entity has the events of that entity, whatever its id looks like', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init({ id: 'u-1', role: 'VIEWER' });
  const one = 'subscription ($id: ID!) { oneAirportChanged(id: $id) { airport { name } } }';
  await socket.subscribed('star', one, { id: '*' });
  await socket.subscribed('a1', one, { id: 'a1' });
  await gateway.log.append('data.record', [
    airportUpdated('a2', 'other'),
    airportUpdated('a1', 'mine'),
    airportUpdated('*', 'star'),
  ]);
  await eventually(() =>
    expect(socket.payloads('a1')).toEqual([{ oneAirportChanged: { airport: { name: 'mine' } } }]),
  );
  await eventually(() =>
    expect(socket.payloads('star')).toEqual([{ oneAirportChanged: { airport: { name: 'star' } } }]),
  );
});

test("another tenant's events never arrive, live or from a cursor", async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init({ id: 'u-1', role: 'VIEWER' });
  const cursor = await socket.subscribed('live', all);
  const foreign = (name: string) => airportUpdated('a1', name, { workspaceId: 'ws-2' });
  await gateway.log.append('data.record', [
    foreign('theirs'),
    airportUpdated('a1', 'ours'),
    foreign('theirs too'),
  ]);
  await eventually(() => expect(namesOf(socket.payloads('live'))).toEqual(['ours']));
  await socket.subscribed('resumed', all, { after: cursor });
  await gateway.log.append('data.record', [airportUpdated('a1', 'last')]);
  await eventually(() => expect(namesOf(socket.payloads('resumed'))).toEqual(['ours', 'last']));
  await eventually(() => expect(namesOf(socket.payloads('live'))).toEqual(['ours', 'last']));
});

test('the cursor of each payload continues right after it', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init();
  const start = await socket.subscribed('1', all);
  const names = Array.from({ length: 12 }, (_, index) => `name ${index}`);
  await gateway.log.append(
    'data.record',
    names.map((name, index) => airportUpdated(`a${index % 5}`, name)),
  );
  await eventually(() => expect(socket.payloads('1')).toHaveLength(12));
  const seen = socket.payloads<Changed>('1');
  const cursors = [start, ...seen.map(({ airportChanged }) => airportChanged.cursor)];
  for (const [index, after] of cursors.entries()) {
    await socket.subscribed(`after ${index}`, all, { after });
    await eventually(() => expect(socket.payloads(`after ${index}`)).toHaveLength(12 - index));
    expect([...namesOf(socket.payloads(`after ${index}`))].sort()).toEqual(
      [...namesOf(seen.slice(index))].sort(),
    );
  }
});

test('cursors that are broken, of another secret, or not text are refused before anything starts', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init();
  const cursor = await socket.subscribed('1', all);
  for (const [index, after] of ['', 'nonsense', `${cursor}A`, `B${cursor.slice(1)}`].entries()) {
    socket.subscribe(`bad ${index}`, all, { after });
    expect(await socket.message('error', `bad ${index}`)).toMatchObject({
      payload: [{ extensions: { code: 'CURSOR_INVALID' } }],
    });
  }
});

test('a principal without the right is refused by the subgraph, with a code, and hears nothing', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init();
  socket.subscribe('1', 'subscription { noteChanged { id } }');
  expect(await socket.message('error', '1')).toMatchObject({
    payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  });
});

test('a subscription that is completed has nothing more, and its group is gone', async () => {
  await using gateway = await realTimeGateway();
  await using socket = await rawSocket(gateway.url);
  await socket.init();
  await socket.subscribed('1', all);
  await socket.subscribed('2', some, { where: {} });
  socket.send({ type: 'complete', id: '1' });
  await eventually(async () =>
    expect(await gateway.metrics.metrics()).toContain('tributary_subscription_groups 1'),
  );
  await gateway.log.append('data.record', [airportUpdated('a1', 'later')]);
  await eventually(() => expect(socket.payloads('2')).toHaveLength(1));
  expect(socket.payloads('1')).toHaveLength(0);
  expect(await gateway.metrics.metrics()).toContain('tributary_subscriptions 1');
});
