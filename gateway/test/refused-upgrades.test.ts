import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { startGateway } from './graph/start-gateway.ts';
import { openShop } from './standalone/shop.ts';
import { realTimeGateway } from './subscriptions/real-time-gateway.ts';

const bounds = { uninitialisedSockets: 0 };
/** Targets and fields that are refused, each with its status. */
const refusals = [
  [404, '/nothing', ''],
  [403, '/graphql', 'Origin: https://elsewhere.example\r\n'],
  [503, '/graphql', ''],
] as const;

/** A client that keeps its own half open when it has read that it was refused. */
async function refused(url: string, target: string, fields = '', status = 404): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  socket.on('error', () => undefined);
  socket.write(
    `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${fields}\r\n`,
  );
  const [said] = (await once(socket, 'data')) as [Buffer];
  expect(String(said)).toContain(`HTTP/1.1 ${status} `);
  return socket;
}

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  );
}

test.each(refusals)(
  'an upgrade that is refused with %d keeps no connection, whatever its client does next',
  async (status, target, fields) => {
    await using gateway = await realTimeGateway({ limits: bounds });
    const keeping = await refused(gateway.url, target, fields, status);
    const saying = await refused(gateway.url, target, fields, status);
    saying.end('x');
    await eventually(async () => expect(await connectionsOf(gateway.server)).toBe(0));
    keeping.destroy();
  },
);

test.each([
  ['product', () => startGateway()],
  ['gateway alone', () => openShop()],
])(
  'a stop of the %s ends though a client whose upgrade was refused keeps its half open',
  async (_which, open) => {
    const gateway = await open();
    const client = await refused(gateway.url, '/nothing');
    await gateway[Symbol.asyncDispose]();
    client.destroy();
  },
);
