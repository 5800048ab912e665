import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventually, typescriptProgram } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { catalogue, catalogueSdl, supergraphOf } from './shop.ts';

const main = fileURLToPath(new URL('../../src/standalone/main.ts', import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer().listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

it('a gateway that was asked to stop is not ready any more while it answers what runs', async () => {
  await using shop = await catalogue();
  const folder = await mkdtemp(join(tmpdir(), 'stopping-'));
  const supergraph = join(folder, 'supergraph.graphql');
  await writeFile(supergraph, supergraphOf({ catalogue: { sdl: catalogueSdl, url: shop.url } }));
  const metricsPort = await freePort();
  const options = ['--supergraph', supergraph, '--port', '0', '--metrics-port', String(metricsPort)];
  const gateway = spawn(process.execPath, [...typescriptProgram(main), 'gateway', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(gateway, 'exit');
  try {
    const said: string[] = [];
    createInterface({ input: gateway.stdout }).on('line', (line) => said.push(line));
    const url = await eventually(() => {
      const found = said.map((line) => /served at (\S+)/.exec(line)?.[1]).find((each) => each !== undefined);
      if (found === undefined) throw new Error(`not up yet: ${said.join()}`);
      return found;
    });
    const ready = async (): Promise<number> =>
      (await fetch(`http://127.0.0.1:${metricsPort}/health/ready`)).status;
    expect(await ready()).toBe(200);
    const letGo = shop.hold();
    const asked = fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ products { name } }"}',
    });
    await eventually(() => expect(shop.seen).toHaveLength(1));
    gateway.kill('SIGTERM');
    await eventually(async () => expect(await ready()).toBe(503));
    letGo();
    expect(await (await asked).json()).toEqual({
      data: { products: [{ name: 'Table' }, { name: 'Couch' }] },
    });
    expect(await ended).toEqual([0, null]);
  } finally {
    if (gateway.exitCode === null) gateway.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true });
  }
});
