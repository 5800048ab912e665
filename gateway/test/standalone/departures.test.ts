import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createLogger } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { defaultStandaloneSettings } from '../../src/standalone/settings-file.ts';
import { rawSocket } from '../subscriptions/raw-socket.ts';
import { openShop, type Shop } from './shop.ts';

const limits = (underWay: number) => ({ ...defaultStandaloneSettings.limits, underWay });
const names = { products: [{ name: 'Table' }, { name: 'Couch' }] };

/** Asks over a connection of its own, of which nobody reads more than the beginning. */
function askUnread(shop: Shop, query: string): Socket {
  const { hostname, port } = new URL(shop.url);
  const body = JSON.stringify({ query });
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  return socket;
}

// Agents keep what is idle for seconds: tests that wait for its end wait beside each other.
it.concurrent('clients that leave give back what they held, of the gateway and of the subgraph, though it hangs', async () => {
  await using shop = await openShop({ limits: limits(20) });
  shop.catalogue.answerWith = 'nothing';
  const clients = Array.from({ length: 5 }, (_, at) => askUnread(shop, `{ product(upc: "${at}") { name } }`));
  await eventually(() => expect(shop.catalogue.seen).toHaveLength(5));
  expect(shop.gateway.underWay).toBe(5);
  expect(shop.catalogue.openConnections).toBe(5);
  for (const client of clients) client.destroy();
  await eventually(() => expect(shop.gateway.underWay).toBe(0));
  await eventually(() => expect(shop.catalogue.openConnections).toBe(0));
  shop.catalogue.answerWith = undefined;
  expect((await shop.ask('{ products { name } }')).body).toEqual({ data: names });
});

it.concurrent('who leaves takes the answer from nobody who waits for the same', async () => {
  await using shop = await openShop();
  const letGo = shop.catalogue.hold();
  const query = '{ products { name } }';
  const first = askUnread(shop, query);
  await eventually(() => expect(shop.catalogue.seen).toHaveLength(1));
  const second = askUnread(shop, query);
  await eventually(() => expect(shop.gateway.underWay).toBe(2));
  const third = shop.ask(query);
  await eventually(() => expect(shop.gateway.underWay).toBe(3));
  first.destroy();
  second.destroy();
  await eventually(() => expect(shop.gateway.underWay).toBe(1));
  letGo();
  expect((await third).body).toEqual({ data: names });
});

it.concurrent.each([
  [
    'a stream of events',
    async ({ url }: Shop) => {
      const leaving = new AbortController();
      const asked = `${url}/graphql?query=${encodeURIComponent('{ products { name } }')}`;
      const opened = fetch(asked, { headers: { accept: 'text/event-stream' }, signal: leaving.signal });
      opened.catch(() => undefined);
      return () => leaving.abort();
    },
  ],
  [
    'a socket',
    async ({ url }: Shop) => {
      const socket = await rawSocket(`${url.replace('http', 'ws')}/graphql`);
      await socket.init();
      socket.subscribe('1', '{ products { name } }');
      return () => socket.ws.terminate();
    },
  ],
  [
    'a socket that goes on',
    async ({ url }: Shop) => {
      const socket = await rawSocket(`${url.replace('http', 'ws')}/graphql`);
      await socket.init();
      socket.subscribe('1', '{ products { name } }');
      return () => socket.send({ type: 'complete', id: '1' });
    },
  ],
])('who leaves is no error in the log: %s', async (_way, ask) => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  await using shop = await openShop({}, { log: createLogger({ name: 'test', level: 'warn', destination }) });
  shop.catalogue.answerWith = 'nothing';
  const leave = await ask(shop);
  await eventually(() => expect(shop.catalogue.seen).toHaveLength(1));
  leave();
  await eventually(() => expect(shop.catalogue.openConnections).toBe(0));
  shop.catalogue.answerWith = undefined;
  expect((await shop.ask('{ products { name } }')).body).toEqual({ data: names });
  expect(lines).toEqual([]);
});

it.concurrent('requests that were sent before the answer of the first leave with their connection', async () => {
  await using shop = await openShop({ limits: limits(20) });
  shop.catalogue.answerWith = 'nothing';
  const { hostname, port } = new URL(shop.url);
  const client = connect(Number(port), hostname);
  const asked = Array.from({ length: 5 }, (_, at) =>
    encodeURIComponent(`{ product(upc: "${at}") { name } }`),
  );
  client.write(
    asked
      .map((query) => `GET /graphql?query=${query} HTTP/1.1\r\nhost: a\r\naccept: application/json\r\n\r\n`)
      .join(''),
  );
  await eventually(() => expect(shop.catalogue.seen).toHaveLength(5));
  expect(shop.gateway.underWay).toBe(5);
  client.destroy();
  await eventually(() => expect(shop.gateway.underWay).toBe(0));
  await eventually(() => expect(shop.catalogue.openConnections).toBe(0));
});

it('who wait for one answer of a subgraph that hangs leave room for the others', async () => {
  await using shop = await openShop({ limits: limits(8) });
  const letGo = shop.catalogue.hold();
  const waiting = Array.from({ length: 6 }, (_, at) => shop.ask(`{ products { name } } # ${at}`));
  await eventually(() => expect(shop.gateway.underWay).toBe(6));
  const { body } = await shop.ask('{ product(upc: "1") { name } }');
  expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'OVERLOADED', subgraph: 'catalogue' });
  letGo();
  for (const answer of await Promise.all(waiting)) expect(answer.body).toEqual({ data: names });
});

it('who ask the same of a subgraph that hangs leave room for the others', async () => {
  await using shop = await openShop({ limits: limits(8) });
  const letGo = shop.catalogue.hold();
  const first = shop.ask('{ products { name } }');
  await eventually(() => expect(shop.catalogue.seen).toHaveLength(1));
  const waiting = Array.from({ length: 5 }, () => shop.ask('{ products { name } }'));
  await eventually(() => expect(shop.gateway.underWay).toBe(6));
  const refused = await shop.ask('{ products { name } }');
  expect([refused.status, refused.body.errors?.[0]?.extensions]).toMatchObject([503, { code: 'OVERLOADED' }]);
  expect((await shop.ask('{ __typename }')).body).toEqual({ data: { __typename: 'Query' } });
  letGo();
  for (const answer of await Promise.all([first, ...waiting])) expect(answer.body).toEqual({ data: names });
});

it('one subgraph that hangs leaves half of the gateway to the others, without a setting', async () => {
  await using shop = await openShop({ limits: limits(8) });
  const letGo = shop.catalogue.hold();
  const waiting = Array.from({ length: 4 }, (_, at) => shop.ask(`{ product(upc: "${at}") { name } }`));
  await eventually(() => expect(shop.catalogue.seen).toHaveLength(2));
  await eventually(() => expect(shop.gateway.underWay).toBe(4));
  const { body } = await shop.ask('{ products { name } }');
  expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'OVERLOADED', subgraph: 'catalogue' });
  letGo();
  for (const { status } of await Promise.all(waiting)) expect(status).toBe(200);
});

it('an answer that nobody reads counts as under way, and its client is cut', async () => {
  await using shop = await openShop({ limits: limits(1), unreadMs: 500 });
  const whoami = 'x'.repeat(16_000_000);
  shop.catalogue.answerWith = { status: 200, body: JSON.stringify({ data: { whoami } }) };
  const client = askUnread(shop, '{ whoami }');
  await once(client, 'readable');
  expect((await shop.ask('{ __typename }')).status).toBe(503);
  await eventually(() => expect(shop.gateway.underWay).toBe(0));
  client.resume();
  await once(client, 'close');
  expect(client.bytesRead).toBeLessThan(whoami.length);
  expect((await shop.ask('{ whoami }')).body).toEqual({ data: { whoami } });
});

it('answers that nobody reads hold so much at most: who holds the most for the longest is cut', async () => {
  await using shop = await openShop({ limits: { ...limits(10), unreadBytes: 40_000_000 } });
  const clients: Socket[] = [];
  for (const letter of ['a', 'b', 'c']) {
    const body = JSON.stringify({ data: { whoami: letter.repeat(16_000_000) } });
    shop.catalogue.answerWith = { status: 200, body };
    const client = askUnread(shop, `{ whoami } # ${letter}`);
    clients.push(client);
    await once(client, 'readable');
  }
  await eventually(() => expect(shop.gateway.underWay).toBe(2));
  const got = await Promise.all(
    clients.map(async (client) => {
      client.resume();
      await Promise.race([
        once(client, 'close'),
        eventually(() => expect(client.bytesRead).toBeGreaterThan(16_000_000)),
      ]);
      client.destroy();
      return client.bytesRead > 16_000_000;
    }),
  );
  expect(got).toEqual([false, true, true]);
});

it('one connection holds a quarter of what answers may hold that nobody reads', async () => {
  await using shop = await openShop({ limits: { ...limits(10), unreadBytes: 40_000_000 } });
  const whoami = 'x'.repeat(8_000_000);
  shop.catalogue.answerWith = { status: 200, body: JSON.stringify({ data: { whoami } }) };
  const client = askUnread(shop, '{ whoami }');
  await once(client, 'readable');
  const body = JSON.stringify({ query: '{ again: whoami }' });
  shop.catalogue.answerWith = { status: 200, body: JSON.stringify({ data: { again: whoami } }) };
  client.write(
    `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  await eventually(() => expect(shop.gateway.underWay).toBe(0));
  expect((await shop.ask('{ again: whoami }')).body).toEqual({ data: { again: whoami } });
});
