import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { SeenFiles } from '../../src/standalone/seen-files.ts';
import { readSettingsFile } from '../../src/standalone/settings-file.ts';
import { followSupergraph, readSupergraph } from '../../src/standalone/supergraph-source.ts';
import { silentLog } from '../graph/silent-log.ts';
import { catalogueSdl, openShop, stockSdl, supergraphOf } from './shop.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('a new supergraph is served as soon as its file is replaced, and one with a fault leaves the old in force', async () => {
  await using shop = await openShop();
  const path = join(folder, 'supergraph.graphql');
  await writeFile(path, shop.supergraphSdl);
  const replace = (sdl: string) => shop.gateway.replace(sdl);
  const seen = new SeenFiles();
  await readSupergraph({ supergraph: path }, seen);
  await using _follower = followSupergraph({ supergraph: path }, seen, { replace, log: silentLog });
  const query = '{ products { name colour } }';
  expect((await shop.ask(query)).body.errors).toHaveLength(1);
  await writeFile(path, 'type Query { broken');
  const sdl = catalogueSdl.replace('name: String! weight', 'name: String! colour: String weight');
  const wider = supergraphOf({
    catalogue: { sdl, url: shop.catalogue.url },
    stock: { sdl: stockSdl, url: shop.stock.url },
  });
  await writeFile(`${path}.next`, wider);
  expect((await shop.ask('{ products { name } }')).body.errors).toBeUndefined();
  await rename(`${path}.next`, path);
  await eventually(async () => {
    // The subgraph itself knows no such field yet: what it says shows that it was asked.
    expect(JSON.stringify((await shop.ask(query)).body)).toContain('Cannot query field');
    expect(JSON.stringify((await shop.ask(query)).body)).toContain('serviceName');
  });
});

it('what was asked of late is read and planned before another supergraph serves', async () => {
  const metrics = new Registry();
  await using shop = await openShop({}, { metrics });
  const planned = async (): Promise<string | undefined> =>
    /planned_total (\d+)/.exec(await metrics.metrics())?.[1];
  await shop.ask('{ products { name inStock } }');
  expect(await planned()).toBe('1');
  await shop.gateway.replace(shop.supergraphSdl.replaceAll('127.0.0.1', 'localhost'));
  expect(await planned()).toBe('2');
  expect((await shop.ask('{ products { name inStock } }')).body.errors).toBeUndefined();
  expect(await planned()).toBe('2');
});

it('the figure of a circuit goes with its subgraph', async () => {
  const metrics = new Registry();
  await using shop = await openShop({}, { metrics });
  const figures = async () =>
    [...(await metrics.metrics()).matchAll(/breaker_state\{subgraph="(\w+)"\} \d/g)].map(([, name]) => name);
  expect(await figures()).toEqual(['catalogue', 'stock']);
  const letGo = shop.stock.hold();
  const asked = shop.ask('{ products { inStock } }');
  await eventually(() => expect(shop.stock.seen).toHaveLength(1));
  await shop.gateway.replace(supergraphOf({ catalogue: { sdl: catalogueSdl, url: shop.catalogue.url } }));
  expect(await figures()).toEqual(['catalogue']);
  letGo();
  expect((await asked).body.errors).toBeUndefined();
  expect(await figures()).toEqual(['catalogue']);
  await shop.gateway.replace(shop.supergraphSdl);
  expect(await figures()).toEqual(['catalogue', 'stock']);
});

it('requests under way end on the supergraph they began with, however often it is replaced', async () => {
  await using shop = await openShop();
  let running = true;
  const failures: unknown[] = [];
  const asking = Array.from({ length: 4 }, async () => {
    while (running) {
      const { body } = await shop.ask('{ products { name inStock } }');
      if (body.errors !== undefined) failures.push(body.errors);
    }
  });
  // Each time at other addresses of the same subgraphs: connections are left and opened.
  const urls = [shop.supergraphSdl, shop.supergraphSdl.replaceAll('127.0.0.1', 'localhost')];
  for (let time = 0; time < 20; time += 1) await shop.gateway.replace(urls[time % 2] ?? '');
  running = false;
  await Promise.all(asking);
  expect(failures).toEqual([]);
});

it('what runs has the time of its slowest subgraph before the connections it needs are closed', async () => {
  const slow = { headers: { forward: [], set: {} }, timeoutMs: 60_000 };
  await using shop = await openShop({ timeoutMs: 1_000, subgraphs: { catalogue: slow } });
  const letGo = shop.catalogue.hold();
  const asked = shop.ask('{ products { name inStock } }');
  await eventually(() => expect(shop.catalogue.seen).toHaveLength(1));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await shop.gateway.replace(shop.supergraphSdl.replace(shop.stock.url, 'http://127.0.0.1:9/'));
  await vi.advanceTimersByTimeAsync(6_001);
  vi.useRealTimers();
  letGo();
  expect((await asked).body.errors).toBeUndefined();
});

it('subgraphs are composed from a file in the form of rover, their SDL from files or from themselves', async () => {
  await using shop = await openShop();
  await writeFile(join(folder, 'stock.graphql'), stockSdl);
  const path = join(folder, 'compose.yaml');
  await writeFile(
    path,
    `subgraphs:
  catalogue: { routing_url: "${shop.catalogue.url}" }
  stock: { routing_url: "${shop.stock.url}", schema: { file: ./stock.graphql } }
`,
  );
  const seen = new SeenFiles();
  const sdl = await readSupergraph({ compose: path }, seen);
  expect(seen.paths).toEqual([path, join(folder, 'stock.graphql')]);
  await shop.gateway.replace(sdl);
  expect((await shop.ask('{ products { inStock } }')).body.errors).toBeUndefined();
});

it('settings have secrets from the environment', async () => {
  const path = join(folder, 'secrets.yaml');
  await writeFile(
    path,
    `subgraphs: { one: { headers: { set: { authorization: "Bearer \${env.SHOP_TOKEN}" } } } }`,
  );
  vi.stubEnv('SHOP_TOKEN', 'secret-7');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { subgraphs } = await readSettingsFile(path);
  expect(subgraphs['one']?.headers.set).toEqual({ authorization: 'Bearer secret-7' });
});

it('a file that is not usable is refused with its name and every fault in it', async () => {
  const path = join(folder, 'settings.yaml');
  await writeFile(path, 'timeoutMs: soon\nheaders: { forward: [host] }\nnope: 1\n');
  await expect(readSettingsFile(path)).rejects.toThrow(
    /settings\.yaml.*headers\.forward\.0.*timeoutMs.*nope/s,
  );
  await writeFile(path, 'a: [');
  await expect(readSettingsFile(path)).rejects.toThrow(/settings\.yaml cannot be read/);
  await writeFile(path, `headers: { set: { authorization: "Bearer \${env.NO_SUCH_VARIABLE}" } }`);
  await expect(readSettingsFile(path)).rejects.toThrow(
    /headers\.set\.authorization: the environment has no variable NO_SUCH_VARIABLE/,
  );
  await expect(readSupergraph({ supergraph: join(folder, 'none') }, new SeenFiles())).rejects.toThrow(
    /none cannot be read/,
  );
  await expect(readSupergraph({ compose: path }, new SeenFiles())).rejects.toThrow(/settings\.yaml/);
});
