import { once } from 'node:events';
import { connect } from 'node:net';
import { createResumableClient } from '@tributary/client';
import { systemClock } from '@tributary/runtime';
import { eventStream, eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { accessToken, workspaceId } from '../graph/identity-subgraph.ts';
import { rightsEvent } from '../graph/rights-events.ts';
import { startGateway } from '../graph/start-gateway.ts';
import { airportUpdated } from './airport-subgraph.ts';
import { rawSocket } from './raw-socket.ts';

const query = `subscription ($id: ID!) { productChanged(id: $id) { name reviews { stars } } }`;

const renamed = (id: string, name: string) => ({
  ...airportUpdated(id, name, { workspaceId }),
  subject: `Product/${id}`,
  data: name,
});

function socketUrl(url: string): string {
  return `${url.replace('http', 'ws')}/graphql`;
}

test('a federated subscription is filled in by the other subgraphs, and resumes without loss', async () => {
  await using product = await startGateway();
  let socket: WebSocket | undefined;
  let subscribed = 0;
  const client = createResumableClient({
    url: socketUrl(product.url),
    webSocketImpl: WebSocket,
    retryWait: async () => undefined,
    on: {
      opened: (opened) => {
        socket = opened as WebSocket;
      },
      ping: () => {
        subscribed += 1;
      },
    },
  });
  const payloads: unknown[] = [];
  const stop = client.subscribe(
    { query, variables: { id: 'p1' } },
    {
      next: ({ data }) => payloads.push(data),
      error: (error) => payloads.push(error),
      complete: () => undefined,
    },
  );
  await eventually(() => expect(subscribed).toBe(1));
  await product.eventLog.append('data.record', [renamed('p1', 'first'), renamed('p2', 'other')]);
  const change = (name: string) => ({ productChanged: { name, reviews: [{ stars: 4 }] } });
  await eventually(() => expect(payloads).toEqual([change('first')]));
  socket?.terminate();
  await product.eventLog.append('data.record', [renamed('p1', 'missed')]);
  await eventually(() => expect(payloads).toEqual([change('first'), change('missed')]));
  stop();
  await client.dispose();
});

test('what a principal may not subscribe to is refused with a code, and so is what is no valid operation', async () => {
  await using product = await startGateway();
  await using socket = await rawSocket(socketUrl(product.url));
  await socket.init();
  socket.subscribe('1', 'subscription { secretChanged { name } }');
  expect(await socket.message('error', '1')).toMatchObject({
    payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  });
  for (const [id, text] of Object.entries({
    syntax: 'subscription {',
    unknown: '{ nothing }',
    two: `subscription { a b }`,
  })) {
    socket.subscribe(id, text);
    const answer = await eventually(() => {
      const found = socket.messages.find((message) => message.id === id);
      if (found === undefined) throw new Error('no answer yet');
      return found;
    });
    expect(JSON.stringify(answer)).toContain('"code":"BAD_USER_INPUT"');
  }
});

test('a subscription counts with what its operation costs for each event', async () => {
  await using product = await startGateway();
  await using socket = await rawSocket(socketUrl(product.url));
  await socket.init();
  const nested = `subscription ($id: ID!) { productChanged(id: $id) { related(first: 100) { nodes { related(first: 80) { nodes { id } } } } } }`;
  await socket.subscribed('1', nested, { id: 'p1' });
  socket.subscribe('2', nested, { id: 'p2' });
  expect(await socket.message('error', '2')).toMatchObject({
    payload: [{ extensions: { code: 'COST_EXCEEDED', limit: 10_000 } }],
  });
  await socket.subscribed('3', query, { id: 'p2' });
});

test('a page of the gateway itself may open sockets, a foreign or nameless one may not', async () => {
  await using product = await startGateway();
  await using own = await rawSocket(socketUrl(product.url), { origin: product.url });
  await own.init();
  for (const origin of ['https://evil.example', 'null', `${product.url}.evil.example`]) {
    await expect(rawSocket(socketUrl(product.url), { origin })).rejects.toThrow('403');
  }
});

test('the end of a session closes its sockets with 4403 within 5 seconds', async () => {
  await using product = await startGateway();
  await using socket = await rawSocket(socketUrl(product.url));
  const token = await accessToken(product.signingKey, { sessionId: 's-ends' });
  socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  await socket.message('connection_ack');
  await socket.subscribed('1', query, { id: 'p1' });
  const endedAtMs = performance.now();
  const ended = {
    ...airportUpdated('s-ends', 'x', { workspaceId }),
    type: 'identity.session.ended',
    subject: 'Session/s-ends',
    data: { sessionId: 's-ends', userId: 'u-1', reason: 'SIGNED_OUT' },
  };
  await product.eventLog.append('identity.session', [ended]);
  expect(await socket.closed()).toEqual({ code: 4403, reason: expect.stringContaining('FORBIDDEN') });
  expect(performance.now() - endedAtMs).toBeLessThan(5_000);
});

test('a change of role closes sockets with 4403 and ends streams that were opened with the one before, and with no other', async () => {
  await using product = await startGateway();
  const bearer = async (sub: string) =>
    `Bearer ${await accessToken(product.signingKey, { sub, role: 'EDITOR' })}`;
  const open = async (sub: string) => {
    const socket = await rawSocket(socketUrl(product.url));
    socket.send({ type: 'connection_init', payload: { authorization: await bearer(sub) } });
    await socket.message('connection_ack');
    await socket.subscribed('1', query, { id: 'p1' });
    return socket;
  };
  await using demoted = await open('demoted');
  await using stays = await open('stays');
  const headers = { authorization: await bearer('demoted') };
  const asked = { query, variables: { id: 'p1' }, headers };
  await using stream = await eventStream(`${product.url}/graphql`, asked);
  const change = { userId: 'demoted', role: 'VIEWER', previousRole: 'EDITOR' };
  const atMs = systemClock.now() + 1_000;
  await product.eventLog.append('identity.member', [
    rightsEvent('identity.member.role_changed', change, atMs),
  ]);
  expect(await demoted.closed()).toEqual({ code: 4403, reason: expect.stringContaining('FORBIDDEN') });
  await eventually(() => expect(stream.state).toBe('ended'));
  expect(stream.comments.join()).toContain('FORBIDDEN');
  await product.eventLog.append('data.record', [renamed('p1', 'still here')]);
  await eventually(() => expect(stays.payloads('1')).toHaveLength(1));
});

test('a subscription whose field may be left out is refused: it would stay open and never say anything', async () => {
  await using product = await startGateway();
  await using socket = await rawSocket(socketUrl(product.url));
  await socket.init();
  const changed = 'productChanged(id: "p1")';
  for (const [id, text] of Object.entries({
    field: `subscription { ${changed} @skip(if: true) { name } }`,
    inline: `subscription { ... @include(if: true) { ${changed} { name } } }`,
    spread: `subscription { ...F } fragment F on Subscription { ${changed} @include(if: true) { name } }`,
  })) {
    socket.subscribe(id, text);
    expect(await socket.message('error', id)).toMatchObject({
      payload: [
        {
          message: expect.stringContaining('may not stand under @'),
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
  }
});

test('a number whose digits JSON does not keep is refused in a message as it is in a body', async () => {
  await using product = await startGateway();
  await using socket = await rawSocket(socketUrl(product.url));
  await socket.init();
  const echo = 'query ($value: JSON) { echo(value: $value) }';
  const message = JSON.stringify({
    type: 'subscribe',
    id: '1',
    payload: { query: echo, variables: { value: 0 } },
  });
  socket.ws.send(message.replace('"value":0', '"value":12345678901234567890'));
  expect(await socket.message('error', '1')).toMatchObject({
    payload: [
      { message: expect.stringContaining('12345678901234567890'), extensions: { code: 'BAD_USER_INPUT' } },
    ],
  });
});

test('what was asked for behind a stream on its connection holds no place, whoever asked', async () => {
  await using product = await startGateway({ settings: { underWay: { perCaller: 3, inAll: 100 } } });
  const { hostname, port } = new URL(product.url);
  const client = connect(Number(port), hostname);
  const asked = (text: string, accept: string): string =>
    `GET /graphql?query=${encodeURIComponent(text)} HTTP/1.1\r\nhost: a\r\naccept: ${accept}\r\napollo-require-preflight: 1\r\n\r\n`;
  client.write(asked('subscription { productChanged(id: "p1") { name } }', 'text/event-stream'));
  await once(client, 'data');
  for (let at = 0; at < 6; at += 1) client.write(asked(`{ t${at}: __typename }`, 'application/json'));
  client.write(asked('subscription { productChanged(id: "p2") { name } }', 'text/event-stream'));
  const ask = () =>
    fetch(`${product.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ __typename }"}',
    });
  for (let turn = 0; turn < 5; turn += 1)
    for (const { status } of await Promise.all([ask(), ask(), ask()])) expect(status).toBe(200);
  client.destroy();
  for (const { status } of await Promise.all([ask(), ask(), ask()])) expect(status).toBe(200);
});
