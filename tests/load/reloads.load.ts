import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildStandaloneGateway, defaultStandaloneSettings } from '@tributary/gateway/standalone';
import { createLogger } from '@tributary/runtime';
import { composeSupergraph } from '@tributary/schema';
import { residentBytes } from './process-figures.ts';
import { report } from './report.ts';

/**
 * Ten thousand supergraphs, one after the other, under load: no request may fail, and memory may not grow with their number. Each differs from the one before, so
 * that all of it is made anew: schema, planners, operations. Linux.
 */
const reloads = 10_000;
const clients = 2;
/** Of each; a new supergraph has all of them planned before it serves. */
const texts = 3;
const every = 500;
/** What the second half may need beyond the first; what V8 and the allocator hold back goes up and down between two looks. */
const mayGrow = 1.1;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const products = [{ __typename: 'Product', upc: '1', name: 'Table' }];
const subgraph = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const isEntities = Buffer.concat(chunks).includes('_entities');
  const data = isEntities ? { _entities: [{ price: 7 }] } : { products };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
});
await new Promise<void>((resolve) => subgraph.listen({ port: 0, host: '127.0.0.1' }, resolve));
const address = `http://127.0.0.1:${(subgraph.address() as AddressInfo).port}/graphql`;

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const composed = composeSupergraph([
  {
    name: 'catalogue',
    sdl: `${link} type Query { products: [Product!]! } type Product @key(fields: "upc") { upc: ID! name: String } type Numbered { id: ID }`,
  },
  { name: 'prices', sdl: `${link} type Product @key(fields: "upc") { upc: ID! price: Int }` },
]).replaceAll(/http:\/\/\w+\.invalid/g, address);
const supergraph = (number: number): string => composed.replaceAll('Numbered', `Numbered${number}`);

const expected = JSON.stringify({ data: { products: [{ name: 'Table', price: 7 }] } });
const log = createLogger({ name: 'reloads', level: 'warn' });
let failed = 0;
let answered = 0;
let isRunning = true;
{
  await using gateway = buildStandaloneGateway({
    supergraphSdl: supergraph(0),
    settings: defaultStandaloneSettings,
    log,
  });
  const { url } = await gateway.listen({ port: 0, host: '127.0.0.1' });
  const asking = Array.from({ length: clients }, async (_, client) => {
    for (let at = 0; isRunning; at += 1) {
      const query = `{ products { name price } } # ${client} ${at % texts}`;
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query }),
      });
      if ((await response.text()) !== expected) failed += 1;
      answered += 1;
    }
  });
  const rows: Record<string, { rssMb: number; heapMb: number }> = {};
  const look = (after: number): void => {
    collectGarbage();
    const rssMb = residentBytes(process.pid) / 2 ** 20;
    rows[`after ${after}`] = { rssMb, heapMb: process.memoryUsage().heapUsed / 2 ** 20 };
    process.stdout.write(`after ${after}: ${Math.round(rssMb)} MB, ${answered} answered, ${failed} failed\n`);
  };
  look(0);
  for (let number = 1; number <= reloads; number += 1) {
    await gateway.replace(supergraph(number));
    // Each answers somebody before the next comes.
    const before = answered;
    while (answered === before) await new Promise((resolve) => setImmediate(resolve));
    if (number % every === 0) look(number);
  }
  isRunning = false;
  await Promise.all(asking);
  const looks = Object.values(rows);
  const half = Math.ceil(looks.length / 2);
  const most = (of: 'rssMb' | 'heapMb', part: typeof looks): number =>
    Math.max(...part.map((row) => row[of]));
  const grownBy = (of: 'rssMb' | 'heapMb'): number =>
    most(of, looks.slice(half)) / most(of, looks.slice(0, half));
  const ratios = {
    'resident, second half to first': grownBy('rssMb'),
    'heap, second half to first': grownBy('heapMb'),
  };
  await report('reloads', rows, ratios);
  if (failed > 0) throw new Error(`${failed} of ${answered} requests failed`);
  for (const [what, ratio] of Object.entries(ratios))
    if (ratio > mayGrow) throw new Error(`${what}: ${ratio}`);
}
subgraph.close();
