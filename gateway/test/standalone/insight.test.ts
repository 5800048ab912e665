import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger, Registry, startTelemetry } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { rawSocket } from '../subscriptions/raw-socket.ts';
import { openShop, type Shop } from './shop.ts';

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

let shop: Shop;
const metrics = new Registry();
const lines: string[] = [];
const spans: Span[] = [];
const traceId = '0af7651916cd43dd8448eb211c80319c';
const query = 'query Names($upc: ID!) { products { name inStock } product(upc: $upc) { name } }';

/** Takes spans as an OpenTelemetry collector does (OTLP over HTTP, JSON). */
const collector = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const sent = JSON.parse(Buffer.concat(chunks).toString()) as {
    resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
  };
  for (const { scopeSpans } of sent.resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
});

let telemetry: AsyncDisposable;
beforeAll(async () => {
  await new Promise<void>((resolve) => collector.listen({ port: 0, host: '127.0.0.1' }, resolve));
  const { port } = collector.address() as AddressInfo;
  telemetry = startTelemetry({ serviceName: 'gateway', endpoint: `http://127.0.0.1:${port}/v1/traces` });
  const destination = { write: (line: string) => void lines.push(line) };
  shop = await openShop(
    { slowMs: 1, tracing: { sampleRatio: 0 } },
    { metrics, isTraced: true, log: createLogger({ name: 'test', level: 'warn', destination }) },
  );
});
afterAll(async () => {
  await shop[Symbol.asyncDispose]();
  await telemetry[Symbol.asyncDispose]();
  await new Promise((resolve) => collector.close(resolve));
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

it('figures tell requests, fetches by subgraph and outcome, circuits, sockets, and what had to be planned', async () => {
  await ask();
  shop.stock.answerWith = { status: 500, body: '' };
  for (let at = 0; at < 6; at += 1) await ask({ authorization: String(at) });
  shop.stock.answerWith = undefined;
  const text = await metrics.metrics();
  const figure = (name: string, ...labels: string[]) =>
    text
      .split('\n')
      .filter((line) => line.startsWith(name) && labels.every((label) => line.includes(label)))
      .map((line) => Number(line.split(' ').at(-1)))[0] ?? 0;
  expect(
    figure('tributary_gateway_request_duration_seconds_count', 'type="query"', 'status="200"'),
  ).toBeGreaterThanOrEqual(7);
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
  await ask({ traceparent: `00-${traceId}-b7ad6b7169203331-01` });
  await telemetry[Symbol.asyncDispose]();
  const own = spans.filter((span) => span.traceId === traceId);
  const request = own.find(({ name }) => name === 'graphql');
  const fetch = own.find(({ name }) => name === 'fetch catalogue');
  expect(request?.parentSpanId).toBe('b7ad6b7169203331');
  expect(fetch?.parentSpanId).toBe(request?.spanId);
  const [seen] = shop.catalogue.seen;
  expect(seen?.['traceparent']).toBe(`00-${traceId}-${fetch?.spanId}-01`);
  expect(own.map(({ name }) => name)).toContain('fetch stock');
  expect(spans).toHaveLength(own.length);
});
