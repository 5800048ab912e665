import { once } from 'node:events';
import { createServer } from 'node:net';
import { CodedError } from '@tributary/runtime';

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
