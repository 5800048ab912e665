import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Listens for a moment where the gateway will, because what is wrong with a port should be known before a database is made.
 * @throws what listening throws
 */
export async function requireFree({
  port,
  host,
}: {
  readonly port: number;
  readonly host: string;
}): Promise<void> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  await new Promise((resolve) => server.close(resolve));
}
