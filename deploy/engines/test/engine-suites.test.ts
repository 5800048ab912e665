import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { engineTestsIn, ledgers, outages, suitesOf } from '../src/engine-suites.ts';
import { recipes } from '../src/recipes.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** It is what stands between the product and the others: the journeys on all of them are its suites. */
const withSuites = recipes.map(({ name }) => name).filter((name) => name !== 'toxiproxy');

test('each engine that can be provisioned has suites', () => {
  expect(withSuites.filter((name) => suitesOf(name, root).length === 0)).toEqual([]);
});

test('each test that needs a real engine belongs to one run: of one engine, or of all of them', () => {
  const all = ['packages', 'subgraphs', 'workers', 'gateway', 'deploy', 'tests'].flatMap((folder) =>
    engineTestsIn(folder, root),
  );
  expect(all.length).toBeGreaterThan(30);
  const runs = [
    ...withSuites.map((name) => suitesOf(name, root)),
    ...[ledgers, outages].map((folder) => engineTestsIn(folder, root)),
  ];
  expect(runs.flat().sort()).toEqual(all.toSorted());
});
