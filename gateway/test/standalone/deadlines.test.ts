import { eventually } from '@tributary/test-kit';
import { createClient as createEventSourceClient } from 'graphql-sse';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { heard } from './heard.ts';
import { type Market, openMarket } from './ticker.ts';

const late = { errors: [{ extensions: { code: 'DEADLINE_EXCEEDED', subgraph: 'catalogue' } }] };

describe('the deadline of an operation holds', () => {
  let market: Market;
  beforeAll(async () => {
    market = await openMarket('ws', { deadline: { ms: 300, header: 'x-deadline-ms' } });
    market.catalogue.answerWith = 'nothing';
    // The process that plans takes the time of the first questions to start.
    await eventually(async () => expect(await overHttp()).toMatchObject(late));
  });
  afterAll(() => market[Symbol.asyncDispose]());

  const overHttp = async (): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ query: '{ whoami }' });
    return (await fetch(market.url, { method: 'POST', headers, body })).json();
  };
  const overSocket = () =>
    createClient({ url: market.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });

  it('over HTTP', async () => {
    expect(await overHttp()).toMatchObject(late);
  });

  it('over a socket', async () => {
    const { all, sink } = heard();
    const client = overSocket();
    client.subscribe({ query: '{ whoami }' }, sink);
    await eventually(() => expect(all.payloads).toMatchObject([late]));
    await client.dispose();
  });

  it('as a stream of events', async () => {
    const { all, sink } = heard();
    const client = createEventSourceClient({ url: market.url, retryAttempts: 0 });
    client.subscribe({ query: '{ whoami }' }, sink);
    await eventually(() => expect(all.payloads).toMatchObject([late]));
    client.dispose();
  });

  it('for each event of a subscription', async () => {
    const { all, sink } = heard();
    const client = overSocket();
    client.subscribe({ query: 'subscription { sold { product { name } } }' }, sink);
    await eventually(() => expect(market.ticker.inForce).toBe(1));
    market.ticker.sell({ upc: '1', price: 3 });
    await eventually(() =>
      expect(all.payloads).toMatchObject([{ data: { sold: { product: null } }, ...late }]),
    );
    await client.dispose();
  });
});
