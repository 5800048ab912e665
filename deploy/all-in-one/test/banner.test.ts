import { expect, test } from 'vitest';
import { banner } from '../src/banner.ts';

const shown = (url: string): string =>
  banner({ url, dataDir: '/data', databaseDir: undefined, demo: undefined, setUp: undefined });

test.each([
  ['http://127.0.0.1:4000', 'http://localhost:4000/graphql'],
  ['http://0.0.0.0:4810', 'http://localhost:4810/graphql'],
  ['http://[::]:4810', 'http://localhost:4810/graphql'],
  ['http://192.0.2.7:4810', 'http://192.0.2.7:4810/graphql'],
])('what is bound to %s is shown at an address that can be opened', (url, graphql) => {
  expect(shown(url)).toContain(graphql);
});
