import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CodedError, systemClock } from '@tributary/runtime';
import type { ObjectStoreUnderTest } from './conformance-objects.ts';
import { openObjectStore } from './open.ts';
import type { ObjectStore } from './port.ts';
import { createPresignedTokens, type PresignedTokens } from './presigned-tokens.ts';

export interface EmbeddedStoreUnderTest extends ObjectStoreUnderTest {
  readonly folder: string;
  readonly tokens: PresignedTokens;
}

/** A store in a folder of its own, and a door as small as one can be that answers its presigned requests. */
export async function openEmbedded(
  around: (store: ObjectStore, tokens: PresignedTokens) => ObjectStore = (store) => store,
): Promise<EmbeddedStoreUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-objects-'));
  const tokens = createPresignedTokens({ secret: randomBytes(32), path: '/objects', clock: systemClock });
  const connect = async (): Promise<ObjectStore> =>
    around(await openObjectStore(`file://${folder}`, { dataDir: '', tokens, clock: systemClock }), tokens);
  const store = await connect();
  const server = createServer((request, response) => {
    answer({ store, tokens, request, response }).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(error instanceof CodedError ? error.status : 500).end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    folder,
    tokens,
    store,
    connect,
    send: ({ method, url, headers }, body, otherHeaders) =>
      fetch(new URL(url, `http://127.0.0.1:${port}`), {
        method,
        headers: { ...headers, ...otherHeaders },
        ...(body === undefined ? {} : { body: new Uint8Array(body) }),
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await store[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Exchange {
  readonly store: ObjectStore;
  readonly tokens: PresignedTokens;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function answer({ store, tokens, request, response }: Exchange): Promise<void> {
  const token = request.url?.slice('/objects/'.length) ?? '';
  const grant = tokens.verify(request.method ?? '', token);
  if (grant.method === 'GET') {
    const { head, body, lengthBytes } = await store.get({ key: grant.key, versionId: grant.versionId });
    response.writeHead(200, {
      'content-length': lengthBytes,
      'content-type': grant.contentType ?? head.contentType,
      ...(grant.contentDisposition === undefined ? {} : { 'content-disposition': grant.contentDisposition }),
    });
    await pipeline(body, response);
    return;
  }
  const { method: _, ...put } = grant;
  if (request.headers['content-type'] !== put.contentType) throw new CodedError('FORBIDDEN', 'Another type.');
  await store.put({ ...put, body: request, onlyIf: 'absent' });
  response.writeHead(200).end();
}
