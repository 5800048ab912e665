import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type GraphCaller, graphCaller, signedIn, startProduct } from '@tributary/test-kit';
import { request } from 'undici';
import { settled } from './process-figures.ts';

/** A server with `airportChanged`, and a way to change the airport. */
export interface FanOutServer {
  /** Of its socket. */
  readonly url: string;
  readonly pid: number;
  /** Is in the message by which it says that a subscription is in force. */
  readonly confirmation: string;
  change(name: string): Promise<void>;
}

/** The product, once it rests: a change is a mutation of the owner's that commits and goes through the log. */
export async function withProduct<Figures>(
  measure: (server: FanOutServer, owner: GraphCaller) => Promise<Figures>,
): Promise<Figures> {
  await using product = await startProduct({ form: 'one', env: { REQUESTS_PER_MINUTE: '100000000' } });
  const { url, pid } = product;
  await settled(pid);
  const owner = await signedIn(url, 'owner@demo.local');
  const { data } = await graphCaller(url)<{ airport: { id: string } }>('{ airport(iata: "DTW") { id } }');
  const update =
    'mutation ($id: ID!, $name: String!) { updateAirport(id: $id, input: { name: $name }) { version } }';
  const change = async (name: string): Promise<void> => {
    const { errors } = await owner(update, { id: data.airport.id, name });
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
  };
  const server = { url: `${url.replace('http', 'ws')}/graphql`, pid, confirmation: '"subscribed"', change };
  return await measure(server, owner);
}

/** The peer, which has no word of its own for a subscription in force: a change is an emit in its memory. */
export async function withBareServer<Figures>(
  measure: (server: FanOutServer) => Promise<Figures>,
): Promise<Figures> {
  const bare = spawn(process.execPath, [fileURLToPath(new URL('bare-graphql-ws.js', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  try {
    const [printed] = (await once(bare.stdout, 'data')) as [Buffer];
    const url = printed.toString().trim();
    let version = 0;
    const change = async (name: string): Promise<void> => {
      version += 1;
      const airport = { iata: 'DTW', name, city: 'Detroit' };
      const body = JSON.stringify({ id: '019a9bdc-75cc-7f62-9a3c-f63cf7b1f4a1', version, airport });
      await (await request(url, { method: 'POST', body })).body.dump();
    };
    return await measure({
      url: url.replace('http', 'ws'),
      pid: bare.pid ?? 0,
      confirmation: '"pong"',
      change,
    });
  } finally {
    bare.kill('SIGTERM');
  }
}
