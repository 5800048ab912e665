import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './sources.ts';

/** Programs of processes that start while somebody waits for them, and what they load only then. */
const programs = [
  'packages/engines/batch-engine/embedded-child.ts',
  'packages/engines/batch-engine/parquet-columns-child.ts',
  'packages/engines/batch-engine/subset-parser-child.ts',
  'gateway/src/planning/planning-child.ts',
  'gateway/src/planning/supergraph.ts',
  'gateway/src/planning/supergraph-child.ts',
];

/** What a program loads before its first line, by who names it: values alone, for types are gone by then. */
function loadedBy(path: string, found = new Map<string, string>()): ReadonlyMap<string, string> {
  const text = readFileSync(join(root, path), 'utf8');
  for (const [, names = '', from = ''] of text.matchAll(/^(?:import|export)\s([^;']*?)from '([^']+)'/gm)) {
    if (names.startsWith('type ') || found.has(from)) continue;
    const own = join(dirname(path), from);
    if (!from.startsWith('.')) found.set(from, path);
    else if (!found.has(own)) {
      found.set(own, path);
      loadedBy(own, found);
    }
  }
  return found;
}

test.each(programs)('%s loads no whole package of this repository: most of each is nothing to it', (path) => {
  const loaded = loadedBy(path);
  expect(loaded.size).toBeGreaterThan(2);
  expect([...loaded].filter(([name]) => /^@tributary\/[^/]+$/.test(name))).toEqual([]);
  // Its 180 files would each be read twice.
  expect(loaded.get('@duckdb/node-api')).toBeUndefined();
});
