import { EventEmitter, on } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

/**
 * The peer: the stock graphql-ws server with an in-memory emitter, as its documentation shows it. Each subscriber's operation is executed
 * for each event. No log, no rights, no limits, no cursors. A POST with an airport as its body is a change. Prints its URL.
 */
const changes = new EventEmitter().setMaxListeners(0);
const schema = buildSchema(/* GraphQL */ `
  type Query { none: Int }
  type Subscription { airportChanged: AirportChange }
  type AirportChange { id: ID! version: Int! airport: Airport }
  type Airport { iata: String! name: String! city: String }
`);

async function* airportChanged(): AsyncGenerator<unknown> {
  for await (const [change] of on(changes, 'change')) yield { airportChanged: change };
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    changes.emit('change', JSON.parse(Buffer.concat(chunks).toString()));
    response.end();
  });
});
useServer({ schema, roots: { subscription: { airportChanged } } }, new WebSocketServer({ server }));
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
