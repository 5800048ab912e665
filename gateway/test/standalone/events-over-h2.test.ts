import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@tributary/test-kit';
import { createClient } from 'graphql-ws';
import { expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { composeFile } from '../../src/standalone/compose-file.ts';
import { SeenFiles } from '../../src/standalone/seen-files.ts';
import { heard } from './heard.ts';
import { openMarket } from './ticker.ts';

/** Events of a server that speaks HTTP/2 and nothing else. */
async function http2Source() {
  const sessions = new Set<ServerHttp2Session>();
  const asked: string[] = [];
  let ended = 0;
  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    let text = '';
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    stream.on('error', () => undefined);
    stream.once('close', () => {
      ended += 1;
    });
    stream.once('end', () => {
      const { accept, 'accept-encoding': coding } = headers;
      asked.push([headers[':method'], headers[':path'], accept, coding, text.includes('sold')].join(' '));
      stream.respond({ ':status': 200, 'content-type': 'text/event-stream' });
      stream.write('event: next\ndata: {"data":{"sold":{"price":1}}}\n\n');
    });
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, () => resolve()));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events?of=all`,
    sessions,
    asked,
    ended: () => ended,
    [Symbol.asyncDispose]: async () => {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

it('events come over HTTP/2 from a subgraph that is asked so, on one connection, which goes with the last of them', async () => {
  await using source = await http2Source();
  const subscriptions = { protocol: 'sse', url: source.url, perConnection: 100 } as const;
  const ticker = { headers: { forward: [], set: {} }, h2: true, subscriptions };
  await using market = await openMarket('sse', { subgraphs: { ticker } });
  const client = createClient({ url: market.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
  const queries = ['subscription { sold { price } }', 'subscription { sold { cents: price } }'];
  const all = queries.map((query) => {
    const { all: told, sink } = heard();
    return { told, end: client.subscribe({ query }, sink) };
  });
  await eventually(() => expect(all.map(({ told }) => told.payloads.length)).toEqual([1, 1]));
  expect(all[0]?.told.payloads).toEqual([{ data: { sold: { price: 1 } } }]);
  expect(source.asked).toEqual(Array(2).fill('POST /events?of=all text/event-stream identity true'));
  expect(source.sessions.size).toBe(1);
  for (const { end } of all) end();
  await eventually(() => expect([source.ended(), source.sessions.size]).toEqual([2, 0]));
  await client.dispose();
});

it('such a subgraph is asked over HTTP/2 for its SDL as well', async () => {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ data: { _service: { sdl: 'type Query { told: Int }' } } }));
    });
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, () => resolve()));
  const folder = await mkdtemp(join(tmpdir(), 'events-over-h2-'));
  onTestFinished(async () => {
    await rm(folder, { recursive: true });
    await new Promise((resolve) => server.close(resolve));
  });
  const path = join(folder, 'compose.yaml');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  await writeFile(path, `subgraphs:\n  told: { routing_url: "${url}" }\n`);
  const told = { headers: { forward: [], set: {} }, h2: true };
  expect(await composeFile(path, new SeenFiles(), { settings: { subgraphs: { told } } })).toContain(
    'told: Int',
  );
});
