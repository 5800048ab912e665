import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { CodedError } from '@tributary/runtime';

/** Ports nobody listens on right now, all different: held open together while they are chosen. */
export async function freePorts(count: number, host: string): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, host));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/**
 * Listens for a moment where the gateway will, because what is wrong with a port should be known before a database is made.
 * @throws CodedError CONFIG_INVALID for a host that nobody knows, otherwise what listening throws
 */
export async function requireFree({
  port,
  host,
}: {
  readonly port: number;
  readonly host: string;
}): Promise<void> {
  const server = createServer().listen(port, host);
  await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
    if (cause.syscall !== 'getaddrinfo') throw cause;
    const message = `There is no host ${host}; set HOST to an address or a name of this machine.`;
    throw new CodedError('CONFIG_INVALID', message, { cause });
  });
  await new Promise((resolve) => server.close(resolve));
}
