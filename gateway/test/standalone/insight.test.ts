import { createLogger, Registry, startTelemetry } from '@tributary/runtime';
import { eventually, type ReceivedSpan, type TraceReceiver, traceReceiver } from '@tributary/test-kit';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { rawSocket } from '../subscriptions/raw-socket.ts';
import { catalogueSdl, openShop, type Shop, stockSdl, supergraphOf } from './shop.ts';
import { openMarket } from './ticker.ts';

let shop: Shop;
const metrics = new Registry();
const lines: string[] = [];
let collector: TraceReceiver;
const traceId = '0af7651916cd43dd8448eb211c80319c';
const query = 'query Names($upc: ID!) { products { name inStock } product(upc: $upc) { name } }';

let telemetry: AsyncDisposable;
beforeAll(async () => {
  collector = await traceReceiver();
  telemetry = await startTelemetry({
    serviceName: 'gateway',
    traces: { endpoint: collector.url, sampleRatio: 1 },
  });
  const destination = { write: (line: string) => void lines.push(line) };
  shop = await openShop(
    { slowMs: 1, tracing: { sampleRatio: 0 } },
    { metrics, isTraced: true, log: createLogger({ name: 'test', level: 'warn', destination }) },
  );
});
afterAll(async () => {
  await shop[Symbol.asyncDispose]();
  await telemetry[Symbol.asyncDispose]();
  await collector[Symbol.asyncDispose]();
});
beforeEach(() => {
  lines.length = 0;
});

const ask = (headers: Record<string, string> = {}) =>
  shop.ask(query, { variables: { upc: 'secret-7' }, headers });

it('a slow operation is one line of the log: its name, hash, plan and fetches, and no value of a variable', async () => {
  await ask();
  await eventually(() => expect(lines).toHaveLength(1));
  const [line = ''] = lines;
  expect(JSON.parse(line)).toMatchObject({
    msg: 'slow operation',
    operationName: 'Names',
    operationType: 'query',
    operationHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    durationMs: expect.any(Number),
    status: 200,
    plan: 'catalogue then stock',
    fetches: [
      { subgraph: 'catalogue', outcome: 'answered', durationMs: expect.any(Number) },
      { subgraph: 'stock', outcome: 'answered' },
    ],
  });
  expect(line).not.toContain('secret-7');
});

it('a slow operation is told with the plan that it ran by: of its variables, and of the supergraph in force', async () => {
  const gone = stockSdl.replace('inStock: Boolean', 'inStore: Boolean');
  const destined: string[] = [];
  const destination = { write: (line: string) => void destined.push(line) };
  await using other = await openShop(
    { slowMs: 1 },
    { metrics: new Registry(), log: createLogger({ name: 'test', level: 'warn', destination }) },
  );
  const plans = () => destined.map((line) => (JSON.parse(line) as { plan?: string }).plan);
  const text = 'query Stock($all: Boolean!) { products { name inStock @include(if: $all) } }';
  const told = async (all: boolean, count: number): Promise<void> => {
    await other.ask(text, { variables: { all } });
    await eventually(() => expect(plans()).toHaveLength(count));
  };
  await told(true, 1);
  await told(false, 2);
  const inOne = catalogueSdl.replace('weight: Int }', 'weight: Int inStock: Boolean }');
  await other.gateway.replace(
    supergraphOf({
      catalogue: { sdl: inOne, url: other.catalogue.url },
      stock: { sdl: gone, url: other.stock.url },
    }),
  );
  await told(true, 3);
  expect(plans()).toEqual(['catalogue then stock', 'catalogue', 'catalogue']);
  // One that another supergraph comes amid goes on by the plan it began with.
  const letGo = other.catalogue.hold();
  const before = other.catalogue.seen.length;
  const held = told(true, 4);
  await eventually(() => expect(other.catalogue.seen).toHaveLength(before + 1));
  await other.gateway.replace(other.supergraphSdl);
  letGo();
  await held;
  await told(true, 5);
  expect(plans().slice(3)).toEqual(['catalogue', 'catalogue then stock']);
});

it('what comes over a socket is told like what comes over HTTP', async () => {
  await using socket = await rawSocket(`${shop.url.replace('http', 'ws')}/graphql`);
  await socket.init();
  socket.subscribe('1', query, { upc: 'secret-7' });
  await socket.message('complete', '1');
  await eventually(() => expect(lines).toHaveLength(1));
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    door: 'socket',
    operationName: 'Names',
    plan: 'catalogue then stock',
    fetches: [{ subgraph: 'catalogue', outcome: 'answered' }, { subgraph: 'stock' }],
  });
  expect(await metrics.metrics()).toMatch(/request_duration_seconds_count\{[^}]*door="socket"[^}]*\} 1/);
});

it('figures tell requests by how they ended, fetches by subgraph and outcome, circuits, sockets, and what had to be planned', async () => {
  let text = '';
  const figure = (name: string, ...labels: string[]) =>
    text
      .split('\n')
      .filter((line) => line.startsWith(name) && labels.every((label) => line.includes(label)))
      .map((line) => Number(line.split(' ').at(-1)))[0] ?? 0;
  const requests = (status: string) =>
    figure(
      'tributary_gateway_request_duration_seconds_count',
      'door="graphql"',
      'type="query"',
      `status="${status}"`,
    );
  text = await metrics.metrics();
  const [answered, erring] = [requests('200'), requests('errors')];
  await ask();
  shop.stock.answerWith = { status: 500, body: '' };
  for (let at = 0; at < 6; at += 1) await ask({ authorization: String(at) });
  shop.stock.answerWith = undefined;
  text = await metrics.metrics();
  expect([requests('200') - answered, requests('errors') - erring]).toEqual([1, 6]);
  const fetches = 'tributary_gateway_fetch_duration_seconds_count';
  expect(figure(fetches, 'subgraph="catalogue"', 'outcome="answered"')).toBeGreaterThanOrEqual(7);
  expect(figure(fetches, 'subgraph="stock"', 'outcome="SUBGRAPH_UNAVAILABLE"')).toBe(6);
  expect(figure('tributary_gateway_breaker_state', 'subgraph="stock"')).toBe(2);
  expect(figure('tributary_gateway_breaker_state', 'subgraph="catalogue"')).toBe(0);
  expect(figure('tributary_gateway_planned_total')).toBe(1);
  expect(text).toMatch(/^tributary_sockets 0$/m);
  expect(text).not.toContain('secret-7');
});

it('a trace that a client samples goes on through the gateway to the subgraphs, and others are left alone', async () => {
  shop.catalogue.seen.length = 0;
  await ask();
  await ask({ traceparent: `00-${traceId}-b7ad6b7169203331-00` });
  for (const seen of shop.catalogue.seen) expect(seen).not.toHaveProperty('traceparent');
  shop.catalogue.seen.length = 0;
  const sampled = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
  await ask(sampled);
  await shop.ask('{ product(upc: "1") { name } }', { headers: sampled });
  shop.stock.answerWith = { status: 500, body: '' };
  await ask(sampled);
  shop.stock.answerWith = undefined;
  await telemetry[Symbol.asyncDispose]();
  const { spans } = collector;
  expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
  const [first, second, third] = spans.filter(({ name }) => name === 'graphql');
  const below = (parent: ReceivedSpan | undefined, spanName: string) =>
    spans.filter(({ name, parentSpanId }) => name === spanName && parentSpanId === parent?.spanId);
  expect(first?.parentSpanId).toBe('b7ad6b7169203331');
  const [fetch] = below(first, 'fetch catalogue');
  expect(fetch?.attributes).toEqual({ 'tributary.subgraph': 'catalogue', 'tributary.outcome': 'answered' });
  const [seen] = shop.catalogue.seen;
  expect(seen?.['traceparent']).toBe(`00-${traceId}-${fetch?.spanId}-01`);
  // Of three operations, one had to be planned.
  expect(spans.filter(({ name }) => name === 'plan')).toEqual(below(second, 'plan'));
  expect(below(second, 'plan')).toHaveLength(1);
  expect(below(third, 'fetch stock')).toMatchObject([
    { isFailed: true, attributes: { 'tributary.outcome': 'SUBGRAPH_UNAVAILABLE' } },
  ]);
});

it('how long an event of a subgraph took to be handed out is in the figures', async () => {
  const figures = new Registry();
  await using market = await openMarket('ws', {}, { metrics: figures });
  await using socket = await rawSocket(market.socketUrl);
  await socket.init();
  socket.subscribe('1', 'subscription { sold { price } }');
  await eventually(() => expect(market.ticker.inForce).toBe(1));
  market.ticker.sell({ upc: '1', price: 3 });
  await socket.message('next', '1');
  const lag = (name: string) =>
    figures
      .metrics()
      .then((text) =>
        Number(new RegExp(`^tributary_subscription_lag_seconds_${name}\\S* (\\S+)$`, 'm').exec(text)?.[1]),
      );
  expect(await lag('count')).toBe(1);
  expect(await lag('sum')).toBeGreaterThan(0);
});
