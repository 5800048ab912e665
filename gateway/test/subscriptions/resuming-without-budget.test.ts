import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { airportUpdated } from './airport-subgraph.ts';
import { rawSocket } from './raw-socket.ts';
import { realTimeGateway } from './real-time-gateway.ts';

const query = 'subscription ($after: String) { airportChanged(after: $after) { airport { name } } }';
const limited = { payload: [{ extensions: { code: 'RATE_LIMITED' } }] };

test('whoever resumes waits for budget, and misses nothing; who begins is told that there is none', async () => {
  await using gateway = await realTimeGateway({ chargesAllowed: 1 });
  await using socket = await rawSocket(gateway.url);
  await socket.init();
  const after = await socket.subscribed('1', query);
  socket.send({ type: 'complete', id: '1' });
  await gateway.log.append('data.record', [airportUpdated('a1', 'missed')]);
  socket.subscribe('2', query, { after });
  socket.send({ type: 'subscribe', id: '3', payload: { query, extensions: { after } } });
  socket.subscribe('4', query);
  // A page of a query has an `after` as well, and nothing to lose.
  socket.subscribe('5', 'query ($after: String) { airport(id: "a1") { name } __typename @skip(if: true) }', {
    after,
  });
  for (const id of ['4', '5']) expect(await socket.message('error', id)).toMatchObject(limited);
  gateway.allowCharges(2);
  const missed = [{ data: { airportChanged: { airport: { name: 'missed' } } } }];
  for (const id of ['2', '3'])
    await eventually(() => expect(socket.payloads(id)).toMatchObject(missed.map(({ data }) => data)), {
      timeoutMs: 10_000,
    });
  expect(socket.messages.filter(({ type }) => type === 'error')).toHaveLength(2);
});

test('a room whose opening finds nobody there for a moment is opened when somebody is', async () => {
  await using gateway = await realTimeGateway();
  const { absence } = gateway.airports;
  await using socket = await rawSocket(gateway.url);
  await socket.init();
  absence.isAway = true;
  socket.subscribe('1', 'subscription { presenceChanged(room: "r1") }');
  await eventually(() => expect(absence.asked).toBeGreaterThan(1));
  absence.isAway = false;
  await eventually(() => expect(socket.payloads('1')).toEqual([{ presenceChanged: 'nobody' }]));
  expect(socket.messages.filter(({ type }) => type === 'error')).toEqual([]);
});
