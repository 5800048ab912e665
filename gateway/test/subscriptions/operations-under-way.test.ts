import { connect } from 'node:net';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { defaultStandaloneSettings } from '../../src/standalone/settings-file.ts';
import { ask, codeOf, startGateway } from '../graph/start-gateway.ts';
import { openShop } from '../standalone/shop.ts';
import { rawSocket } from './raw-socket.ts';

const refusedWith = (code: string) => ({ payload: [{ extensions: { code, retryAfterSeconds: 1 } }] });

test('queries on a socket are under way with those over HTTP, in the product', async () => {
  await using product = await startGateway({ settings: { underWay: { perCaller: 2, inAll: 100 } } });
  await using socket = await rawSocket(`${product.url.replace('http', 'ws')}/graphql`);
  await socket.init();
  let answer: () => void = () => undefined;
  product.shop.reviewsHold = new Promise((resolve) => {
    answer = resolve;
  });
  const query = '{ latestReview { stars } }';
  socket.subscribe('1', query);
  socket.subscribe('2', query);
  await eventually(() => expect(product.shop.reviewsCalls).toBe(2));
  socket.subscribe('3', query);
  expect(await socket.message('error', '3')).toMatchObject(refusedWith('RATE_LIMITED'));
  expect(codeOf(await ask(product.url, { query }))).toBe('RATE_LIMITED');
  // Many who come back at one moment each with all of theirs are taken one after the other.
  await Promise.all(
    Array.from({ length: 10 }, (_, at) =>
      socket.subscribed(`s${at}`, `subscription { productChanged(id: "p${at}") { name } }`),
    ),
  );
  answer();
  await socket.message('complete', '1');
  await socket.message('complete', '2');
  expect((await ask(product.url, { query })).status).toBe(200);
  socket.subscribe('4', query);
  await socket.message('complete', '4');
});

test('queries on a socket are under way with those over HTTP, in the gateway alone', async () => {
  const none = { forward: [], set: {} };
  await using shop = await openShop({
    // Of four, three may wait for one subgraph.
    limits: { ...defaultStandaloneSettings.limits, underWay: 4 },
    subgraphs: { catalogue: { headers: none, bulkhead: { inFlight: 8, queue: 8 } } },
  });
  await using socket = await rawSocket(`${shop.url.replace('http', 'ws')}/graphql`);
  await socket.init();
  const answer = shop.catalogue.hold();
  for (const at of [1, 2, 3]) socket.subscribe(`${at}`, `{ product(upc: "${at}") { name } }`);
  await eventually(() => expect(shop.catalogue.seen).toHaveLength(3));
  const { hostname, port } = new URL(shop.url);
  const coming = connect(Number(port), hostname);
  coming.write(
    'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
  );
  await eventually(() => expect(shop.gateway.underWay).toBe(4));
  socket.subscribe('4', '{ products { name } }');
  expect(await socket.message('error', '4')).toMatchObject({
    payload: [{ message: 'Too many requests are under way.', ...refusedWith('OVERLOADED').payload[0] }],
  });
  expect((await shop.ask('{ products { name } }')).status).toBe(503);
  answer();
  for (const at of [1, 2, 3]) await socket.message('complete', `${at}`);
  expect(shop.gateway.underWay).toBe(1);
  coming.destroy();
  expect((await shop.ask('{ products { name } }')).status).toBe(200);
});
