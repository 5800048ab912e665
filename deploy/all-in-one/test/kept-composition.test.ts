import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeSupergraph, type SubgraphContract } from '@tributary/schema';
import { expect, onTestFinished, test } from 'vitest';
import { keptComposition } from '../src/kept-composition.ts';

const composing = async (contracts: readonly SubgraphContract[]) => composeSupergraph(contracts);
const composed = (dataDir: string, contracts: readonly SubgraphContract[]) =>
  keptComposition(dataDir)(contracts, composing);

const contract = (field: string) => [{ name: 'one', sdl: `type Query { ${field}: Int }` }];

async function folder(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kept-composition-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  return dataDir;
}

/** Edits the kept file as somebody might by hand. */
async function edit(dataDir: string, change: (kept: Record<string, string>) => object): Promise<void> {
  const path = join(dataDir, 'supergraph.json');
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')))));
}

test('a supergraph is composed once for the same contracts, and anew for others', async () => {
  const dataDir = await folder();
  expect(await composed(dataDir, contract('a'))).toBe(composeSupergraph(contract('a')));
  const marked = 'the kept one';
  const supergraph = createHash('sha256').update(marked).digest('hex');
  await edit(dataDir, (kept) => ({ ...kept, supergraphSdl: marked, supergraph }));
  expect(await composed(dataDir, contract('a'))).toBe(marked);
  expect(await composed(dataDir, contract('b'))).toBe(composeSupergraph(contract('b')));
  expect(await composed(dataDir, contract('a'))).toBe(composeSupergraph(contract('a')));
});

test('a kept supergraph that was damaged or edited is not believed', async () => {
  const dataDir = await folder();
  const whole = await composed(dataDir, contract('a'));
  await edit(dataDir, (kept) => ({ ...kept, supergraphSdl: whole.replace('a: Int', 'a: String') }));
  expect(await composed(dataDir, contract('a'))).toBe(whole);
  await writeFile(join(dataDir, 'supergraph.json'), '{"contracts":');
  expect(await composed(dataDir, contract('a'))).toBe(whole);
});

test('where nothing can be kept, composing goes on without', async () => {
  const nowhere = join(await folder(), 'not', 'there');
  expect(await composed(nowhere, contract('a'))).toBe(composeSupergraph(contract('a')));
});

test('contracts that do not compose are refused with the reasons, and nothing is kept of them', async () => {
  const dataDir = await folder();
  const broken = [{ name: 'one', sdl: 'type Query { a: Missing }' }];
  await expect(composed(dataDir, broken)).rejects.toThrow(/do not compose: .*Missing/);
  await expect(readFile(join(dataDir, 'supergraph.json'))).rejects.toThrow(/ENOENT/);
});
