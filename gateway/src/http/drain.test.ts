import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, test } from 'vitest';
import { drainable } from './drain.ts';

test('a connection that was given away, and that nobody lets go of, keeps no server from closing', async () => {
  const server = createServer();
  const drain = drainable(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const taken = once(server, 'upgrade');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => undefined);
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: else\r\n\r\n');
  await taken;
  let letGo: () => void = () => undefined;
  const left = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const close = (): Promise<unknown> => new Promise((resolve) => server.close(resolve));
  let isClosed = false;
  const closed = drain.close(1_000, { close, left, cutSlow: () => undefined }).then(() => {
    isClosed = true;
  });
  // Whoever took it over may take leave of its client first.
  await new Promise((resolve) => setImmediate(resolve));
  expect([isClosed, client.closed]).toEqual([false, false]);
  letGo();
  await closed;
  await once(client, 'close');
});
