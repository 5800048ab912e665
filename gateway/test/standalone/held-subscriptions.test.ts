import { eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import type { SubgraphFetch } from '../../src/execution/compiled/subgraph-fetch.ts';
import { loadSupergraph } from '../../src/planning/supergraph.ts';
import { AskedOperations } from '../../src/standalone/asked-operations.ts';
import { defaultStandaloneSettings } from '../../src/standalone/settings-file.ts';
import { rawSocket } from '../subscriptions/raw-socket.ts';
import { catalogueSdl, supergraphOf } from './shop.ts';
import { openMarket, tickerSdl } from './ticker.ts';

const longNamed = (letter: string): string => `subscription { ${letter.repeat(800)}: sold { price } }`;

it('what the subscriptions of an address hold is bounded, equal ones once, and given back', async () => {
  const { subscriptions } = defaultStandaloneSettings;
  await using market = await openMarket('ws', {
    subscriptions: { ...subscriptions, heldBytes: 1024 * 1024 },
  });
  await using socket = await rawSocket(market.socketUrl);
  await socket.init();
  await socket.message('connection_ack');
  socket.subscribe('1', longNamed('a'));
  socket.subscribe('2', longNamed('b'));
  socket.subscribe('3', longNamed('b'));
  await eventually(() => expect(socket.messages.filter(({ type }) => type === 'ping')).toHaveLength(3));
  socket.subscribe('4', longNamed('c'));
  expect(await socket.message('error', '4')).toMatchObject({
    payload: [{ extensions: { code: 'TOO_MANY_CONNECTIONS', retryable: true } }],
  });
  socket.send({ type: 'complete', id: '1' });
  socket.subscribe('5', longNamed('c'));
  await eventually(() => expect(socket.messages.filter(({ type }) => type === 'ping')).toHaveLength(4));
});

const nothing: SubgraphFetch = async () => ({ data: {} });

it('of a text with many operations, what runs for a subscription holds that alone', async () => {
  const supergraphSdl = supergraphOf({
    ticker: { sdl: tickerSdl, url: 'http://ticker.example/' },
    catalogue: { sdl: catalogueSdl, url: 'http://catalogue.example/' },
  });
  const operations = new AskedOperations({
    supergraph: loadSupergraph(supergraphSdl, { isTrusted: false, planner: 'hive' }),
    fetches: new Map([
      ['ticker', nothing],
      ['catalogue', nothing],
    ]),
    limits: defaultStandaloneSettings.limits,
    introspection: true,
    onRead: undefined,
  });
  const others = Array.from({ length: 20 }, (_, at) => `query Q${at} { products { name } }`).join(' ');
  const asked = await operations.operation(
    `subscription S { sold { ...F } } fragment F on Sale { price } ${others}`,
    'S',
  );
  await operations.close();
  if ('faults' in asked) throw new Error(String(asked.faults));
  expect(asked.alone).toBe(
    'subscription S {\n  sold {\n    ...F\n  }\n}\n\nfragment F on Sale {\n  price\n}',
  );
  const { document } = asked.compiled.asked;
  expect(document.definitions).toHaveLength(2);
  expect(JSON.stringify(document)).not.toContain('"loc"');
});
