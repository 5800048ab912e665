import { eventually } from '@tributary/test-kit';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { catalogueSdl, openShop, type Shop, type SubgraphUnderTest, supergraphOf } from './shop.ts';
import { openMarket, tickerSdl } from './ticker.ts';

type Answered = SubgraphUnderTest['answerWith'];

const query = '{ products { name inStock shipping } }';
const whole = {
  products: [
    { name: 'Table', inStock: true, shipping: 10 },
    { name: 'Couch', inStock: false, shipping: 100 },
  ],
};
const entities = (text: string, status = 200): Answered => ({
  status,
  body: `{"data":{"_entities":${text}}}`,
});

const faults: readonly (readonly [string, Answered])[] = [
  ['cuts the connection', 'cut'],
  ['answers nothing', 'nothing'],
  ['answers 500 with a page', { status: 500, body: '<html>down</html>' }],
  ['answers 200 with garbage', { status: 200, body: '\u0000\u0001{"data"' }],
  ['answers half of its JSON', { status: 200, body: '{"data":{"_entities":[{"inStock":true' }],
  ['answers a number', { status: 200, body: '7' }],
  ['answers a list', { status: 200, body: '[{"data":null}]' }],
  ['answers errors that are none', { status: 200, body: '{"data":null,"errors":{"length":3}}' }],
  ['answers data of a wrong type', { status: 200, body: '{"data":"products"}' }],
  ['answers entities that are no list', entities('{"0":{"inStock":true}}')],
  ['answers entities of wrong types', entities('[7,"Couch"]')],
  ['answers fewer entities', entities('[]')],
  [
    'answers fields of wrong types',
    entities('[{"inStock":{"a":1},"shipping":"x"},{"inStock":[true],"shipping":1e99}]'),
  ],
  [
    'answers keys of prototypes',
    entities(
      '[{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"inStock":null},{"__proto__":null,"toString":1}]',
    ),
  ],
  ['answers megabytes of lists in lists', { status: 200, body: `{"data":${'['.repeat(500_000)}` }],
  [
    'answers more than it may, though it is right',
    {
      status: 200,
      body: `{"data":{"_entities":[{"inStock":true,"shipping":1},{"inStock":true,"shipping":1}]},"extensions":{"more":"${'x'.repeat(9_000_000)}"}}`,
    },
  ],
  ['answers megabytes that nobody asked for', entities(`[{"more":"${'x'.repeat(4_000_000)}"},null]`)],
];

describe('a subgraph that', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop({ timeoutMs: 1_000, answerBytes: 8_000_000 });
  });
  afterAll(() => shop[Symbol.asyncDispose]());
  beforeEach(async () => {
    shop.stock.answerWith = undefined;
    // The circuit may be open from the fault before.
    await eventually(async () => expect((await shop.ask(query)).body).toEqual({ data: whole }));
  });

  it.each(faults)('%s costs its own fields, and leaves nothing behind', async (_, answered) => {
    shop.stock.answerWith = answered;
    const { status, body } = await shop.ask(query);
    expect(status).toBe(200);
    expect(body.data).toEqual({
      products: [
        { name: 'Table', inStock: null, shipping: null },
        { name: 'Couch', inStock: null, shipping: null },
      ],
    });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    shop.stock.answerWith = undefined;
    expect((await shop.ask('{ products { name } }')).body.errors).toBeUndefined();
    await eventually(() => expect(shop.gateway.underWay).toBe(0));
  });

  it('fails five times in a row is not asked for a while, and is asked again once it has recovered', async () => {
    shop.stock.answerWith = { status: 500, body: '' };
    await eventually(async () => {
      const before = shop.stock.seen.length;
      const { body } = await shop.ask(query);
      expect(body.errors?.[0]?.extensions?.['code']).toBe('SUBGRAPH_UNAVAILABLE');
      expect(shop.stock.seen.length).toBe(before);
    });
    shop.stock.answerWith = undefined;
    await eventually(async () => expect((await shop.ask(query)).body).toEqual({ data: whole }));
  });

  it('does not answer is let go when those who waited went away', async () => {
    shop.stock.answerWith = 'nothing';
    const gone = new AbortController();
    const before = shop.stock.seen.length;
    const asked = Array.from({ length: 5 }, (_, at) =>
      fetch(`${shop.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: `mutation { rename(upc: "${at}", name: "n") { inStock } }` }),
        signal: gone.signal,
      }).catch(() => undefined),
    );
    await eventually(() =>
      expect(shop.catalogue.seen.length + shop.stock.seen.length).toBeGreaterThan(before),
    );
    gone.abort();
    await Promise.all(asked);
    await eventually(() => expect(shop.gateway.underWay).toBe(0));
  });
});

/** Each is composed, validated and planned anew, which is most of what this costs. */
const replacements = 25;

it('through many new supergraphs under load no request fails, no socket is dropped and no event is lost', async () => {
  await using market = await openMarket('ws');
  const { ticker, catalogue, gateway, supergraphSdl } = market;
  const other = supergraphOf({
    ticker: { sdl: `${tickerSdl}\ntype Unused { id: ID }`, url: ticker.url },
    catalogue: { sdl: catalogueSdl.replace('whoami', 'added: Int whoami'), url: catalogue.url },
  });
  let closes = 0;
  const prices: number[] = [];
  const client = createClient({
    url: market.socketUrl,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    on: { closed: () => (closes += 1) },
  });
  const errors: unknown[] = [];
  client.subscribe<{ sold: { price: number } }>(
    { query: 'subscription { sold { price product { name } } }' },
    {
      next: ({ data }) => data && prices.push(data.sold.price),
      error: (e) => errors.push(e),
      complete: () => errors.push('complete'),
    },
  );
  await eventually(() => expect(ticker.inForce).toBe(1));
  let isRunning = true;
  let answered = 0;
  const asking = Array.from({ length: 3 }, async (_, at) => {
    while (isRunning) {
      const response = await fetch(market.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: `{ products { name } } # ${at}` }),
      });
      const body = (await response.json()) as { errors?: unknown };
      if (response.status !== 200 || body.errors !== undefined) errors.push(body);
      answered += 1;
    }
  });
  for (let time = 0; time < replacements; time += 1) {
    await gateway.replace(time % 2 === 0 ? other : supergraphSdl);
    ticker.sell({ upc: '1', price: time });
  }
  isRunning = false;
  await Promise.all(asking);
  await eventually(() => expect(prices).toHaveLength(replacements));
  expect(prices).toEqual(Array.from({ length: replacements }, (_, time) => time));
  expect({ errors, closes }).toEqual({ errors: [], closes: 0 });
  expect(answered).toBeGreaterThan(0);
  expect(ticker.sockets).toBe(1);
  await client.dispose();
  await eventually(() => expect(ticker.inForce).toBe(0));
});
