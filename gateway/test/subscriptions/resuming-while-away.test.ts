import { createResumableClient } from '@tributary/client';
import type { Subgraph } from '@tributary/subgraph-kit';
import { cable, eventStream, eventually } from '@tributary/test-kit';
import { EventSource } from 'undici';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { workspaceId } from '../graph/identity-subgraph.ts';
import { startGateway, type TestGateway } from '../graph/start-gateway.ts';
import { airportUpdated } from './airport-subgraph.ts';
import { rawSocket } from './raw-socket.ts';

const query = 'subscription ($id: ID!) { productChanged(id: $id) { name } }';
const resuming =
  'subscription ($id: ID!, $after: String) { productChanged(id: $id, after: $after) { name } }';

/** The catalog, as a process of its own that is not there for a while. */
function absentCatalog() {
  const state = { isAway: false, refused: 0 };
  const replace = (subgraph: Subgraph): Subgraph => {
    if (subgraph.name !== 'catalog') return subgraph;
    const execute: Subgraph['execute'] = async (call) => {
      if (!state.isAway) return subgraph.execute(call);
      state.refused += 1;
      throw new Error('connect ECONNREFUSED');
    };
    return { ...subgraph, execute };
  };
  return { state, replace };
}

function rename(gateway: TestGateway, name: string): Promise<unknown> {
  const event = { ...airportUpdated('p1', name, { workspaceId }), subject: 'Product/p1', data: name };
  return gateway.eventLog.append('data.record', [event]);
}

test('clients that come back while a part of the graph is away have what they missed when it is there again, over sockets and streams', async () => {
  const { state, replace } = absentCatalog();
  await using gateway = await startGateway({ replace });
  await using network = await cable(gateway.url);
  const client = createResumableClient({
    url: `${network.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryWait: async () => undefined,
  });
  const overSocket: unknown[] = [];
  client.subscribe<{ productChanged: { name: string } }>(
    { query, variables: { id: 'p1' } },
    {
      subscribed: () => overSocket.push('subscribed'),
      next: ({ data }) => overSocket.push(data?.productChanged.name),
      error: (error) => overSocket.push(error),
      complete: () => overSocket.push('complete'),
    },
  );
  const overStream: unknown[] = [];
  const search = new URLSearchParams({ query, variables: '{"id":"p1"}' });
  const source = new EventSource(`${network.url}/graphql?${search}`, { node: { reconnectionTime: 10 } });
  let opened = 0;
  source.addEventListener('open', () => {
    opened += 1;
  });
  source.addEventListener('next', (event) => {
    const { data } = JSON.parse((event as MessageEvent<string>).data);
    overStream.push(data?.productChanged.name);
  });
  source.addEventListener('complete', () => overStream.push('complete'));
  try {
    await eventually(() => expect([overSocket, opened]).toEqual([['subscribed'], 1]));
    state.isAway = true;
    network.cut();
    await rename(gateway, 'missed');
    network.mend();
    await eventually(() => expect(state.refused).toBeGreaterThan(2));
    state.isAway = false;
    await eventually(() => expect([overSocket, overStream]).toEqual([['subscribed', 'missed'], ['missed']]));
    await rename(gateway, 'live');
    await eventually(() =>
      expect([overSocket, overStream]).toEqual([
        ['subscribed', 'missed', 'live'],
        ['missed', 'live'],
      ]),
    );
  } finally {
    source.close();
    await client.dispose();
  }
});

test('whoever resumes is let go to come back after 8 s of it, and is not refused; who begins is', async () => {
  const { state, replace } = absentCatalog();
  await using gateway = await startGateway({ replace });
  const url = `${gateway.url.replace('http', 'ws')}/graphql`;
  await using first = await rawSocket(url);
  await first.init();
  const after = await first.subscribed('1', query, { id: 'p1' });
  state.isAway = true;
  first.subscribe('2', query, { id: 'p1' });
  expect(await first.message('error', '2')).toMatchObject({
    payload: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
  });
  await using socket = await rawSocket(url);
  await socket.init();
  socket.subscribe('1', resuming, { id: 'p1', after });
  await using stream = await eventStream(gateway.url, {
    query,
    variables: { id: 'p1' },
    headers: { 'last-event-id': after },
  });
  await eventually(() => expect(stream.state).toBe('ended'));
  const reason = /^ENGINE_UNAVAILABLE: a part of the graph is away; come back/;
  expect([stream.status, stream.events, stream.comments]).toEqual([200, [], [expect.stringMatching(reason)]]);
  expect(await socket.closed()).toEqual({ code: 1013, reason: expect.stringMatching(reason) });
  expect(socket.messages.filter(({ type }) => type === 'error')).toEqual([]);
});
