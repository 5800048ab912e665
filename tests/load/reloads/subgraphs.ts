import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setInterval } from 'node:timers/promises';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { useServer as serveSockets } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { contracts } from './contracts.ts';

/** Both subgraphs of the benchmark of reloads, in a process of their own, answering from memory; ten times a second there is an event. Prints their address. */
const tickMs = 100;
const products = [{ __typename: 'Product', upc: '1', name: 'Table' }];

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const isEntities = Buffer.concat(chunks).includes('_entities');
  const data = isEntities ? { _entities: [{ price: 7 }] } : { products };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
});
server.keepAliveTimeout = 600_000;

async function* ticks(): AsyncGenerator<{ readonly ticked: number }> {
  let ticked = 0;
  for await (const _ of setInterval(tickMs)) {
    ticked += 1;
    yield { ticked };
  }
}
const resolvers = { Subscription: { ticked: { subscribe: ticks } } };
const schema = buildSubgraphSchema([{ typeDefs: parse(contracts.catalogue), resolvers: resolvers as never }]);
serveSockets({ schema }, new WebSocketServer({ server, path: '/graphql' }));

await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve));
process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql\n`);
