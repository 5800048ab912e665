import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Ports of 127.0.0.1 nobody listens on right now, all different: held open together while they are chosen. */
export function freePorts(count: number): Promise<readonly number[]> {
  return hold(Array.from({ length: count }, () => 0));
}

/** Whether nobody listens on any of these ports of 127.0.0.1 right now. */
export async function areFree(ports: readonly number[]): Promise<boolean> {
  return hold(ports).then(
    () => true,
    () => false,
  );
}

/** Listens on all of them for a moment. @throws what the system says of one that is taken */
async function hold(wanted: readonly number[]): Promise<readonly number[]> {
  const servers = wanted.map((port) => createServer().listen(port, '127.0.0.1'));
  try {
    await Promise.all(servers.map((server) => once(server, 'listening')));
    return servers.map((server) => (server.address() as AddressInfo).port);
  } finally {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}
