import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, newId } from '@tributary/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { openKeyProvider } from './open.ts';
import { type KeptKey, type KeptKeys, rewrapKeys } from './rewrap.ts';

async function setUp(count: number) {
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-rewrap-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const clock = new ManualClock(1_700_000_000_000);
  const provider = await openKeyProvider('embedded:', { dataDir, clock });
  const one = await provider.wrap(randomBytes(32), 'w1');
  const kept: KeptKey[] = Array.from({ length: count }, () => ({ ...one, id: newId(), owner: 'w1' })).sort(
    (a, b) => (a.id < b.id ? -1 : 1),
  );
  const lost: string[] = [];
  const table: KeptKeys = {
    outdated: async (current, afterId, limit) =>
      kept.filter(({ id, wrappingKeyId }) => id > afterId && wrappingKeyId !== current).slice(0, limit),
    replace: async ({ id }, next) => {
      const at = kept.findIndex((key) => key.id === id);
      kept[at] = { ...(kept[at] as KeptKey), ...next };
    },
    lost: ({ id }) => lost.push(id),
  };
  clock.advance(91 * 24 * 3_600_000);
  return { dataDir, provider, kept, lost, table };
}

test('more lost keys than are read at a time keep none behind them back, and each is told once', async () => {
  const { provider, kept, lost, table } = await setUp(1_203);
  for (const [at, key] of kept.slice(0, 1_200).entries()) kept[at] = { ...key, owner: 'another' };
  await rewrapKeys(provider, table);
  const current = await provider.currentKeyId();
  expect(kept.slice(1_200).map(({ wrappingKeyId }) => wrappingKeyId)).toEqual([current, current, current]);
  expect(lost).toEqual(kept.slice(0, 1_200).map(({ id }) => id));
});

test('while the provider cannot read its keys nothing is given up', async () => {
  const { dataDir, provider, lost, table } = await setUp(2);
  await provider.currentKeyId();
  await writeFile(join(dataDir, 'wrapping-keys', '1'), '');
  await expect(rewrapKeys(provider, table)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  expect(lost).toEqual([]);
});
