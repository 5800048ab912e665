import { createClient } from 'graphql-ws';
import { Pool } from 'undici';
import WebSocket from 'ws';
import { expected } from './contracts.ts';

/**
 * Clients of the benchmark of reloads, in a process of their own: some ask one thing after the other, some hold a subscription. Called with the gateway's address;
 * says after every answer how things stand, until whoever started it ends it.
 */
const [url = ''] = process.argv.slice(2);
const askers = 2;
const subscribers = 20;
/** Of each asker; a new supergraph has all of them planned before it serves. */
const texts = 3;

const { origin, pathname: path } = new URL(url);
const pool = new Pool(origin, { connections: askers, pipelining: 1 });
const told = { answered: 0, failed: 0, ticks: 0, dropped: 0 };

async function ask(client: number): Promise<never> {
  for (let at = 0; ; at += 1) {
    const body = JSON.stringify({ query: `{ products { name price } } # ${client} ${at % texts}` });
    const headers = { 'content-type': 'application/json' };
    try {
      const answer = await pool.request({ path, method: 'POST', headers, body });
      if ((await answer.body.text()) !== expected) told.failed += 1;
    } catch {
      told.failed += 1;
    }
    told.answered += 1;
    process.send?.(told);
  }
}

const drop = (): void => {
  told.dropped += 1;
};
for (let at = 0; at < subscribers; at += 1) {
  const client = createClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: false,
  });
  client.on('closed', drop);
  const next = ({ errors }: { readonly errors?: unknown }): void => {
    if (errors === undefined) told.ticks += 1;
    else told.failed += 1;
  };
  client.subscribe({ query: 'subscription { ticked }' }, { next, error: drop, complete: drop });
}
process.once('disconnect', () => process.exit(0));
await Promise.all(Array.from({ length: askers }, (_, client) => ask(client)));
