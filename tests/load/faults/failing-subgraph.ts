import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { contracts, type SubgraphName } from './contracts.ts';

/**
 * One subgraph of the benchmark of faults, in a process of its own, so that it can be killed. `POST /fault` tells it how to fail from now on; the body is the
 * name of a fault, or empty. Called with its name and a port; prints its address.
 */
const [name = '', port = '0'] = process.argv.slice(2);
const contract = contracts[name as SubgraphName];
const schema = buildSubgraphSchema([
  { typeDefs: parse(contract.sdl), resolvers: contract.resolvers as never },
]);

/** More than the gateway is told to take of one answer. */
const hugeBytes = 12_000_000;
const chunk = Buffer.alloc(1_048_576, 'x');
const slowMs = 5_000;
let fault = '';

/** Text is a number and a number is text, and so on downwards. */
const ofWrongTypes = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? { text: [1] } : typeof value === 'number' ? 'many' : value;

function failingly(response: ServerResponse, right: string): void {
  const json = { 'content-type': 'application/json' };
  switch (fault) {
    case 'slow':
      setTimeout(() => response.writeHead(200, json).end(right), slowMs).unref();
      return;
    case 'garbage':
      response.writeHead(200, json).end('\u0000\u0001{"data"');
      return;
    case 'errors':
      response.writeHead(500, { 'content-type': 'text/html' }).end('<html>down</html>');
      return;
    case 'huge':
      response
        .writeHead(200, json)
        .end(`{"extensions":{"more":"${'x'.repeat(hugeBytes)}"},${right.slice(1)}`);
      return;
    case 'endless':
      response.writeHead(200, json);
      endlessly(response);
      return;
    case 'polluted':
      response
        .writeHead(200, json)
        .end(
          right
            .replaceAll('{', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},')
            .replaceAll(',}', '}'),
        );
      return;
    case 'types':
      response.writeHead(200, json).end(JSON.stringify(JSON.parse(right), ofWrongTypes));
      return;
    default:
      response.writeHead(200, json).end(right);
  }
}

function endlessly(response: ServerResponse): void {
  while (!response.destroyed && response.write(chunk));
  if (!response.destroyed) response.once('drain', () => endlessly(response));
}

/** Each question is answered by graphql-js once, so that this is not what is measured. */
const known = new Map<string, string>();
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const part of request) chunks.push(part as Buffer);
  const body = Buffer.concat(chunks).toString();
  if (request.url === '/fault') {
    fault = body;
    response.end();
    return;
  }
  let right = known.get(body);
  if (right === undefined) {
    const { query, variables, operationName } = JSON.parse(body) as Record<string, never>;
    right = JSON.stringify(
      await graphql({ schema, source: query ?? '', variableValues: variables, operationName }),
    );
    known.set(body, right);
  }
  failingly(response, right);
});
// Longer than any pause of the load, and over before what stays open is counted.
server.keepAliveTimeout = 10_000;
await new Promise<void>((resolve) => server.listen({ port: Number(port), host: '127.0.0.1' }, resolve));
process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql\n`);
