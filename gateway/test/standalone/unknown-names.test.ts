import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSettingsFile, type StandaloneSettings } from '../../src/standalone/settings-file.ts';
import { silentLog } from '../graph/silent-log.ts';
import { openOver } from './one-subgraph.ts';
import { catalogueSdl, openShop, supergraphOf } from './shop.ts';

async function settings(text: string): Promise<StandaloneSettings> {
  const folder = await mkdtemp(join(tmpdir(), 'settings-'));
  try {
    await writeFile(join(folder, 'gateway.yaml'), text);
    return await readSettingsFile(join(folder, 'gateway.yaml'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

it.each([
  ['a subgraph', 'subgraphs: { produtcs: { timeoutMs: 1 } }', /subgraphs\.produtcs: .*the subgraph only/],
  ['a label', 'overrideLabels: [nope]', /overrideLabels: nope: .*no label at all/],
])('%s that the supergraph does not have ends the start', async (_what, text, sentence) => {
  const opening = openOver('type Query { one: Int }', {}, await settings(text));
  await expect(opening).rejects.toThrow(sentence);
});

it.each([
  'https://app.example/',
  'app.example',
  '*',
  'https://app.example:443',
  'https://App.example',
  'null',
])('an origin that no browser says ends the start: %s', async (origin) => {
  await expect(settings(`corsOrigins: ["${origin}"]`)).rejects.toThrow(/corsOrigins\.0: must be an origin/);
});

it('origins as browsers say them are taken', async () => {
  const origins = [
    'https://app.example',
    'http://localhost:3000',
    'https://[::1]:8443',
    'chrome-extension://abcdef',
  ];
  const { corsOrigins } = await settings(`corsOrigins: ${JSON.stringify(origins)}`);
  expect(corsOrigins).toEqual(origins);
});

it('a subgraph that a later supergraph does not have is a warning, and the supergraph is served', async () => {
  const warned: unknown[] = [];
  const log = { ...silentLog, warn: ({ reason }: { readonly reason?: unknown }) => warned.push(reason) };
  const known = await settings('subgraphs: { stock: { timeoutMs: 1000 } }');
  await using shop = await openShop(known, { log });
  expect(warned).toEqual([]);
  await shop.gateway.replace(supergraphOf({ catalogue: { sdl: catalogueSdl, url: shop.catalogue.url } }));
  expect(warned).toEqual([expect.stringMatching(/subgraphs\.stock: .*the subgraph catalogue/)]);
  expect((await shop.ask('{ products { name } }')).body.errors).toBeUndefined();
});
