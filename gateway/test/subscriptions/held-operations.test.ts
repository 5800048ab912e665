import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Closing, type Registry } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { afterAll, expect, test } from 'vitest';
import { startGateway } from '../graph/start-gateway.ts';
import { type RawSocket, rawSocket } from './raw-socket.ts';
import { realTimeGateway } from './real-time-gateway.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
afterAll(() => setFlagsFromString('--no-expose-gc'));

const megabyte = 1024 * 1024;
const subscriptions = 98;

function heldMegabytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / megabyte;
}

/** Subscribes in a text of which another part is large, with a variable that it does not declare. */
function subscribeBesideMuch(socket: RawSocket, id: string): void {
  const others = Array.from({ length: 48 }, (_, at) => {
    const fields = Array.from({ length: 49 }, (_field, index) => `a${index}_${id}: __typename`);
    return `query Q${at}_${id} { ${fields.join(' ')} }`;
  });
  const query = `subscription S { productChanged(id: "p1") { name } } ${others.join(' ')}`.slice(0, 60_000);
  socket.send({
    type: 'subscribe',
    id,
    payload: { query, operationName: 'S', variables: { unknown: { text: 'x'.repeat(1_000) } } },
  });
}

test('what is in a text beside the subscription that was asked is not held while it is in force', async () => {
  await using product = await startGateway();
  const url = `${product.url.replace('http', 'ws')}/graphql`;
  await using one = await rawSocket(url);
  await using other = await rawSocket(url);
  await one.init();
  await other.init();
  subscribeBesideMuch(one, 'first');
  await eventually(() => expect(one.messages.at(-1)?.type).toBe('ping'));
  const before = heldMegabytes();
  for (let at = 0; at < subscriptions; at += 1) subscribeBesideMuch(at % 2 === 0 ? one : other, `s${at}`);
  await eventually(() => {
    const begun = [...one.messages, ...other.messages].filter(({ type }) => type === 'ping');
    expect(begun).toHaveLength(subscriptions + 1);
  });
  // Caches of texts have their own bounds, which are less than the two megabytes that each of these documents takes.
  expect(heldMegabytes() - before).toBeLessThan(100);
});

/** Opens a stream with a body of which it needs a small part; answers when it has begun. */
async function streamBesideMuch(url: string, id: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const body = JSON.stringify({
    query: 'subscription { productChanged(id: "p1") { name } }',
    variables: { unknown: id.padEnd(800_000, 'x') },
  });
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: a\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  const [said] = (await once(socket, 'data')) as [Buffer];
  expect(String(said)).toContain('200 OK');
  return socket;
}

test('what came with a stream beside its operation is not held while it is open', async () => {
  await using product = await startGateway();
  await using sockets = new Closing();
  const open = async (id: string): Promise<void> => {
    const socket = await streamBesideMuch(product.url, id);
    sockets.defer(id, () => socket.destroy());
  };
  await open('first');
  const before = heldMegabytes();
  for (let at = 0; at < 60; at += 1) await open(`s${at}`);
  expect(heldMegabytes() - before).toBeLessThan(20);
});

const named = (name: string): string => `subscription { ${name}: airportChanged { airport { name } } }`;
const isRefusedWith = (code: string) => ({ payload: [{ extensions: { code } }] });

test('what the subscriptions of a user hold is bounded over all sockets, equal ones once, and given back', async () => {
  const oneText = 4_096 + 128 * 62;
  await using gateway = await realTimeGateway({
    limits: { heldBytes: { ofOwner: 2.5 * oneText, ofAll: megabyte } },
  });
  await using one = await rawSocket(gateway.url);
  await using other = await rawSocket(gateway.url);
  await one.init({ id: 'u-1' });
  await other.init({ id: 'u-1' });
  await one.subscribed('1', named('first'));
  await other.subscribed('2', named('other'));
  await other.subscribed('3', named('first'));
  other.subscribe('4', named('third'));
  expect(await other.message('error', '4')).toMatchObject(isRefusedWith('TOO_MANY_CONNECTIONS'));
  await using stranger = await rawSocket(gateway.url);
  await stranger.init({ id: 'u-2' });
  await stranger.subscribed('1', named('third'));
  one.send({ type: 'complete', id: '1' });
  other.subscribe('5', named('third'));
  expect(await other.message('error', '5')).toMatchObject(isRefusedWith('TOO_MANY_CONNECTIONS'));
  other.send({ type: 'complete', id: '3' });
  await other.subscribed('6', named('third'));
});

test('variables count as well, and where all subscriptions together hold too much, the next is to come again', async () => {
  await using gateway = await realTimeGateway({
    limits: { heldBytes: { ofOwner: megabyte, ofAll: 60_000 } },
  });
  await using socket = await rawSocket(gateway.url);
  await socket.init({ id: 'u-1' });
  const query = 'subscription ($where: AirportWhere) { airportChanged(where: $where) { airport { name } } }';
  const where = (eq: string) => ({ where: { name: { eq } } });
  await socket.subscribed('1', query, where('x'.repeat(5_000)));
  socket.subscribe('2', query, where('y'.repeat(10_000)));
  expect(await socket.message('error', '2')).toMatchObject({
    payload: [{ extensions: { code: 'OVERLOADED', retryAfterSeconds: 5 } }],
  });
  await socket.subscribed('3', query, where('y'.repeat(10)));
});

/** By name, of a registry. */
async function figure(metrics: Registry, name: string): Promise<number | undefined> {
  const metric = await metrics.getSingleMetric(`tributary_subscription_${name}`)?.get();
  return metric?.values[0]?.value;
}

test('what subscriptions hold is a figure, beside the bound that is enforced', async () => {
  const ofAll = 60_000;
  await using gateway = await realTimeGateway({ limits: { heldBytes: { ofOwner: megabyte, ofAll } } });
  const { metrics } = gateway;
  expect(await figure(metrics, 'held_limit_bytes')).toBe(ofAll);
  expect(await figure(metrics, 'held_bytes')).toBe(0);
  await using one = await rawSocket(gateway.url);
  await using other = await rawSocket(gateway.url);
  await one.init({ id: 'u-1' });
  await other.init({ id: 'u-2' });
  await one.subscribed('1', named('first'));
  const held = await figure(metrics, 'held_bytes');
  expect(held).toBeGreaterThan(0);
  // The operation of equal ones is held once.
  await other.subscribed('1', named('first'));
  expect(await figure(metrics, 'held_bytes')).toBeLessThan(1.1 * (held ?? 0));
  one.ws.terminate();
  other.ws.terminate();
  await eventually(async () => expect(await figure(metrics, 'held_bytes')).toBe(0));
});
