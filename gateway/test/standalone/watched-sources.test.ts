import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '@tributary/runtime';
import { eventually, quickly } from '@tributary/test-kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SeenFiles } from '../../src/standalone/seen-files.ts';
import { followSupergraph, readSupergraph } from '../../src/standalone/supergraph-source.ts';
import { silentLog } from '../graph/silent-log.ts';
import { subgraph } from './shop.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sources-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A configuration that was read and is followed: what was served of its changes, and what they were refused for. */
async function followed(compose: string) {
  const seen = new SeenFiles();
  await readSupergraph({ compose }, seen);
  const served: string[] = [];
  const faults: unknown[] = [];
  const replace = async (sdl: string): Promise<void> => {
    served.push(sdl);
  };
  const log: Logger = { ...silentLog, error: ({ reason }) => faults.push(reason) };
  const follower = followSupergraph({ compose }, seen, { replace, log });
  return { served, faults, [Symbol.asyncDispose]: () => follower[Symbol.asyncDispose]() };
}

/** The same of a configuration with a shop of this SDL, and what puts another subgraph into it. */
async function followedShop(name: string, sdl: string) {
  const compose = join(folder, `${name}.yaml`);
  await writeFile(join(folder, `${name}-shop.graphql`), sdl);
  const shop = `routing_url: "http://shop.example/graphql", schema: { file: ./${name}-shop.graphql }`;
  const before = `subgraphs:\n  shop: { ${shop} }\n`;
  await writeFile(compose, before);
  return {
    ...(await followed(compose)),
    add: (entry: string) => writeFile(compose, `${before}  ${entry}\n`),
  };
}

it('a change between the reading at start and the watching is not lost', async () => {
  const path = join(folder, 'supergraph.graphql');
  await writeFile(path, 'first');
  const seen = new SeenFiles();
  expect(await readSupergraph({ supergraph: path }, seen)).toBe('first');
  await writeFile(path, 'other');
  const served: string[] = [];
  const replace = async (sdl: string): Promise<void> => {
    served.push(sdl);
  };
  await using _follower = followSupergraph({ supergraph: path }, seen, { replace, log: silentLog });
  await eventually(() => expect(served).toEqual(['other']));
});

it('a file that a new configuration names is watched, also while it has a fault', async () => {
  const stock = join(folder, 'stock.graphql');
  await using follower = await followedShop('named', 'type Query { shop: String }');
  const { served, faults } = follower;
  await writeFile(stock, 'type Query { stock: ');
  await follower.add(
    'stock: { routing_url: "http://shop.example/graphql", schema: { file: ./stock.graphql } }',
  );
  await eventually(() => expect(faults.at(-1)).toMatch(/The SDL of stock cannot be read/));
  expect(served).toEqual([]);
  await writeFile(stock, 'type Query { stock: String }');
  await eventually(() => expect(served.at(-1)).toContain('stock: String'));
});

it('a subgraph that could not be asked is asked again, though no file changes, and is told of once', async () => {
  await using told = await subgraph('type Query { told: Int }', {});
  await using follower = await followedShop('told', 'type Query { shop: String }');
  const { served, faults } = follower;
  told.answerWith = { status: 503, body: '' };
  await follower.add(`told: { routing_url: "${told.url}" }`);
  await eventually(() => expect(told.seen).toHaveLength(2));
  expect(served).toEqual([]);
  told.answerWith = undefined;
  await eventually(() => expect(served.at(-1)).toContain('told: Int'));
  expect(faults).toEqual([expect.stringContaining('cannot be asked')]);
});

it.each([
  ['cannot be read', 'type Query { told: ', /^The SDL of told cannot be read/],
  ['does not compose', 'type Query { shop: Int! }', /^The subgraphs do not compose/],
])('a subgraph is asked again that told an SDL which %s', async (_what, sdl, sentence) => {
  await using told = await subgraph('type Query { told: Int }', {});
  await using follower = await followedShop('passing', 'type Query { shop: [String] }');
  const { served, faults } = follower;
  told.answerWith = { status: 200, body: JSON.stringify({ data: { _service: { sdl } } }) };
  await follower.add(`told: { routing_url: "${told.url}" }`);
  await eventually(() => expect(told.seen).toHaveLength(2));
  expect(served).toEqual([]);
  told.answerWith = undefined;
  await eventually(() => expect(served.at(-1)).toContain('told: Int'));
  expect(faults).toEqual([expect.stringMatching(sentence)]);
});

it('a subgraph that is asked for its SDL and does not answer is not waited for at the end', async () => {
  const compose = join(folder, 'ending.yaml');
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const entry = (name: string, source: string) =>
    `  ${name}: { routing_url: "${url}", schema: { ${source} } }\n`;
  const before = `subgraphs:\n${entry('shop', 'sdl: "type Query { shop: String }"')}`;
  await writeFile(compose, before);
  const follower = await followed(compose);
  const asked = once(server, 'request');
  await writeFile(compose, `${before}${entry('silent', `subgraph_url: "${url}"`)}`);
  await asked;
  await quickly(5_000, async () => {
    await follower[Symbol.asyncDispose]();
  });
  expect([follower.served, follower.faults]).toEqual([[], []]);
  server.closeAllConnections();
  server.close();
});
