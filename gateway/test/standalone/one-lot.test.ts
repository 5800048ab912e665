import { eventually } from '@tributary/test-kit';
import { createClient } from 'graphql-ws';
import { expect, it } from 'vitest';
import WebSocket from 'ws';
import { defaultStandaloneSettings } from '../../src/standalone/settings-file.ts';
import { buildStandaloneGateway } from '../../src/standalone/standalone-gateway.ts';
import { silentLog } from '../graph/silent-log.ts';
import { heard } from './heard.ts';
import { type SubgraphUnderTest, subgraph, supergraphOf } from './shop.ts';
import { ticker, tickerSdl } from './ticker.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@override"])';
const productSdl = (field: string): string =>
  `${link} type Product @key(fields: "upc") { upc: ID! ${field} }`;

/** A subgraph that calls each product by its own name. */
function namedBy(name: string, sdl: string): Promise<SubgraphUnderTest> {
  return subgraph(sdl, { Product: { __resolveReference: (reference: object) => ({ ...reference, name }) } });
}

it('events of one subscription are answered under the labels of one lot', async () => {
  const oldSdl = productSdl('name: String');
  const nextSdl = productSdl('name: String @override(from: "old", label: "percent(50)")');
  await using source = await ticker();
  await using old = await namedBy('old', oldSdl);
  await using next = await namedBy('next', nextSdl);
  const supergraphSdl = supergraphOf({
    ticker: { sdl: tickerSdl, url: source.url },
    old: { sdl: oldSdl, url: old.url },
    next: { sdl: nextSdl, url: next.url },
  });
  await using gateway = buildStandaloneGateway({
    supergraphSdl,
    settings: defaultStandaloneSettings,
    log: silentLog,
  });
  const { url } = await gateway.listen({ port: 0, host: '127.0.0.1' });
  const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket });
  const { all, sink } = heard();
  client.subscribe({ query: 'subscription { sold { price product { name } } }' }, sink);
  await eventually(() => expect(source.inForce).toBe(1));
  const prices = Array.from({ length: 30 }, (_, at) => at);
  for (const price of prices) source.sell({ upc: '1', price });
  await eventually(() => expect(all.payloads).toHaveLength(prices.length));
  const name = expect.stringMatching(old.seen.length > 0 ? /^old$/ : /^next$/);
  expect(all.payloads).toEqual(prices.map((price) => ({ data: { sold: { price, product: { name } } } })));
  await client.dispose();
});
