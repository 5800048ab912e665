import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '@tributary/engines/relational/embedded';
import { startProduct } from '@tributary/test-kit';
import { closedLoop, type Figures } from './closed-loop.ts';
import { settled } from './process-figures.ts';
import { median, report } from './report.ts';

/**
 * `airports(first: 50)` with a relation, 50 clients, whole answers: equal requests, and requests that differ so that none can share
 * another's answer. The product (gateway, rights, limits, federation) beside a bare
 * @apollo/server on the same rows of the same database. Closed loop, warm, median of three.
 */
const nodes = 'nodes { id iata name city departures(first: 3) { nodes { id delayMinutes } } }';
const equal = (): string => JSON.stringify({ query: `{ airports(first: 50) { ${nodes} } }` });
const different = (): string =>
  JSON.stringify({
    query: `query ($above: Float!) { airports(first: 50, where: { latitude: { gt: $above } }) { ${nodes} } }`,
    variables: { above: -1_000 - Math.random() },
  });
const clients = 50;

async function measure(url: string, body: () => string): Promise<Figures> {
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
    return await measure(printed.toString().trim(), equal);
  } finally {
    bare.kill('SIGTERM');
  }
}

const dataDir = await mkdtemp(join(tmpdir(), 'tributary-load-'));
const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'server') });
try {
  const env = { DATABASE_URL: postgres.url, REQUESTS_PER_MINUTE: '100000000' };
  const product = await startProduct({ form: 'one', dataDir: join(dataDir, 'product'), env });
  await settled(product.pid);
  const ours = await measure(`${product.url}/graphql`, equal);
  const oursUnshared = await measure(`${product.url}/graphql`, different);
  await product.stop();
  const peer = await measureBare(postgres.url);
  await report(
    'airports',
    {
      'tributary, equal requests': ours,
      'tributary, all different': oursUnshared,
      'bare @apollo/server': peer,
    },
    {
      'requests/s: equal / bare': { is: ours.requestsPerSecond / peer.requestsPerSecond, least: 5 },
      'requests/s: different / bare': {
        is: oursUnshared.requestsPerSecond / peer.requestsPerSecond,
        least: 0.7,
      },
    },
  );
} finally {
  await postgres[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
}
