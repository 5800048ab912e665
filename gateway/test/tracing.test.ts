import { startTelemetry } from '@tributary/runtime';
import { eventually, type ReceivedSpan, type TraceReceiver, traceReceiver } from '@tributary/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { workspaceId } from './graph/identity-subgraph.ts';
import { ask, startGateway, type TestGateway } from './graph/start-gateway.ts';
import { airportUpdated } from './subscriptions/airport-subgraph.ts';
import { rawSocket } from './subscriptions/raw-socket.ts';

const query = '{ latestReview { stars product { name } } }';
const traceId = '0af7651916cd43dd8448eb211c80319c';
const sampled = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };

let receiver: TraceReceiver;
/** What each call of a subgraph was told of the trace it belongs to. */
let told: (string | undefined)[];
let isReviewsAway: boolean;
beforeEach(async () => {
  receiver = await traceReceiver();
  told = [];
  isReviewsAway = false;
});
afterEach(() => receiver[Symbol.asyncDispose]());

function tracedGateway(): Promise<TestGateway> {
  return startGateway({
    replace: (subgraph) => ({
      ...subgraph,
      execute: async (call) => {
        if (subgraph.name !== 'identity') told.push(call.traceparent);
        if (isReviewsAway && subgraph.name === 'reviews') throw new Error('away');
        return subgraph.execute(call);
      },
    }),
  });
}

/** Sends what was traced while `work` ran. */
async function traced(sampleRatio: number, work: () => Promise<unknown>): Promise<readonly ReceivedSpan[]> {
  const traces = { endpoint: receiver.url, sampleRatio };
  const telemetry = await startTelemetry({ serviceName: 'gateway', traces });
  try {
    await work();
  } finally {
    await telemetry[Symbol.asyncDispose]();
  }
  return receiver.spans.filter((span) => span.traceId === traceId);
}

const named = (spans: readonly ReceivedSpan[], name: string): readonly ReceivedSpan[] =>
  spans.filter((span) => span.name === name);

test('an operation is a span below what its client traces, with one for its plan the first time, and one for each fetch with its subgraph and outcome', async () => {
  await using product = await tracedGateway();
  const spans = await traced(1, async () => {
    await ask(product.url, { query }, sampled);
    await ask(product.url, { query }, sampled);
    isReviewsAway = true;
    await ask(product.url, { query: `${query} ` }, sampled);
  });
  const operations = named(spans, 'graphql');
  expect(operations.map(({ parentSpanId }) => parentSpanId)).toEqual(
    Array.from({ length: 3 }, () => 'b7ad6b7169203331'),
  );
  const [first, second, third] = operations.map(({ spanId }) => spanId);
  // The second found its plan ready; the third came with another text.
  expect(named(spans, 'plan').map(({ parentSpanId }) => parentSpanId)).toEqual([first, third]);
  const fetches = (subgraph: string) =>
    named(spans, `fetch ${subgraph}`).map(({ parentSpanId, attributes, isFailed }) => [
      parentSpanId,
      attributes['tributary.subgraph'],
      attributes['tributary.outcome'],
      isFailed,
    ]);
  expect(fetches('reviews')).toEqual([
    [first, 'reviews', 'answered', false],
    [second, 'reviews', 'answered', false],
    [third, 'reviews', 'SUBGRAPH_UNAVAILABLE', true],
  ]);
  expect(fetches('catalog')).toEqual([
    [first, 'catalog', 'answered', false],
    [second, 'catalog', 'answered', false],
  ]);
  // Each goes on in its subgraph.
  const fetchIds = [...named(spans, 'fetch reviews'), ...named(spans, 'fetch catalog')].map(
    ({ spanId }) => spanId,
  );
  for (const { parentSpanId } of [...named(spans, 'subgraph reviews'), ...named(spans, 'subgraph catalog')])
    expect(fetchIds).toContain(parentSpanId);
  expect(named(spans, 'subgraph catalog')).toHaveLength(2);
});

test('what is made of an event belongs to the trace of whatever caused it', async () => {
  await using product = await tracedGateway();
  const spans = await traced(1, async () => {
    await using socket = await rawSocket(`${product.url.replace('http', 'ws')}/graphql`);
    await socket.init();
    await socket.subscribed('1', 'subscription { productChanged(id: "p1") { name reviews { stars } } }');
    const event = { ...airportUpdated('p1', 'new', { workspaceId }), subject: 'Product/p1', data: 'new' };
    await product.eventLog.append('data.record', [{ ...event, ...sampled }]);
    await eventually(() => expect(socket.payloads('1')).toHaveLength(1));
  });
  const [made] = named(spans, 'graphql');
  expect(made).toMatchObject({
    parentSpanId: 'b7ad6b7169203331',
    attributes: { 'graphql.operation.type': 'subscription' },
  });
  for (const name of ['fetch catalog', 'fetch reviews'])
    expect(named(spans, name)).toMatchObject([{ parentSpanId: made?.spanId }]);
});

test('of what is not sampled nothing is sent, and subgraphs are told so, whoever decided it', async () => {
  await using product = await tracedGateway();
  await traced(0, () => ask(product.url, { query }));
  await traced(1, () =>
    ask(product.url, { query }, { traceparent: sampled.traceparent.replace(/01$/, '00') }),
  );
  // Finding out who asks is begun before the operation.
  expect(receiver.spans.filter(({ name }) => name !== 'subgraph identity')).toEqual([]);
  expect(told).toHaveLength(4);
  for (const traceparent of told) expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  expect(told.slice(2).every((traceparent) => traceparent?.includes(traceId))).toBe(true);
});

test('a gateway without a place for traces sends none and hands none on, whatever its clients ask for', async () => {
  await using product = await tracedGateway();
  await traced(1, () => ask(product.url, { query }, sampled));
  const before = receiver.spans.length;
  expect(before).toBeGreaterThan(0);
  told = [];
  const { body } = await ask(product.url, { query }, sampled);
  expect(body).toMatchObject({ data: { latestReview: { stars: 5 } } });
  expect(told).toEqual([undefined, undefined]);
  expect(receiver.spans).toHaveLength(before);
});
