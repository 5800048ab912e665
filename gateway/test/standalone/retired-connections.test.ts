import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defaultStandaloneSettings } from '../../src/standalone/settings-file.ts';
import { buildStandaloneGateway, type StandaloneGateway } from '../../src/standalone/standalone-gateway.ts';
import { silentLog } from '../graph/silent-log.ts';
import { supergraphOf } from './shop.ts';

const sdl = 'type Query { said: String } type Mutation { say(text: String): String }';
/** Requests of one connection, as `keepalive_requests` of nginx bounds them. */
const requestsOfOne = 3;
const said: string[] = [];
const sessions: ServerHttp2Session[] = [];
const server = createServer();
server.on('session', (session: ServerHttp2Session) => {
  sessions.push(session);
  let requests = 0;
  let isRetired = false;
  session.on('error', () => undefined);
  session.on('stream', (stream: ServerHttp2Stream) => {
    stream.on('error', () => undefined);
    // Beyond the last of which it said that it takes it, nothing is done.
    if (isRetired) return;
    requests += 1;
    if (requests === requestsOfOne) {
      isRetired = true;
      session.goaway(0, stream.id);
    }
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as {
        query: string;
        variables?: Record<string, string>;
      };
      if (!query.startsWith('mutation')) return answer(stream, { said: 'all' });
      const text = Object.values(variables ?? {})[0] ?? '';
      said.push(text);
      // The client has heard that the connection is retired before it has its answer.
      session.ping(() => answer(stream, { say: text }));
    });
  });
});

function answer(stream: ServerHttp2Stream, data: object): void {
  stream.respond({ ':status': 200, 'content-type': 'application/json' });
  stream.end(JSON.stringify({ data }));
}

let gateway: StandaloneGateway;
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve));
  const { port } = server.address() as AddressInfo;
  const only = { headers: { forward: [], set: {} }, h2: true };
  gateway = buildStandaloneGateway({
    supergraphSdl: supergraphOf({ only: { sdl, url: `http://127.0.0.1:${port}/graphql` } }),
    settings: { ...defaultStandaloneSettings, dedupe: false, retries: 0, subgraphs: { only } },
    log: silentLog,
  });
  ({ url } = await gateway.listen({ port: 0, host: '127.0.0.1' }));
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  // Streams that it ignored would keep the server.
  for (const session of sessions) session.destroy();
  await new Promise((resolve) => server.close(resolve));
});

async function ask(query: string, variables = {}): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

it('what a subgraph has done is answered, though it retires the connection meanwhile', async () => {
  const texts = Array.from({ length: 10 }, (_, at) => `text ${at}`);
  for (const text of texts)
    expect(await ask('mutation ($text: String) { say(text: $text) }', { text })).toEqual({
      data: { say: text },
    });
  expect(said).toEqual(texts);
  expect(sessions.length).toBeGreaterThan(texts.length / requestsOfOne);
});

it('what it has not begun with on a connection that it retires is asked over another one', async () => {
  const asked = Array.from({ length: requestsOfOne + 2 }, (_, at) => ask(`{ said } # ${at}`));
  for (const each of await Promise.all(asked)) expect(each).toEqual({ data: { said: 'all' } });
});
