import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { graphCaller, signedIn, startProduct } from '@tributary/test-kit';
import { request } from 'undici';
import { type FanOutRequest, openFanOut } from './fan-out-sockets.ts';
import { settled } from './process-figures.ts';
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

interface Side {
  readonly fanOut: Omit<FanOutRequest, 'sockets' | 'mark' | 'onPayload' | 'query'>;
  change(name: string): Promise<void>;
}

interface Figures {
  readonly deliveriesPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

async function measure({ fanOut, change }: Side): Promise<Figures> {
  const arrivals = new Map<string, number[]>();
  const open = await openFanOut({
    ...fanOut,
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

async function measureProduct(): Promise<Figures> {
  await using product = await startProduct({ form: 'one', env: { REQUESTS_PER_MINUTE: '100000000' } });
  await settled(product.pid);
  const { url } = product;
  const owner = await signedIn(url, 'owner@demo.local');
  const { data } = await graphCaller(url)<{ airport: { id: string } }>('{ airport(iata: "DTW") { id } }');
  const makeKey = `mutation { createApiKey(input: { name: "fan-out", role: VIEWER, scopes: ["data:read"] }) { secret } }`;
  // Who asks may have ten sockets, and a workspace a hundred keys, of which the demo's partner has one: the owner has the last ten.
  const callers: object[] = [{ authorization: owner.authorization }];
  while (callers.length < sockets / 10) {
    const made = await owner<{ createApiKey: { secret: string } }>(makeKey);
    callers.push({ apiKey: made.data.createApiKey.secret });
  }
  const update =
    'mutation ($id: ID!, $name: String!) { updateAirport(id: $id, input: { name: $name }) { version } }';
  return await measure({
    fanOut: {
      url: `${url.replace('http', 'ws')}/graphql`,
      init: (index) => callers[index % callers.length] ?? {},
      confirmation: '"subscribed"',
    },
    change: async (name) => {
      const { errors } = await owner(update, { id: data.airport.id, name });
      if (errors.length > 0) throw new Error(JSON.stringify(errors));
    },
  });
}

async function measureBare(): Promise<Figures> {
  const bare = spawn(process.execPath, [fileURLToPath(new URL('bare-graphql-ws.js', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  try {
    const [printed] = (await once(bare.stdout, 'data')) as [Buffer];
    const url = printed.toString().trim();
    let version = 0;
    return await measure({
      fanOut: { url: url.replace('http', 'ws'), init: () => ({}), confirmation: '"pong"' },
      change: async (name) => {
        version += 1;
        const airport = { iata: 'DTW', name, city: 'Detroit' };
        const body = JSON.stringify({ id: '019a9bdc-75cc-7f62-9a3c-f63cf7b1f4a1', version, airport });
        await (await request(url, { method: 'POST', body })).body.dump();
      },
    });
  } finally {
    bare.kill('SIGTERM');
  }
}

const ours = await measureProduct();
const peer = await measureBare();
await report(
  'fan-out',
  { tributary: ours, 'bare graphql-ws': peer },
  { 'deliveries/s: tributary / bare': ours.deliveriesPerSecond / peer.deliveriesPerSecond },
);
