import { readAirports, readFlights } from './dataset.ts';
import { ensureDelayModel } from './delay-model.ts';
import { createGraphClient, type GraphClient } from './graph-client.ts';
import { ensurePartnerKey } from './partner-key.ts';
import { type DemoSignIn, demoPassword, demoSignIns, ensureSignIns } from './sign-ins.ts';

export interface DemoWorkspace {
  readonly signIns: readonly DemoSignIn[];
  readonly password: string;
  readonly partnerKey: string;
  readonly airports: number;
  readonly flights: number;
}

export interface DemoOptions {
  /** The public GraphQL endpoint: the demo enters by the front door, as any client does. */
  readonly graphqlUrl: string;
  /** The partner's key from an earlier start. */
  readonly keptPartnerKey: string | undefined;
  /** Of an installation without owner, for its operator workspace; see identity. */
  readonly setUpToken: string | undefined;
  /** Cuts the load short; the next one completes it. */
  readonly signal: AbortSignal;
}

const bulkSize = 1_000;

/** Makes the demo workspace, or completes it after an interrupted start: what is there already stays as it is. */
export async function loadDemo(options: DemoOptions): Promise<DemoWorkspace> {
  const { graphqlUrl, keptPartnerKey, setUpToken, signal } = options;
  const graph = createGraphClient(graphqlUrl, signal);
  const ownerToken = await ensureSignIns(graph, setUpToken);
  const partnerKey = await ensurePartnerKey(graph, ownerToken, keptPartnerKey);
  const before = await counts(graph, ownerToken);
  const airports = await readAirports();
  if (before.airports < airports.length)
    await createAll(graph, ownerToken, { type: 'Airport', inputs: airports });
  const flights = await readFlights();
  if (before.flights < flights.length)
    await createAll(graph, ownerToken, { type: 'Flight', inputs: flights });
  await ensureDelayModel({ graph, graphqlUrl, token: ownerToken, signal });
  const after = await counts(graph, ownerToken);
  return { signIns: demoSignIns, password: demoPassword, partnerKey, ...after };
}

async function counts(
  graph: GraphClient,
  token: string,
): Promise<{ readonly airports: number; readonly flights: number }> {
  const { airports, flights } = await graph<Record<'airports' | 'flights', { totalCount: number }>>(
    `{ airports(first: 1) { totalCount } flights(first: 1) { totalCount } }`,
    {},
    token,
  );
  return { airports: airports.totalCount, flights: flights.totalCount };
}

interface Bulk {
  readonly type: 'Airport' | 'Flight';
  readonly inputs: readonly object[];
}

async function createAll(graph: GraphClient, token: string, { type, inputs }: Bulk): Promise<void> {
  const mutation = `mutation ($input: [${type}Input!]!) { create${type}s(input: $input) { error { code message } } }`;
  for (let start = 0; start < inputs.length; start += bulkSize) {
    const answer = await graph<Record<string, { error: { code: string; message: string } | null }[]>>(
      mutation,
      { input: inputs.slice(start, start + bulkSize) },
      token,
    );
    // An item that exists was made by a start that was interrupted.
    const refused = answer[`create${type}s`]?.find(
      ({ error }) => error !== null && error.code !== 'CONFLICT',
    );
    if (refused?.error)
      throw new Error(`The demo's data was refused: ${refused.error.code} ${refused.error.message}`);
  }
}
