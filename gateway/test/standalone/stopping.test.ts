import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Closing, createLogger, freePorts } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, it, vi } from 'vitest';
import type { StandaloneConfig } from '../../src/standalone/config.ts';
import { start } from '../../src/standalone/start.ts';
import { gatewayProcess } from './gateway-process.ts';
import { catalogue, catalogueSdl, openShop, supergraphOf } from './shop.ts';

it('a gateway that was asked to stop is not ready any more while it answers what runs', async () => {
  await using shop = await catalogue();
  const supergraphSdl = supergraphOf({ catalogue: { sdl: catalogueSdl, url: shop.url } });
  const [metricsPort = 0] = await freePorts(1);
  await using gateway = await gatewayProcess({ supergraphSdl, metricsPort });
  const ready = async (): Promise<number> =>
    (await fetch(`http://127.0.0.1:${metricsPort}/health/ready`)).status;
  expect(await ready()).toBe(200);
  const letGo = shop.hold();
  const asked = gateway.ask('{ products { name } }');
  await eventually(() => expect(shop.seen).toHaveLength(1));
  gateway.terminate();
  await eventually(async () => expect(await ready()).toBe(503));
  letGo();
  expect(await asked).toEqual({ data: { products: [{ name: 'Table' }, { name: 'Couch' }] } });
  expect(await gateway.ended).toEqual([0, null]);
});

it('nobody new comes while a client of a socket takes its time to go', async () => {
  await using shop = await openShop();
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-protocol': 'graphql-transport-ws',
  };
  const upgrade = request(`${shop.url}/graphql`, { headers }).end();
  // It answers nothing, and no wish to close either.
  const [, stream] = (await once(upgrade, 'upgrade')) as [IncomingMessage, Duplex];
  const stopped = shop.gateway[Symbol.asyncDispose]();
  const { hostname, port } = new URL(shop.url);
  await expect(once(connect(Number(port), hostname), 'connect')).rejects.toThrow('ECONNREFUSED');
  stream.destroy();
  await stopped;
});

it('clients that keep their connections and go on asking lose nothing, and hold up no stop', async () => {
  // It would wait for a minute.
  await using shop = await openShop({ timeoutMs: 60_000 });
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const ask = async (): Promise<readonly [number | undefined, string | undefined]> => {
    const headers = { 'content-type': 'application/json' };
    const asked = request(`${shop.url}/graphql`, { method: 'POST', agent, headers });
    asked.end('{"query":"mutation { rename(upc: \\"1\\", name: \\"Desk\\") { name } }"}');
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    await text(answer);
    return [answer.statusCode, answer.headers.connection];
  };
  expect(await ask()).toEqual([200, 'keep-alive']);
  const { length: before } = shop.catalogue.seen;
  const letGo = shop.catalogue.hold();
  const clients = Array.from({ length: 4 }, async () => {
    const outcomes: unknown[] = [];
    for (;;) {
      const outcome = await ask().catch(({ code }: NodeJS.ErrnoException) => code);
      outcomes.push(outcome);
      if (typeof outcome === 'string') return outcomes;
    }
  });
  await eventually(() => expect(shop.catalogue.seen).toHaveLength(before + 4));
  const stopped = shop.gateway[Symbol.asyncDispose]();
  letGo();
  await stopped;
  for (const outcomes of await Promise.all(clients))
    expect(outcomes).toEqual([[200, 'close'], 'ECONNREFUSED']);
});

it('what comes on a connection that was open before is refused, and the connection ends', async () => {
  await using shop = await openShop();
  const { hostname, port } = new URL(shop.url);
  const early = connect(Number(port), hostname);
  await once(early, 'connect');
  const letGo = shop.catalogue.hold();
  const asked = shop.ask('{ products { name } }');
  await eventually(() => expect(shop.catalogue.seen).toHaveLength(1));
  const stopped = shop.gateway[Symbol.asyncDispose]();
  early.write('GET /graphql?query={__typename} HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const told = await text(early);
  expect(told).toMatch(/^HTTP\/1.1 503 .*\r\nConnection: close\r\n/s);
  expect(told).toMatch(/retry-after: 1\r\n/i);
  expect(told).toContain('"code":"OVERLOADED"');
  letGo();
  expect((await asked).status).toBe(200);
  await stopped;
});

it('what runs may take the time of the slowest subgraph, and ends what stops when it is over', async () => {
  const slow = { headers: { forward: [], set: {} }, timeoutMs: 60_000 };
  await using shop = await openShop({ timeoutMs: 1_000, subgraphs: { catalogue: slow } });
  const letGo = shop.catalogue.hold();
  const asked = shop.ask('{ products { name } }');
  await eventually(() => expect(shop.catalogue.seen).toHaveLength(1));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const stopped = shop.gateway[Symbol.asyncDispose]();
  await vi.advanceTimersByTimeAsync(60_000);
  letGo();
  expect((await asked).body).toEqual({ data: { products: [{ name: 'Table' }, { name: 'Couch' }] } });
  vi.useRealTimers();
  await stopped;
});

it('a start that waits for the SDL of a subgraph is over when the process is asked to stop', async () => {
  await using silent = await catalogue();
  silent.hold();
  const folder = await mkdtemp(join(tmpdir(), 'stopping-'));
  const compose = join(folder, 'compose.yaml');
  await writeFile(compose, `subgraphs: { catalogue: { schema: { subgraph_url: "${silent.url}" } } }`);
  await using closing = new Closing();
  const config: StandaloneConfig = {
    source: { compose },
    config: undefined,
    port: 0,
    host: '127.0.0.1',
    metricsPort: undefined,
    logLevel: 'silent',
    traces: undefined,
  };
  const log = createLogger({ name: 'test', level: 'silent' });
  const started = expect(start(config, { log, closing, fail: () => undefined })).rejects.toThrow();
  await eventually(() => expect(silent.seen).toHaveLength(1));
  const sinceMs = performance.now();
  closing.stopOpening();
  await started;
  // Subgraphs have ten seconds.
  expect(performance.now() - sinceMs).toBeLessThan(8_000);
  await rm(folder, { recursive: true });
});
