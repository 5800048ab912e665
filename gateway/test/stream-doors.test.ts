import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Closing, CodedError, createMetrics } from '@tributary/runtime';
import {
  type StreamDoor,
  type StreamDoorRequest,
  type Subgraph,
  serveSubgraph,
} from '@tributary/subgraph-kit';
import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { remoteSubgraph } from '../src/execution/remote-subgraph.ts';
import { startGateway, type TestGateway } from './graph/start-gateway.ts';

const limitBytes = 64 * 1024 * 1024;
const page = 'https://app.example';

interface Seen {
  /** Bodies that were read to their end or failed, with what they failed with. */
  readonly bodies: { readonly bytes: number; readonly sha256: string; readonly failure: unknown }[];
  readonly requests: StreamDoorRequest[];
  produced: number;
  consumed: number;
  widestLead: number;
  downloadsDestroyed: number;
}

const seen: Seen = {
  bodies: [],
  requests: [],
  produced: 0,
  consumed: 0,
  widestLead: 0,
  downloadsDestroyed: 0,
};

/** Counts and hashes what it is sent, refuses without reading, or answers without end. */
const door: StreamDoor = {
  prefixes: ['/bytes'],
  bodyLimitBytes: limitBytes,
  handle: async (request) => {
    seen.requests.push(request);
    const { path, body } = request;
    if (path === '/bytes/refused') return { status: 409, headers: {}, body: 'no' };
    if (path === '/bytes/endless') {
      const endless = new Readable({ read: () => void endless.push(Buffer.alloc(65_536)) });
      endless.once('close', () => {
        seen.downloadsDestroyed += 1;
      });
      return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: endless };
    }
    const hash = createHash('sha256');
    let bytes = 0;
    let failure: unknown;
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        hash.update(chunk);
        bytes += chunk.byteLength;
        seen.consumed += chunk.byteLength;
        if (path === '/bytes/slowly') await new Promise(setImmediate);
      }
    } catch (error) {
      failure = error;
    }
    const sha256 = hash.digest('hex');
    seen.bodies.push({ bytes, sha256, failure });
    if (failure instanceof CodedError)
      return { status: failure.status, headers: { 'x-code': failure.code }, body: failure.code };
    return { status: 200, headers: { 'upload-offset': String(bytes) }, body: sha256 };
  },
};

describe.each(['in this process', 'over HTTP'])('a stream door %s', (form) => {
  const closing = new Closing();
  let product: TestGateway;

  beforeAll(async () => {
    product = await startGateway({
      settings: { corsOrigins: [page], requestsPerMinute: 100_000, idleBodyMs: 250 },
      replace: async (subgraph, { minter }) => {
        if (subgraph.name !== 'catalog') return subgraph;
        const withDoor: Subgraph = { ...subgraph, streamDoor: door };
        if (form === 'in this process') return withDoor;
        const served = closing.use(
          'served',
          await serveSubgraph(withDoor, { port: 0, host: '127.0.0.1', metrics: createMetrics() }),
        );
        const remote = await remoteSubgraph({
          name: subgraph.name,
          url: served.url,
          minter,
          doorPrefixes: subgraph.door?.prefixes ?? [],
          streamDoorPrefixes: door.prefixes,
          connections: 8,
        });
        return closing.use('remote', remote);
      },
    });
  });
  afterAll(async () => {
    await product[Symbol.asyncDispose]();
    await closing[Symbol.asyncDispose]();
  });

  const upload = (path: string, body: Readable | Uint8Array, headers: Record<string, string> = {}) =>
    fetch(`${product.url}${path}`, {
      method: 'PATCH',
      headers,
      body: body instanceof Readable ? (Readable.toWeb(body) as ReadableStream) : body,
      duplex: 'half',
    } as RequestInit);

  /** A request whose body stays open: `write` sends more of it. */
  const openUpload = async (path: string, headers: Record<string, string> = {}) => {
    const before = seen.requests.length;
    const request = httpRequest(`${product.url}${path}`, { method: 'PATCH', headers });
    request.on('error', () => undefined);
    request.write(Buffer.alloc(1_000));
    await eventually(() => expect(seen.requests.length).toBeGreaterThan(before));
    return request;
  };

  test('bytes arrive as they were sent, and the answer carries the ids and budgets of every other', async () => {
    const bytes = randomBytes(6_000_000);
    const answer = await upload('/bytes/count', bytes);
    expect(await answer.text()).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(answer.headers.get('upload-offset')).toBe('6000000');
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('ratelimit-limit')).toBe('100000');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('the door is told who asks, and sees none of the credentials', async () => {
    await upload('/bytes/count', Buffer.from('x'), {
      'x-user-id': 'me',
      cookie: 'a=b',
      'upload-offset': '0',
    });
    const request = seen.requests.at(-1);
    expect(request?.assertion).toMatch(/^ey/);
    expect(request?.headers).toMatchObject({ 'upload-offset': '0', 'content-length': '1' });
    expect(request?.headers).not.toHaveProperty('cookie');
    expect(request?.headers).not.toHaveProperty('x-user-id');
  });

  test('a wrong token is refused before a byte of the body reaches the door', async () => {
    const before = seen.requests.length;
    const answer = await upload('/bytes/count', Buffer.from('x'), { authorization: 'Bearer wrong' });
    expect(answer.status).toBe(401);
    expect(seen.requests).toHaveLength(before);
  });

  test('whoever reads slowly slows the sender: what is on its way stays small', async () => {
    Object.assign(seen, { produced: 0, consumed: 0, widestLead: 0 });
    const chunk = Buffer.alloc(65_536);
    const produce = function* () {
      for (let sent = 0; sent < limitBytes; sent += chunk.byteLength) {
        seen.produced += chunk.byteLength;
        seen.widestLead = Math.max(seen.widestLead, seen.produced - seen.consumed);
        yield chunk;
      }
    };
    const answer = await upload('/bytes/slowly', Readable.from(produce()));
    expect(answer.status).toBe(200);
    expect(seen.consumed).toBe(limitBytes);
    // What kernels hold on loopback, a few megabytes a hop, is all that may lie between.
    expect(seen.widestLead).toBeLessThan(limitBytes / 2);
  });

  test('a declared length above the limit is refused at once', async () => {
    const answer = await upload('/bytes/count', Buffer.alloc(limitBytes + 1));
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', limitBytes });
  });

  test('a body without end is cut at the limit', async () => {
    const before = seen.bodies.length;
    const { hostname, port } = new URL(product.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(`PATCH /bytes/count HTTP/1.1\r\nHost: ${hostname}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const flood = (): void => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', flood);
    const answered = once(socket, 'data');
    flood();
    const [first] = await answered;
    expect(String(first)).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
    await eventually(() => expect(seen.bodies.length).toBeGreaterThan(before));
    expect(seen.bodies.at(-1)?.failure).toMatchObject({
      code: expect.stringMatching(/PAYLOAD_TOO_LARGE|BAD_REQUEST/),
    });
  });

  test('a client that stalls is told so with 408', async () => {
    const request = await openUpload('/bytes/count', { 'content-length': '2000' });
    const [answer] = await once(request, 'response');
    expect(answer.statusCode).toBe(408);
    expect(await text(answer)).toContain('REQUEST_TIMEOUT');
    request.destroy();
  });

  test('a client that sends a byte now and then, for ever, is told so with 408', async () => {
    const request = await openUpload('/bytes/count', { 'content-length': '1000000' });
    const trickle = setInterval(() => request.write('x'), 10);
    const [answer] = await once(request, 'response').finally(() => clearInterval(trickle));
    expect(answer.statusCode).toBe(408);
    expect(await text(answer)).toContain('REQUEST_TIMEOUT');
    request.destroy();
  });

  test('a client that leaves ends what the door reads', async () => {
    const before = seen.bodies.length;
    const request = await openUpload('/bytes/count', { 'content-length': '2000' });
    request.destroy();
    await eventually(() => expect(seen.bodies.length).toBeGreaterThan(before));
    expect(seen.bodies.at(-1)?.failure).toMatchObject({ code: 'BAD_REQUEST' });
    await eventually(() => expect(seen.requests.at(-1)?.signal.aborted).toBe(true));
  });

  test('a door may answer without reading: the client has the answer, not a reset connection', async () => {
    const answer = await upload('/bytes/refused', Buffer.alloc(4_000_000));
    expect([answer.status, await answer.text()]).toEqual([409, 'no']);
  });

  test('an answer without end stops when its reader leaves', async () => {
    const before = seen.downloadsDestroyed;
    const answer = await fetch(`${product.url}/bytes/endless`);
    const reader = answer.body?.getReader();
    let taken = 0;
    while (taken < 5_000_000) taken += (await reader?.read())?.value?.byteLength ?? 0;
    await reader?.cancel();
    await eventually(() => expect(seen.downloadsDestroyed).toBe(before + 1));
  });

  test('a page that may call may upload with tus: its methods and headers are allowed and shown', async () => {
    const preflight = await fetch(`${product.url}/bytes/count`, {
      method: 'OPTIONS',
      headers: { origin: page, 'access-control-request-method': 'PATCH' },
    });
    expect(preflight.status).toBe(204);
    for (const method of ['PATCH', 'HEAD', 'PUT', 'DELETE'])
      expect(preflight.headers.get('access-control-allow-methods')).toContain(method);
    for (const field of [
      'tus-resumable',
      'upload-offset',
      'upload-length',
      'upload-metadata',
      'upload-checksum',
    ])
      expect(preflight.headers.get('access-control-allow-headers')).toContain(field);
    const answer = await fetch(`${product.url}/bytes/count`, { method: 'PATCH', headers: { origin: page } });
    for (const field of ['location', 'upload-offset', 'tus-resumable'])
      expect(answer.headers.get('access-control-expose-headers')).toContain(field);
  });

  test('compressed bodies are refused: their size is not what it says', async () => {
    const answer = await upload('/bytes/count', Buffer.from('x'), { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(415);
  });
});
