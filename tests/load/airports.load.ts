import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '@tributary/engines/relational/embedded';
import { startProduct } from '@tributary/test-kit';
import { closedLoop, type Figures } from './closed-loop.ts';
import { median, report } from './report.ts';

/**
 * `airports(first: 50)` with a relation, 50 clients, whole answers; the product (gateway, rights, limits, federation) beside a bare
 * @apollo/server on the same rows of the same database. Closed loop, warm, median of three.
 */
const query =
  '{ airports(first: 50) { nodes { id iata name city departures(first: 3) { nodes { id delayMinutes } } } } }';
const body = (): string => JSON.stringify({ query });
const clients = 50;

async function measure(url: string): Promise<Figures> {
  await closedLoop({ url, clients, durationMs: 5_000, body });
  const runs: Figures[] = [];
  for (let round = 0; round < 3; round += 1)
    runs.push(await closedLoop({ url, clients, durationMs: 8_000, body }));
  return median(runs, ({ p95Ms }) => p95Ms);
}

async function measureBare(databaseUrl: string): Promise<Figures> {
  const bare = spawn(
    process.execPath,
    [fileURLToPath(new URL('bare-apollo.js', import.meta.url)), databaseUrl],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_ENV: 'production' },
    },
  );
  try {
    const [printed] = (await once(bare.stdout, 'data')) as [Buffer];
    return await measure(printed.toString().trim());
  } finally {
    bare.kill('SIGTERM');
  }
}

const dataDir = await mkdtemp(join(tmpdir(), 'tributary-load-'));
const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres') });
try {
  const env = { DATABASE_URL: postgres.url, REQUESTS_PER_MINUTE: '100000000' };
  const product = await startProduct({ form: 'one', dataDir, env });
  const ours = await measure(`${product.url}/graphql`);
  await product.stop();
  const peer = await measureBare(postgres.url);
  await report(
    'airports',
    { tributary: ours, 'bare @apollo/server': peer },
    {
      'requests/s ratio': ours.requestsPerSecond / peer.requestsPerSecond,
      'p95 ratio': ours.p95Ms / peer.p95Ms,
    },
  );
} finally {
  await postgres[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
}
