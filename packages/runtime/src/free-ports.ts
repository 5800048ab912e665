import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';

/** Where services are usually not, and below where Linux (32768) and the others (49152, RFC 6335) begin to number connections. */
const quiet = { from: 20_000, below: 32_768 };
/** So many ports have to be left to choose from. */
const leastChoice = 1_000;
const attempts = 50;

/**
 * Ports of 127.0.0.1 nobody listens on right now, one after the other, and held open together while they are chosen. They lie below those that the system
 * gives to connections, of which any may be in use at any moment: what listens there finds its ports again when it comes back.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const { from } = quiet;
  const below = Math.min(quiet.below, await firstOfConnections());
  for (let attempt = 1; attempt <= attempts && below - from >= leastChoice; attempt += 1) {
    const first = randomInt(from, below - count);
    const ports = Array.from({ length: count }, (_, index) => first + index);
    if (await areFree(ports)) return ports;
  }
  return hold(Array.from({ length: count }, () => 0));
}

/** Whether nobody listens on any of these ports of 127.0.0.1 right now. */
export async function areFree(ports: readonly number[]): Promise<boolean> {
  return hold(ports).then(
    () => true,
    () => false,
  );
}

/** The lowest port that Linux gives to a connection, as its machine is set up. */
async function firstOfConnections(): Promise<number> {
  const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '');
  return Number(/^\d+/.exec(range)?.[0] ?? quiet.below);
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
