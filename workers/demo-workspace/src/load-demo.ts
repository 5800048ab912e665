import type { Clock } from '@tributary/runtime';
import type { AssertionMinter, Principal } from '@tributary/subgraph-kit';
import { readAirports, readFlights } from './dataset.ts';
import { ensureDelayModel } from './delay-model.ts';
import { createGraphClient, type GraphClient } from './graph-client.ts';
import { makePartnerKey } from './partner-key.ts';
import { type DemoSignIn, demoPassword, demoSignIns, ensureSignIns } from './sign-ins.ts';
import { trackVisits } from './visits.ts';

export interface DemoWorkspace {
  readonly signIns: readonly DemoSignIn[];
  readonly password: string;
  readonly partnerKey: string;
  readonly airports: number;
  readonly flights: number;
}

export interface DemoOptions {
  /** The public GraphQL endpoint: the demo enters by the front door. */
  readonly graphqlUrl: string;
  /** Proves there that a process of this installation asks, so that the demo loads under any list of operations and any budget of requests. */
  readonly minter: AssertionMinter;
  /** Of an installation without owner, for its operator workspace; see identity. */
  readonly setUpToken: string | undefined;
  readonly clock: Clock;
  /** Cuts the load short; the next one completes it. */
  readonly signal: AbortSignal;
}

/** An item costs three objects and two leaves; what costs no more than 1,000 takes nothing from the owner's budget, however small it is. */
const bulkSize = 320;

/**
 * Makes the demo workspace, or completes one that was cut short: what is there already stays as it is. Only for an installation that nobody
 * uses yet, and once: called again it would bring back what people took away.
 */
export async function loadDemo(options: DemoOptions): Promise<DemoWorkspace> {
  const graph = createGraphClient(options);
  const owner = await ensureSignIns(graph, options.setUpToken);
  const before = await counts(graph, owner);
  const airports = await readAirports();
  if (before.airports < airports.length) await createAll(graph, owner, { type: 'Airport', inputs: airports });
  const flights = await readFlights();
  if (before.flights < flights.length) await createAll(graph, owner, { type: 'Flight', inputs: flights });
  await trackVisits(graph, owner, { flights, nowMs: options.clock.now() });
  await ensureDelayModel({ ...options, graph, owner });
  const after = await counts(graph, owner);
  // Last: its secret is shown once, and is kept by whoever called this.
  const partnerKey = await makePartnerKey(graph, owner);
  return { signIns: demoSignIns, password: demoPassword, partnerKey, ...after };
}

async function counts(
  graph: GraphClient,
  owner: Principal,
): Promise<{ readonly airports: number; readonly flights: number }> {
  const { airports, flights } = await graph<Record<'airports' | 'flights', { totalCount: number }>>(
    `{ airports(first: 1) { totalCount } flights(first: 1) { totalCount } }`,
    {},
    owner,
  );
  return { airports: airports.totalCount, flights: flights.totalCount };
}

interface Bulk {
  readonly type: 'Airport' | 'Flight';
  readonly inputs: readonly object[];
}

async function createAll(graph: GraphClient, owner: Principal, { type, inputs }: Bulk): Promise<void> {
  const mutation = `mutation ($input: [${type}Input!]!) { create${type}s(input: $input) { error { code message } } }`;
  for (let start = 0; start < inputs.length; start += bulkSize) {
    const answer = await graph<Record<string, { error: { code: string; message: string } | null }[]>>(
      mutation,
      { input: inputs.slice(start, start + bulkSize) },
      owner,
    );
    // An item that exists was made by a start that was interrupted.
    const refused = answer[`create${type}s`]?.find(
      ({ error }) => error !== null && error.code !== 'CONFLICT',
    );
    if (refused?.error)
      throw new Error(`The demo's data was refused: ${refused.error.code} ${refused.error.message}`);
  }
}
