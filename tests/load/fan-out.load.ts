import type { GraphCaller } from '@tributary/test-kit';
import { type FanOutServer, withBareServer, withProduct } from './fan-out-servers.ts';
import { openFanOut } from './fan-out-sockets.ts';
import { report } from './report.ts';

/**
 * 1,000 sockets on one subscription. Paced: one change at a time, from sending it to having it on each socket. Burst: changes as fast as
 * they are taken, deliveries per second between the first and the last. Ours are mutations that commit and go through the log;
 * the peer's are an emit in its memory: only the way to the sockets is comparable.
 */
const sockets = 1_000;
const pacedChanges = 50;
const burstChanges = 200;
const writers = 8;
/** A change that is not everywhere after this is lost. */
const patienceMs = 30_000;
const query = 'subscription { airportChanged { id version airport { iata name city } } }';
const mark = /"name":"change ([a-z]+ \d+)"/;

interface Figures {
  readonly deliveriesPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

async function measure(server: FanOutServer, init: (index: number) => object): Promise<Figures> {
  const { change } = server;
  const arrivals = new Map<string, number[]>();
  const open = await openFanOut({
    url: server.url,
    confirmation: server.confirmation,
    init,
    query,
    sockets,
    mark,
    onPayload: (name, atMs) => {
      const known = arrivals.get(name);
      if (known === undefined) arrivals.set(name, [atMs]);
      else known.push(atMs);
    },
  });
  const everywhere = async (name: string): Promise<readonly number[]> => {
    const deadlineMs = performance.now() + patienceMs;
    for (;;) {
      const at = arrivals.get(name);
      if (at !== undefined && at.length >= open.count) return at;
      if (performance.now() > deadlineMs) throw new Error(`${name}: ${at?.length ?? 0} of ${open.count}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const latencies: number[] = [];
  for (let index = 0; index < pacedChanges; index += 1) {
    const sentMs = performance.now();
    await change(`change paced ${index}`);
    const at = await everywhere(`paced ${index}`);
    // The first changes warm the way up.
    if (index >= 10) latencies.push(...at.map((atMs) => atMs - sentMs));
  }
  let next = 0;
  const write = async (): Promise<void> => {
    while (next < burstChanges) await change(`change burst ${next++}`);
  };
  await Promise.all(Array.from({ length: writers }, write));
  const bursts: number[] = [];
  for (let index = 0; index < burstChanges; index += 1) bursts.push(...(await everywhere(`burst ${index}`)));
  open.close();
  if (bursts.length !== burstChanges * sockets) throw new Error(`${bursts.length} deliveries are too many`);
  bursts.sort((left, right) => left - right);
  latencies.sort((left, right) => left - right);
  const tookMs = (bursts.at(-1) ?? 0) - (bursts[0] ?? 0);
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return { deliveriesPerSecond: (bursts.length / tookMs) * 1_000, p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** Who asks may have ten sockets, and a workspace a hundred keys, of which the demo's partner has one: the owner has the last ten. */
async function callersOf(owner: GraphCaller): Promise<readonly object[]> {
  const makeKey = `mutation { createApiKey(input: { name: "fan-out", role: VIEWER, scopes: ["data:read"] }) { secret } }`;
  const callers: object[] = [{ authorization: owner.authorization }];
  while (callers.length < sockets / 10) {
    const made = await owner<{ createApiKey: { secret: string } }>(makeKey);
    callers.push({ apiKey: made.data.createApiKey.secret });
  }
  return callers;
}

const ours = await withProduct(async (server, owner) => {
  const callers = await callersOf(owner);
  return await measure(server, (index) => callers[index % callers.length] ?? {});
});
const peer = await withBareServer((server) => measure(server, () => ({})));
await report(
  'fan-out',
  { tributary: ours, 'bare graphql-ws': peer },
  { 'deliveries/s: tributary / bare': { is: ours.deliveriesPerSecond / peer.deliveriesPerSecond, least: 1 } },
);
