import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Closing } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { rawSocket } from './raw-socket.ts';
import { realTimeGateway } from './real-time-gateway.ts';

/** The refusal of an upgrade, as the client sees it. */
async function refusedUpgrade(url: string): Promise<IncomingMessage> {
  const socket = new WebSocket(url, 'graphql-transport-ws');
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  socket.on('error', () => undefined);
  socket.terminate();
  return response;
}

test('an address with too many sockets that never say who they are gets no further one until one is gone', async () => {
  await using gateway = await realTimeGateway({ limits: { uninitialisedSocketsPerAddress: 2 } });
  await using first = await rawSocket(gateway.url);
  await using _second = await rawSocket(gateway.url);
  const { statusCode, headers } = await refusedUpgrade(gateway.url);
  expect([statusCode, headers['retry-after']]).toEqual([429, '1']);
  await first[Symbol.asyncDispose]();
  await eventually(() => expect(gateway.sockets.size).toBe(1));
  await using third = await rawSocket(gateway.url);
  await third.init();
});

test('sockets whose credentials hold take no room of those that wait', async () => {
  await using gateway = await realTimeGateway({ limits: { uninitialisedSocketsPerAddress: 1 } });
  await using sockets = new Closing();
  for (let index = 0; index < 5; index += 1) {
    const socket = sockets.use('socket', await rawSocket(gateway.url));
    await socket.init({ id: `u-${index}` });
  }
  expect(gateway.sockets.size).toBe(5);
});

test('a server full of sockets that wait refuses further ones with 503, and serves those it has', async () => {
  await using gateway = await realTimeGateway({ limits: { uninitialisedSockets: 1 } });
  await using waiting = await rawSocket(gateway.url);
  expect((await refusedUpgrade(gateway.url)).statusCode).toBe(503);
  await waiting.init();
  await using next = await rawSocket(gateway.url);
  await next.init();
});

test('upgrades that fail, and credentials that do not hold, leave no one waiting', async () => {
  await using gateway = await realTimeGateway({ limits: { uninitialisedSocketsPerAddress: 1 } });
  for (let round = 0; round < 3; round += 1) {
    const broken = await eventually(async () => {
      const answer = await fetchUpgradeWithoutKey(gateway.url);
      expect(answer).toBe(400);
      return answer;
    });
    expect(broken).toBe(400);
    await using refused = await eventually(() => rawSocket(gateway.url));
    refused.send({ type: 'connection_init', payload: { authorization: 'Bearer forged' } });
    expect((await refused.closed()).code).toBe(4403);
  }
});

test('a client that said in time who it is may wait for the answer longer than one may take to say it', async () => {
  let answer: () => void = () => undefined;
  const authenticating = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await using gateway = await realTimeGateway({ limits: { initTimeoutMs: 50 }, authenticating });
  await using waiting = await rawSocket(gateway.url);
  waiting.send({ type: 'connection_init' });
  await using silent = await rawSocket(gateway.url);
  expect((await silent.closed()).code).toBe(4408);
  answer();
  await waiting.message('connection_ack');
});

/** An upgrade that `ws` turns down by itself. */
async function fetchUpgradeWithoutKey(url: string): Promise<number | undefined> {
  const asked = request(url.replace('ws:', 'http:'), {
    headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
  });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}
