import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { startProduct } from '@tributary/test-kit';
import { request } from 'undici';
import { newWorkspace } from '../security/newcomers.ts';
import { cpuSeconds, watchMemory } from './process-figures.ts';
import { median, report } from './report.ts';

/**
 * One upload of 1 GiB by tus, in pieces of 64 MiB, beside a bare @tus/server on the same disk, by the same client, by turns. Ours is hashed, encrypted,
 * recorded and synced to the disk when it is acknowledged; the peer's is written to a file, once as it is and once with a sync before each piece is
 * acknowledged, for that alone may be what takes the time. `rssGrowthMB` is of the server's process, from before
 * the upload to its widest; `cpuSecondsPerGB` is its own work, whatever else the machine does.
 */
const sizeBytes = Number(process.argv[3] ?? 1_024) * 1024 ** 2;
const pieceBytes = 64 * 1024 ** 2;
const rounds = 3;
const chunk = randomBytes(64 * 1024);

interface Server {
  readonly endpoint: string;
  readonly pid: number;
  readonly headers: Readonly<Record<string, string>>;
}

interface Figures {
  readonly megabytesPerSecond: number;
  readonly rssGrowthMB: number;
  readonly cpuSecondsPerGB: number;
}

async function uploaded({ endpoint, pid, headers }: Server): Promise<Figures> {
  const tus = { ...headers, 'tus-resumable': '1.0.0' };
  const filename = Buffer.from('large.bin').toString('base64');
  const begun = await request(endpoint, {
    method: 'POST',
    headers: { ...tus, 'upload-length': String(sizeBytes), 'upload-metadata': `filename ${filename}` },
  });
  await begun.body.dump();
  const location = new URL(String(begun.headers['location']), endpoint);
  using memory = watchMemory(pid);
  const cpuBefore = cpuSeconds(pid);
  const startMs = performance.now();
  for (let offset = 0; offset < sizeBytes; offset += pieceBytes) {
    const piece = Math.min(pieceBytes, sizeBytes - offset);
    const answer = await request(location, {
      method: 'PATCH',
      headers: {
        ...tus,
        'upload-offset': String(offset),
        'content-type': 'application/offset+octet-stream',
        'content-length': String(piece),
      },
      body: Readable.from(bytes(piece), { objectMode: false }),
    });
    await answer.body.dump();
    if (answer.statusCode !== 204) throw new Error(`a piece was answered ${answer.statusCode}`);
  }
  const seconds = (performance.now() - startMs) / 1_000;
  return {
    megabytesPerSecond: sizeBytes / 1e6 / seconds,
    rssGrowthMB: memory.grownBytes() / 1e6,
    cpuSecondsPerGB: (cpuSeconds(pid) - cpuBefore) / (sizeBytes / 1e9),
  };
}

function* bytes(size: number): Generator<Uint8Array> {
  for (let left = size; left > 0; left -= chunk.byteLength) yield chunk.subarray(0, left);
}

async function startPeer(...options: readonly string[]): Promise<Server & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'bare-tus-'));
  const program = fileURLToPath(new URL('bare-tus.js', import.meta.url));
  const child = spawn(process.execPath, [program, folder, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = await once(child.stdout, 'data');
  return {
    endpoint: `${String(url).trim()}/files`,
    pid: child.pid ?? 0,
    headers: {},
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

await using product = await startProduct({ form: 'one', env: { DEMO: 'off' } });
const { owner } = await newWorkspace(product.url);
const ours: Server = {
  endpoint: `${product.url}/files/tus`,
  pid: product.pid,
  headers: { authorization: owner.ask.authorization ?? '' },
};
await using peer = await startPeer();
await using syncedPeer = await startPeer('synced');
const servers = { tributary: ours, 'bare @tus/server': peer, 'bare @tus/server that syncs': syncedPeer };
const runs = new Map<string, Figures[]>(Object.keys(servers).map((name) => [name, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const [name, server] of Object.entries(servers)) runs.get(name)?.push(await uploaded(server));
}
const middle = (name: keyof typeof servers): Figures =>
  median(runs.get(name) ?? [], ({ megabytesPerSecond }) => megabytesPerSecond);
const [own, bare, synced] = [
  middle('tributary'),
  middle('bare @tus/server'),
  middle('bare @tus/server that syncs'),
];
await report(
  'upload',
  { tributary: own, 'bare @tus/server': bare, 'bare @tus/server that syncs': synced },
  {
    'tributary ÷ bare': { is: own.megabytesPerSecond / bare.megabytesPerSecond, least: 0.45 },
    'tributary ÷ bare that syncs': { is: own.megabytesPerSecond / synced.megabytesPerSecond, least: 0.45 },
  },
);
