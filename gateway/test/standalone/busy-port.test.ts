import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { opened } from '../../src/standalone/opened-port.ts';
import { openOver } from './one-subgraph.ts';

it('a port that is busy is told with the argument that chooses another', async () => {
  await using over = await openOver('type Query { one: Int }', {});
  const port = Number(new URL(over.url).port);
  const server = createServer();
  const opening = new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, () => resolve(server.address() as AddressInfo));
  });
  const sentence = `Port ${port} is busy; stop what uses it, or choose another with --port ${port + 1}.`;
  await expect(opened(opening, '--port')).rejects.toThrow(sentence);
});
