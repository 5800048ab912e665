import { createMetrics } from '@tributary/runtime';
import { clientAddressHeader, serveSubgraph } from '@tributary/subgraph-kit';
import { createClient } from 'graphql-ws';
import { expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import { remoteSubgraph } from '../src/execution/remote-subgraph.ts';
import { ask, startGateway, type TestGatewayOptions } from './graph/start-gateway.ts';

const query = '{ addressSeen }';
const forged = { [clientAddressHeader]: '10.9.8.7' };
const somebody = { kind: 'user', id: 'anna', workspaceId: 'w', role: 'VIEWER', scopes: null } as const;

const remote: NonNullable<TestGatewayOptions['replace']> = async (subgraph, { minter }) => {
  const served = await serveSubgraph(subgraph, { port: 0, host: '127.0.0.1', metrics: createMetrics() });
  const { name, door } = subgraph;
  const doorPrefixes = door?.prefixes ?? [];
  const opened = await remoteSubgraph({ name, url: served.url, minter, doorPrefixes, connections: 4 });
  onTestFinished(async () => {
    await opened[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
  });
  return opened;
};

test.each([
  ['in the process', {}],
  ['over HTTP', { replace: remote }],
])(
  'a subgraph called %s is told the address of the connection, whatever the client claims',
  async (_form, options) => {
    await using product = await startGateway(options);
    const { body } = await ask(product.url, { query }, forged);
    expect(body).toEqual({ data: { addressSeen: '127.0.0.1' } });
    await fetch(`${product.url}/v1/things`, { headers: forged });
    const [seen] = product.shop.doorRequests;
    expect(seen?.clientAddress).toBe('127.0.0.1');
    expect(Object.values(seen?.headers ?? {})).not.toContain('10.9.8.7');
  },
);

test('behind a proxy of ours the address is the one the proxy saw', async () => {
  await using product = await startGateway({ settings: { trustProxy: true } });
  const { body } = await ask(product.url, { query }, { 'x-forwarded-for': '10.9.8.7, 192.0.2.1' });
  expect(body).toEqual({ data: { addressSeen: '192.0.2.1' } });
});

test('an operation over a socket carries the address of its socket', async () => {
  await using product = await startGateway();
  class Forging extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, { headers: forged });
    }
  }
  const url = `${product.url.replace('http', 'ws')}/graphql`;
  const client = createClient({ url, webSocketImpl: Forging });
  const { value: answer } = await client.iterate({ query }).next();
  expect(answer?.data).toEqual({ addressSeen: '127.0.0.1' });
  await client.dispose();
});

test('a process of ours that asks on behalf of a client passes the client’s address on', async () => {
  await using product = await startGateway();
  const assertion = await product.minter.mint(somebody);
  const overHttp = await ask(product.url, { query }, { ...forged, 'tributary-assertion': assertion });
  expect(overHttp.body).toEqual({ data: { addressSeen: '10.9.8.7' } });
  const clientAddress = '192.0.2.1';
  const inProcess = await product.gateway.execute({ query, assertion, requestId: 'r', clientAddress });
  expect(inProcess.data).toEqual({ addressSeen: '192.0.2.1' });
});
