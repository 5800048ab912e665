import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { openObjectStore } from './open.ts';

test('the socket of an answer that names no version is let go, and nobody waits for its idle limit', async () => {
  const answers: ServerResponse[] = [];
  const versioned = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
  const server = createServer(({ url = '' }, answer) => {
    if (url.includes('versioning'))
      return void answer.setHeader('content-type', 'application/xml').end(versioned);
    answers.push(answer);
    answer.writeHead(200, { etag: '"e"', 'content-length': 10_000_000 }).write(Buffer.alloc(100_000));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const at = `s3://key:secret@127.0.0.1:${port}/files?tls=off&pathStyle=on`;
    await using store = await openObjectStore(at, { dataDir: '', tokens: {} as never, clock: systemClock });
    await expect(store.get({ key: 'a' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(answers).toHaveLength(1);
    await expect.poll(() => answers.map(({ destroyed }) => destroyed), { timeout: 5_000 }).toEqual([true]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
