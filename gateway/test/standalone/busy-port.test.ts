import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { opened } from '../../src/standalone/opened-port.ts';
import { openOver } from './one-subgraph.ts';

it('a port that is busy is told with the argument that chooses another', async () => {
  await using over = await openOver('type Query { one: Int }', {});
  const port = Number(new URL(over.url).port);
  const opening = once(createServer().listen({ port, host: '127.0.0.1' }), 'listening');
  const sentence = `Port ${port} is busy; stop what uses it, or choose another with --port ${port + 1}.`;
  await expect(opened(opening, '--port')).rejects.toThrow(sentence);
});

it('a host that nobody knows is told with the argument that names another', async () => {
  const opening = once(createServer().listen({ port: 0, host: 'foo.invalid' }), 'listening');
  await expect(opened(opening, '--metrics-port')).rejects.toThrow(
    'There is no host foo.invalid; set --host to an address or a name of this machine.',
  );
});
