import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger, systemClock } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { openObjectStore } from './open.ts';

test('the socket of an answer that names no entity tag is let go, and nobody waits for its idle limit', async () => {
  const answers: ServerResponse[] = [];
  const versioned = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
  const server = createServer(({ method, url = '' }, answer) => {
    if (method !== 'GET' || url.includes('version'))
      return void answer.setHeader('content-type', 'application/xml').end(versioned);
    answers.push(answer);
    answer.writeHead(200, { 'content-length': 10_000_000 }).write(Buffer.alloc(100_000));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const at = `s3://key:secret@127.0.0.1:${port}/files?tls=off&pathStyle=on`;
    await using store = await openObjectStore(at, { dataDir: '', tokens: {} as never, clock: systemClock });
    await expect(store.get({ key: 'a' })).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(answers).toHaveLength(1);
    await expect.poll(() => answers.map(({ destroyed }) => destroyed), { timeout: 5_000 }).toEqual([true]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('readiness asks a store one thing, and once a minute whether its bucket keeps versions', async () => {
  const asked: string[] = [];
  const versioned = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
  const server = createServer(({ method, url = '' }, answer) => {
    asked.push(url.includes('versioning') ? 'versions' : `${method}`);
    answer.setHeader('content-type', 'application/xml').end(method === 'HEAD' ? undefined : versioned);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  let nowMs = 0;
  const clock = { ...systemClock, monotonicMs: () => nowMs };
  try {
    const at = `s3://key:secret@127.0.0.1:${port}/files?tls=off&pathStyle=on`;
    await using store = await openObjectStore(at, { dataDir: '', tokens: {} as never, clock });
    await store.ping();
    asked.length = 0;
    for (; nowMs < 60_000; nowMs += 20_000) await store.ping();
    expect(asked).toEqual(['HEAD', 'HEAD', 'HEAD']);
    await store.ping();
    expect(asked.slice(3)).toEqual(['HEAD', 'versions']);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('a key for encryption that is disabled while the store is in use is no fault of ours, and the log says what is refused', async () => {
  let isDisabled = false;
  const versioned = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
  const server = createServer(({ method, url = '' }, answer) => {
    answer.setHeader('content-type', 'application/xml');
    if (method === 'PUT' && isDisabled)
      return void answer.writeHead(400).end('<Error><Code>KMS.DisabledException</Code></Error>');
    answer.setHeader('etag', '"e"').setHeader('x-amz-version-id', '1');
    answer.end(url.includes('versioning') ? versioned : '<ListVersionsResult></ListVersionsResult>');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const lines: string[] = [];
  const log = createLogger({
    name: 'test',
    level: 'warn',
    destination: { write: (line: string) => void lines.push(line) },
  });
  try {
    const at = `s3://key:secret@127.0.0.1:${port}/files?tls=off&pathStyle=on&sse=aws:kms&kmsKeyId=k`;
    await using store = await openObjectStore(at, {
      dataDir: '',
      tokens: {} as never,
      clock: systemClock,
      log,
    });
    const put = () => store.put({ key: 'a', body: Buffer.from('a'), contentType: 'text/plain' });
    await put();
    isDisabled = true;
    for (let tries = 0; tries < 2; tries += 1)
      await expect(put()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('cannot use the key that kmsKeyId names');
    // One that is disabled before the start is told by the start.
    await expect(
      openObjectStore(at, { dataDir: '', tokens: {} as never, clock: systemClock }),
    ).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringContaining('cannot use the key that kmsKeyId names'),
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('what is written while the versioning of a bucket is suspended is there, and the log and readiness say so at once', async () => {
  let isSuspended = false;
  const server = createServer(({ method, url = '' }, answer) => {
    if (method === 'HEAD') answer.setHeader('content-length', '1');
    answer.setHeader('content-type', 'application/xml');
    // MinIO names no version here, and AWS says `null`.
    answer.setHeader('etag', '"e"');
    if (!isSuspended) answer.setHeader('x-amz-version-id', '1');
    const status = isSuspended ? 'Suspended' : 'Enabled';
    if (url.includes('versioning'))
      answer.end(`<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`);
    else answer.end(url.includes('versions') ? '<ListVersionsResult></ListVersionsResult>' : undefined);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ name: 'test', level: 'warn', destination });
  try {
    const at = `s3://key:secret@127.0.0.1:${port}/files?tls=off&pathStyle=on`;
    const dependencies = { dataDir: '', tokens: {} as never, clock: systemClock, log };
    await using store = await openObjectStore(at, dependencies);
    await store.ping();
    isSuspended = true;
    for (let tries = 0; tries < 2; tries += 1)
      expect(await store.put({ key: 'a', body: Buffer.from('a'), contentType: 'text/plain' })).toMatchObject({
        versionId: 'null',
      });
    expect(await store.head('a')).toMatchObject({ versionId: 'null', etag: 'e' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('turn its versioning on again');
    await expect(store.ping()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    isSuspended = false;
    await store.ping();
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
