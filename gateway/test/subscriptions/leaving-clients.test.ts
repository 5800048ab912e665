import { eventStream, eventually } from '@tributary/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { workspaceId } from '../graph/identity-subgraph.ts';
import { startGateway } from '../graph/start-gateway.ts';
import { airportUpdated } from './airport-subgraph.ts';
import { rawSocket } from './raw-socket.ts';

test('what runs on sockets and streams is answered when the gateway stops, and what is asked from then on is to come again', async () => {
  const product = await startGateway();
  let stopped: PromiseLike<void> | undefined;
  onTestFinished(async () => {
    await (stopped ?? product[Symbol.asyncDispose]());
  });
  let letGo: () => void = () => undefined;
  product.shop.reviewsHold = new Promise((resolve) => {
    letGo = resolve;
  });
  const query = '{ product(id: "p1") { reviews { stars } } }';
  await using socket = await rawSocket(`${product.url.replace('http', 'ws')}/graphql`);
  await socket.init();
  const streaming = eventStream(`${product.url}/graphql`, { query: `query ByStream ${query}` });
  socket.subscribe('1', query);
  await eventually(() => expect(product.shop.reviewsCalls).toBe(2));
  stopped = product[Symbol.asyncDispose]();
  await eventually(async () => {
    const status = await fetch(`${product.url}/health/live`).then(
      (response) => response.status,
      () => 'refused',
    );
    expect(status).toBe('refused');
  });
  socket.subscribe('late', query);
  expect(await socket.message('error', 'late')).toMatchObject({
    payload: [{ extensions: { code: 'OVERLOADED', retryAfterSeconds: 1 } }],
  });
  const extensions = { after: 'a cursor' };
  const resuming = 'subscription { productChanged(id: "p1") { name } }';
  socket.send({ type: 'subscribe', id: 'resumes', payload: { query: resuming, extensions } });
  socket.send({ type: 'ping' });
  await socket.message('pong');
  letGo();
  const answer = { product: { reviews: [{ stars: 4 }] } };
  expect((await socket.closed()).code).toBe(1001);
  expect(socket.payloads('1')).toEqual([answer]);
  expect(socket.messages.filter(({ id }) => id === 'resumes')).toEqual([]);
  await using stream = await streaming;
  await eventually(() => expect(stream.state).toBe('ended'));
  expect(stream.payloads()).toEqual([answer]);
  await stopped;
});

test('events of the log that came before the gateway stops are handed out before its clients leave, and one that was told no cursor misses none', async () => {
  const product = await startGateway();
  let stopped: PromiseLike<void> | undefined;
  onTestFinished(async () => {
    await (stopped ?? product[Symbol.asyncDispose]());
  });
  const query = 'subscription { productChanged(id: "p1") { name reviews { stars } } }';
  await using socket = await rawSocket(`${product.url.replace('http', 'ws')}/graphql`);
  await socket.init();
  await socket.subscribed('1', query);
  await using stream = await eventStream(`${product.url}/graphql`, { query });
  let letGo: () => void = () => undefined;
  product.shop.reviewsHold = new Promise((resolve) => {
    letGo = resolve;
  });
  const before = product.shop.reviewsCalls;
  // More than are executed at once.
  const names = Array.from({ length: 20 }, (_, at) => `name ${at}`);
  await product.eventLog.append(
    'data.record',
    names.map((name) => ({
      ...airportUpdated('p1', name, { workspaceId }),
      subject: 'Product/p1',
      data: name,
    })),
  );
  await eventually(() => expect(product.shop.reviewsCalls).toBeGreaterThan(before));
  stopped = product[Symbol.asyncDispose]();
  await eventually(async () => {
    await expect(fetch(`${product.url}/health/live`)).rejects.toThrow();
  });
  letGo();
  const told = names.map((name) => ({ productChanged: { name, reviews: [{ stars: 4 }] } }));
  expect(await socket.closed()).toEqual({
    code: 1001,
    reason: 'going away; come back, with the last cursor if there is one',
  });
  expect(socket.payloads('1')).toEqual(told);
  await eventually(() => expect(stream.state).toBe('ended'));
  expect(stream.payloads()).toEqual(told);
  expect(stream.events.map(({ type }) => type)).not.toContain('complete');
  await stopped;
});
