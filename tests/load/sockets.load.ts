import { type FanOutServer, withBareServer, withProduct } from './fan-out-servers.ts';
import { type FanOutSockets, openFanOut } from './fan-out-sockets.ts';
import { residentBytes, settled } from './process-figures.ts';
import { report } from './report.ts';

/**
 * What 10,000 sockets cost a server that have one subscription each: memory from 1,000 sockets to all of them (the first thousand warm it up), and changes one at
 * a time, from sending one to having it on each socket. Every socket must have every change once. The peer is a bare graphql-ws server.
 */
const sockets = Number(process.argv[3] ?? 10_000);
const warmSockets = sockets / 10;
const changes = 30;
const patienceMs = 60_000;
const query = 'subscription { airportChanged { id version airport { iata name city } } }';
const mark = /"name":"change (\d+)"/;
/** Strangers may have a hundred sockets from one address. */
const localAddress = (index: number): string =>
  `127.1.${Math.floor(index / 9_000)}.${1 + (Math.floor(index / 90) % 100)}`;

interface Figures {
  readonly bytesPerSocket: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly openedPerSecond: number;
}

async function measure(server: FanOutServer): Promise<Figures> {
  const arrivals = new Map<string, number[]>();
  const open = (count: number, first: number): Promise<FanOutSockets> =>
    openFanOut({
      url: server.url,
      confirmation: server.confirmation,
      query,
      mark,
      sockets: count,
      init: () => ({}),
      localAddress: (index) => localAddress(first + index),
      onPayload: (name, atMs) => {
        const known = arrivals.get(name);
        if (known === undefined) arrivals.set(name, [atMs]);
        else known.push(atMs);
      },
    });
  const everywhere = async (name: string, count: number): Promise<readonly number[]> => {
    const deadlineMs = performance.now() + patienceMs;
    for (;;) {
      const at = arrivals.get(name) ?? [];
      if (at.length >= count) return at;
      if (performance.now() > deadlineMs) throw new Error(`${name}: ${at.length} of ${count}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const warm = await open(warmSockets, 0);
  await server.change('change 0');
  await everywhere('0', warmSockets);
  await settled(server.pid);
  const beforeBytes = residentBytes(server.pid);
  const startedMs = performance.now();
  const rest = await open(sockets - warmSockets, warmSockets);
  const openedMs = performance.now() - startedMs;
  await settled(server.pid);
  const grownBytes = residentBytes(server.pid) - beforeBytes;
  const latencies: number[] = [];
  for (let number = 1; number <= changes; number += 1) {
    const sentMs = performance.now();
    await server.change(`change ${number}`);
    const at = await everywhere(String(number), sockets);
    // The first ones warm the way up.
    if (number > 5) latencies.push(...at.map((atMs) => atMs - sentMs));
  }
  await settled(server.pid);
  for (const [name, at] of arrivals) {
    const count = name === '0' ? warmSockets : sockets;
    if (at.length !== count) throw new Error(`change ${name} came ${at.length} times to ${count} sockets`);
  }
  warm.close();
  rest.close();
  latencies.sort((left, right) => left - right);
  return {
    bytesPerSocket: grownBytes / (sockets - warmSockets),
    p50Ms: latencies[Math.floor(latencies.length * 0.5)] ?? Number.NaN,
    p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
    openedPerSecond: ((sockets - warmSockets) / openedMs) * 1_000,
  };
}

const ours = await withProduct(measure);
const peer = await withBareServer(measure);
await report(
  'sockets',
  { tributary: ours, 'bare graphql-ws': peer },
  { 'bytes a socket: tributary / bare': { is: ours.bytesPerSocket / peer.bytesPerSocket, most: 0.6 } },
);
