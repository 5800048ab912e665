import { eventStream, eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { ask, startGateway, type TestGateway } from '../graph/start-gateway.ts';
import { rawSocket } from './raw-socket.ts';

/** It is planned for many units. */
const selection = Array.from({ length: 100 }, () => 'id name').join(' ');

async function remaining({ url }: TestGateway): Promise<number> {
  const { headers } = await ask(url, { query: '{ __typename }' });
  return Number(headers.get('ratelimit-remaining'));
}

/** What is taken of the budget by something, without the look at it. */
async function charged(product: TestGateway, act: () => Promise<unknown>): Promise<number> {
  const before = await remaining(product);
  await act();
  return before - (await remaining(product)) - 1;
}

test('a subscription is charged for its opening call as a query of the same is, with its planning, over sockets and streams', async () => {
  await using product = await startGateway();
  await using socket = await rawSocket(`${product.url.replace('http', 'ws')}/graphql`);
  await socket.init();
  const query = (name: string): string => `query ${name} { product(id: "p1") { ${selection} } }`;
  const subscription = (name: string): string =>
    `subscription ${name} { productChanged(id: "p1") { ${selection} } }`;
  const asQuery = await charged(product, () => ask(product.url, { query: query('a') }));
  expect(asQuery).toBeGreaterThan(5);
  expect(await charged(product, () => socket.subscribed('1', subscription('b')))).toBe(asQuery);
  // Planned already: it takes the unit of its request.
  expect(await charged(product, () => socket.subscribed('2', subscription('b')))).toBe(1);
  const byStream = async (): Promise<void> => {
    await using stream = await eventStream(product.url, { query: subscription('c') });
    await eventually(() => expect(stream.lastEventId).not.toBe(''));
  };
  expect(await charged(product, byStream)).toBe(asQuery);
});

test('what costs too much is charged the most that one may cost, and beyond the budget nothing is planned', async () => {
  await using product = await startGateway({ settings: { requestsPerMinute: 15 } });
  await using socket = await rawSocket(`${product.url.replace('http', 'ws')}/graphql`);
  await socket.init();
  const huge = `subscription { productChanged(id: "p1") { related(first: 100) { nodes { related(first: 100) { nodes { related(first: 100) { nodes { id } } } } } } } }`;
  const refused = async (id: string, query: string, code: string): Promise<void> => {
    socket.subscribe(id, query);
    expect(await socket.message('error', id)).toMatchObject({ payload: [{ extensions: { code } }] });
  };
  expect(await charged(product, () => refused('1', huge, 'COST_EXCEEDED'))).toBe(10);
  await refused('2', `subscription { productChanged(id: "p1") { ${selection} } }`, 'RATE_LIMITED');
});
