import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultStandaloneSettings, readSettingsFile } from '../../src/standalone/settings-file.ts';

const guide = await readFile(new URL('../../../docs/guides/gateway.md', import.meta.url), 'utf8');

it('every example of settings in the guide is usable as it stands', async () => {
  const examples = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)]
    .map(([, text = '']) => text)
    .filter((text) => !text.includes('routing_url'));
  expect(examples.length).toBeGreaterThanOrEqual(4);
  const folder = await mkdtemp(join(tmpdir(), 'guide-'));
  try {
    for (const [at, text] of examples.entries()) {
      const path = join(folder, `${at}.yaml`);
      await writeFile(path, text);
      await readSettingsFile(path);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('the guide names every setting that has a default, with that default', () => {
  const rows = new Map(
    [...guide.matchAll(/^\| `([\w.]+)`[^|]*\|[^|]*\| *([^|]*?) *\|$/gm)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
  const missing: string[] = [];
  const look = (value: unknown, path: string): void => {
    if (
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.keys(value).length > 0
    ) {
      for (const [name, below] of Object.entries(value)) look(below, path === '' ? name : `${path}.${name}`);
      return;
    }
    const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
    const told = isEmpty ? 'none' : `\`${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)}\``;
    if (path !== 'subgraphs' && rows.get(path) !== told)
      missing.push(`${path}: ${told}, told ${rows.get(path)}`);
  };
  look(defaultStandaloneSettings, '');
  expect(missing).toEqual([]);
});
