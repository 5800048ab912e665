import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { countAirports } from './count-airports.fixture.ts';
import { openImports } from './imported-rows.ts';

vi.setConfig({ testTimeout: 60_000 });

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

/** All but the lines that import, which name the same things by another way and stand in another order. */
const body = (source: string): string => source.replaceAll(/^\s*import .*\n/gm, '').trim();

test('the job that the guide shows is the one that is tried here', () => {
  const [, shown = ''] = /```ts\n(.*?)```/s.exec(read('../../../docs/guides/jobs.md')) ?? [];
  const outdented = shown.replaceAll(/^ {3}/gm, '');
  expect(body(outdented)).toBe(body(read('count-airports.fixture.ts')));
});

test('the job that the guide shows counts the airports of its workspace', async () => {
  await using imports = await openImports();
  const input = ['DTW', 'SFO'].map((iata) => ({
    iata,
    name: iata,
    country: 'US',
    latitude: 1,
    longitude: 2,
  }));
  await imports.graph(
    'mutation Airports($input: [AirportInput!]!) { createAirports(input: $input) { airport { id } } }',
    { input },
  );
  expect(await countAirports.run(imports.contextOf())).toEqual({ airports: 2 });
});
