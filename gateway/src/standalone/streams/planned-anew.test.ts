import { CodedError, createLogger, Registry } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { parse } from 'graphql';
import { expect, it, onTestFinished } from 'vitest';
import { catalogueSdl, supergraphOf } from '../../../test/standalone/shop.ts';
import { tickerSdl } from '../../../test/standalone/ticker.ts';
import type { SubgraphFetch } from '../../execution/compiled/subgraph-fetch.ts';
import { subgraphAddresses } from '../../planning/subgraph-addresses.ts';
import { loadSupergraph } from '../../planning/supergraph.ts';
import { anonymous } from '../../security/nobody.ts';
import { createRealTimeFigures } from '../../subscriptions/real-time-figures.ts';
import type { EndedSubscriber } from '../../subscriptions/subscriber.ts';
import { AskedOperations } from '../asked-operations.ts';
import { defaultStandaloneSettings as settings } from '../settings-file.ts';
import { SourceEnds } from './source-ends.ts';
import { socketLimitsOf } from './standalone-doors.ts';
import { streamAddresses } from './stream-address.ts';
import { StreamGroups } from './stream-groups.ts';
import type { StreamGraph } from './stream-source.ts';
import type { UpstreamSink, Upstreams } from './upstream.ts';

const log = createLogger({ name: 'test', level: 'silent' });

/** Operations whose plans cannot be made at first, as where many others wait for theirs. */
class BusyOperations extends AskedOperations {
  refused = 0;
  busyFor = 0;

  override operation(...asked: Parameters<AskedOperations['operation']>) {
    if (this.refused >= this.busyFor) return super.operation(...asked);
    this.refused += 1;
    return Promise.reject(new CodedError('OVERLOADED', 'Too many plans are waited for.'));
  }
}

/** A graph whose products have names from a subgraph of this name. */
function graphWith(named: string, busyFor: number): StreamGraph & { readonly operations: BusyOperations } {
  const supergraphSdl = supergraphOf({
    ticker: { sdl: tickerSdl, url: 'http://ticker.example/' },
    [named]: { sdl: catalogueSdl, url: 'http://names.example/' },
  });
  const fetch: SubgraphFetch = async () => ({ data: { _entities: [{ name: named }] } });
  const operations = new BusyOperations({
    supergraph: loadSupergraph(supergraphSdl, { isTrusted: true, planner: 'hive' }),
    fetches: new Map([
      ['ticker', fetch],
      [named, fetch],
    ]),
    limits: settings.limits,
    introspection: true,
    onRead: undefined,
  });
  operations.busyFor = busyFor;
  onTestFinished(() => operations.close());
  return { operations, addresses: streamAddresses(subgraphAddresses(supergraphSdl), settings) };
}

it('a subscription whose new plan cannot be made at the moment goes on by the one before, until it can', async () => {
  let inForce = graphWith('before', 0);
  const sinks: UpstreamSink[] = [];
  const upstreams: Upstreams = {
    open: async (_asked, sink) => {
      sinks.push(sink);
      return { [Symbol.dispose]: () => undefined };
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  const metrics = new Registry();
  await using groups = new StreamGroups({
    graph: () => inForce,
    upstreams: { ws: upstreams, sse: upstreams },
    settings,
    heldBytes: socketLimitsOf(settings).heldBytes,
    figures: createRealTimeFigures(metrics),
    ends: new SourceEnds(metrics, log),
    insight: undefined,
    log,
  });
  const told: string[] = [];
  const subscriber: EndedSubscriber = {
    principal: anonymous,
    accepted: () => undefined,
    deliver: ({ message }) => told.push(message.toString()),
    refuse: (errors) => told.push(JSON.stringify(errors)),
    interrupt: (why) => told.push(why),
    complete: () => told.push('complete'),
    isBehind: false,
    drained: async () => undefined,
  };
  const query = 'subscription { sold { price product { name } } }';
  const document = parse(query);
  const asked = { query, document, operationName: undefined, variables: {}, forwarded: {}, askerKey: '' };
  await groups.start(asked, subscriber, new AbortController().signal);
  const sell = (price: number): void =>
    sinks[0]?.next({ data: { sold: { price, product: { __typename: 'Product', upc: '1' } } } }, 10);
  const next = graphWith('after', 2);
  inForce = next;
  await groups.schemaChanged();
  expect(next.operations.refused).toBe(1);
  sell(1);
  await eventually(() => expect(told).toHaveLength(1));
  expect(told[0]).toMatch(/"price":1,"product":\{"name":"before"/);
  await eventually(async () => {
    expect(next.operations.refused).toBe(2);
    sell(2);
    await eventually(() => expect(told.at(-1)).toMatch(/"price":2,"product":\{"name":"after"/), {
      timeoutMs: 100,
    });
  });
  expect(sinks).toHaveLength(1);
});
