import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { demoAccess, graphCaller } from '@tributary/test-kit';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { newWorkspace, type Workspace } from './newcomers.ts';
import { rawRequest } from './raw-request.ts';
import { rawSocket } from './raw-socket.ts';

// Rows 14–17, 22, 47, 61 and 64: what HTTP itself lets an attacker try.
const { url, dataDir } = inject('product');
const { host } = new URL(url);

interface Sent {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

async function send(path: string, init: RequestInit = {}): Promise<Sent> {
  const response = await fetch(`${url}${path}`, init);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

const json = { 'content-type': 'application/json' };
const query = JSON.stringify({ query: '{ signUpOpen }' });

describe('a page of somebody else’s site', () => {
  const foreign = [
    'null',
    'https://evil.test',
    `http://${host}.evil.test`,
    `http://evil-${host}`,
    `https://${host}`,
    `http://${host.replace(':', ':1')}`,
    'file://',
  ];

  test.each(foreign)('of origin %s reads no answer, asked simply or with a preflight', async (origin) => {
    for (const path of ['/graphql', '/v1/airports', '/v1/openapi.json', '/health/live']) {
      const asked = await send(path, {
        method: path === '/graphql' ? 'POST' : 'GET',
        headers: { ...json, origin },
        ...(path === '/graphql' ? { body: query } : {}),
      });
      const preflight = await send(path, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,authorization',
        },
      });
      for (const { headers } of [asked, preflight]) {
        expect(headers.get('access-control-allow-origin')).toBeNull();
        expect(headers.get('access-control-allow-credentials')).toBeNull();
      }
    }
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; a=application/json',
  ])('cannot post an operation as %s, which a form sends without asking', async (type) => {
    const { status, text } = await send('/graphql', {
      method: 'POST',
      headers: { 'content-type': type },
      body: query,
    });
    expect([400, 415]).toContain(status);
    expect(text).not.toContain('"data"');
  });

  test('cannot ask by a link or an image, and nobody changes anything over GET', async () => {
    const asLink = await rawRequest(
      url,
      `GET /graphql?query=%7BsignUpOpen%7D HTTP/1.1\r\nHost: ${host}\r\nAccept: */*\r\nConnection: close\r\n\r\n`,
    );
    expect(asLink.statuses).toEqual([400]);
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const { status, headers } = await send('/graphql?query=mutation%20%7BsignOutEverywhere%7D', {
        method,
        headers: { 'apollo-require-preflight': '1', accept: 'application/json' },
      });
      expect([method, status, headers.get('allow')?.includes('POST')]).toEqual([method, 405, true]);
    }
  });
});

describe('two readers of one byte stream', () => {
  const post = `POST /graphql HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n`;
  const smuggled = `GET /health/live HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const attacks: Readonly<Record<string, string>> = {
    'a length and chunks': `${post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'two lengths': `${post}Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
    'two hosts': `${post}Host: evil.example\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    'a length with a sign': `${post}Content-Length: +0\r\n\r\n${smuggled}`,
    'a coding twice': `${post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`,
    'a coding in disguise': `${post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'lines that end in a bare LF': `POST /graphql HTTP/1.1\nHost: ${host}\nContent-Length: 0\n\n${smuggled}`,
    'a folded header': `${post}X-Folded: a\r\n b: c\r\nContent-Length: 0\r\n\r\n${smuggled}`,
    'a NUL in a header': `${post}X-Nul: a\0b\r\nContent-Length: 0\r\n\r\n${smuggled}`,
    'chunk sizes that overflow': `${post}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n${smuggled}`,
    'a request line without a version': `GET /graphql\r\n\r\n${smuggled}`,
    'headers without end': `GET / HTTP/1.1\r\nHost: ${host}\r\n${'X-A: '.padEnd(1_000, 'a').concat('\r\n').repeat(40)}\r\n`,
  };

  test.each(Object.keys(attacks))('%s: refused, and no second request is answered', async (name) => {
    const { statuses, text } = await rawRequest(url, attacks[name] ?? '');
    expect(statuses).toHaveLength(1);
    expect([400, 431]).toContain(statuses[0]);
    expect(text).toMatch(/"code":"(BAD_REQUEST|PAYLOAD_TOO_LARGE)"/);
  });

  test.each([
    '//graphql',
    '/graphql/',
    '/graphql//',
    '/%2fgraphql',
    '/GraphQL',
    '/graphql%00',
    '/graphql/..',
    '/./graphql',
    '/v1/../graphql',
    '/graphql;a=b',
    '/v1%2fairports',
    '//v1/airports',
  ])('the path %s, which a proxy could read as another, is not the graph', async (path) => {
    const { statuses, text } = await rawRequest(
      url,
      `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${query.length}\r\nConnection: close\r\n\r\n${query}`,
    );
    expect(statuses).toHaveLength(1);
    expect([400, 404]).toContain(statuses[0]);
    expect(text).not.toContain('signUpOpen');
  });

  test('a request for no host is refused', async () => {
    expect((await rawRequest(url, 'GET /health/live HTTP/1.1\r\n\r\n')).statuses).toEqual([400]);
  });

  test('a full URL in the request line or a foreign Host, as a name that was rebound to this machine, is refused', async () => {
    for (const start of [
      'GET http://evil.test/v1/airports?first=1 HTTP/1.1\r\nHost: evil.test',
      'GET /v1/airports?first=1 HTTP/1.1\r\nHost: evil.test',
    ]) {
      const { text, statuses } = await rawRequest(
        url,
        `${start}\r\nX-Forwarded-Host: worse.test\r\nConnection: close\r\n\r\n`,
      );
      expect(statuses).toEqual([421]);
      expect(text).toContain('MISDIRECTED_REQUEST');
      expect(text).not.toContain('worse.test');
      expect(text.toLowerCase()).not.toMatch(/^location:/m);
    }
  });
});

describe('a compression bomb', () => {
  const bomb = gzipSync(Buffer.alloc(30 * 1024 * 1024, ' '));

  test.each(['gzip', 'deflate', 'br', 'zstd', 'gzip, gzip', 'x-gzip'])(
    'of coding %s is refused unread at every door',
    async (coding) => {
      const { authorization = '' } = graphCaller(url, `Bearer ${(await demoAccess(dataDir)).partnerKey}`);
      for (const path of ['/graphql', '/v1/airports']) {
        const { status } = await send(path, {
          method: 'POST',
          headers: { ...json, authorization, 'content-encoding': coding },
          body: bomb,
        });
        expect([path, status]).toEqual([path, 415]);
      }
    },
  );

  test('over a socket is not even negotiated', async () => {
    using socket = await rawSocket(url, { headers: { 'sec-websocket-extensions': 'permessage-deflate' } });
    expect(socket.ws.extensions).toBe('');
  });
});

test.each([
  ['POST', '/files/form', 'multipart/form-data; boundary=x'],
  ['PATCH', '/files/tus/0192e1a0-0000-7000-8000-000000000001', 'application/offset+octet-stream'],
])(
  '%s %s takes 100 MiB in one request: a byte more is refused by the length it declares, before it is sent',
  async (method, path, type) => {
    const { owner } = await newWorkspace(url);
    const declared = (bytes: number): string =>
      `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${owner.ask.authorization}\r\nContent-Type: ${type}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nConnection: close\r\nContent-Length: ${bytes}\r\n\r\n`;
    const most = 100 * 1024 * 1024;
    const refused = await rawRequest(url, declared(most + 1), 5_000);
    expect(refused.statuses).toEqual([413]);
    expect(refused.text).toContain('"code":"PAYLOAD_TOO_LARGE"');
    expect(refused.text).toContain(`"limitBytes":${most}`);
    // What may come is waited for, or refused for another reason.
    expect((await rawRequest(url, declared(most))).statuses).not.toContain(413);
  },
);

describe('two users and one question', () => {
  let one: Workspace;
  let other: Workspace;
  beforeAll(async () => {
    [one, other] = [await newWorkspace(url), await newWorkspace(url)];
  });

  test('have answers of their own, by text, by hash and over REST, and no cache may keep them', async () => {
    const text = '{ viewer { id } workspace { slug } }';
    const sha256Hash = createHash('sha256').update(text).digest('hex');
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    for (const body of [{ query: text }, { query: text, extensions }, { extensions }]) {
      for (const { owner, slug } of [one, other, one]) {
        const answer = await send('/graphql', {
          method: 'POST',
          headers: { ...json, authorization: owner.ask.authorization ?? '' },
          body: JSON.stringify(body),
        });
        expect(answer.text).toContain(owner.userId);
        expect(answer.text).toContain(slug);
        expect(answer.headers.get('cache-control')).toBe('no-store');
      }
      const stranger = await send('/graphql', { method: 'POST', headers: json, body: JSON.stringify(body) });
      expect(stranger.text).not.toContain(one.slug);
    }
    const list = await send('/v1/airports?first=1', {
      headers: { authorization: one.owner.ask.authorization ?? '' },
    });
    expect(list.headers.get('cache-control')).toMatch(/no-store|private/);
    expect(list.headers.get('vary')?.toLowerCase()).toContain('origin');
  });

  test('a hash that belongs to another text is refused, and one that nobody registered is unknown', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
    const swapped = await send('/graphql', {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ query: '{ signUpOpen }', extensions }),
    });
    expect(swapped.status).toBe(400);
    expect(swapped.text).not.toContain('"http"');
    const unknown = await send('/graphql', {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ extensions }),
    });
    expect(unknown.text).toContain('PERSISTED_QUERY_NOT_FOUND');
  });

  test('an ETag of one is no knowledge for another', async () => {
    const read = async (authorization: string, etag?: string): Promise<Sent> =>
      send('/v1/notes', {
        headers: { authorization, ...(etag === undefined ? {} : { 'if-none-match': etag }) },
      });
    const mine = await read(one.owner.ask.authorization ?? '');
    expect(mine.status).toBe(200);
    const stranger = await send('/v1/notes', {
      headers: { 'if-none-match': mine.headers.get('etag') ?? '*' },
    });
    expect(stranger.status).toBe(401);
  });
});

test('headers of the inside, sent from outside, give nobody another name', async () => {
  const { owner } = await newWorkspace(url);
  const claimed = {
    'x-user-id': owner.userId,
    'x-role': 'OWNER',
    'x-forwarded-user': owner.email,
    'x-workspace-id': 'x',
    'tributary-principal': JSON.stringify({ kind: 'service' }),
    'tributary-client-address': '10.0.0.1',
  };
  for (const [name, value] of Object.entries(claimed)) {
    const { text } = await send('/graphql', {
      method: 'POST',
      headers: { ...json, [name]: value },
      body: JSON.stringify({ query: '{ viewer { id } }' }),
    });
    expect([name, text.includes('UNAUTHENTICATED')]).toEqual([name, true]);
    const rest = await send('/v1/notes', { headers: { [name]: value } });
    expect([name, rest.status]).toEqual([name, 401]);
  }
});
