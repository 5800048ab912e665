import { expect, it } from 'vitest';
import { AskedOperations } from '../../src/standalone/asked-operations.ts';
import { defaultStandaloneSettings } from '../../src/standalone/settings-file.ts';
import { catalogueSdl, supergraphOf } from './shop.ts';

function asked() {
  let read = 0;
  const { limits, introspection } = defaultStandaloneSettings;
  const operations = new AskedOperations({
    supergraphSdl: supergraphOf({ catalogue: { sdl: catalogueSdl, url: 'http://catalogue.invalid' } }),
    fetches: new Map([['catalogue', async () => ({ data: null })]]),
    limits,
    introspection,
    overrideLabels: [],
    onRead: () => {
      read += 1;
    },
  });
  return { operations, read: () => read };
}

const long = `# ${'x'.repeat(40_000)}`;

it('short texts are read once, a thousand of them', () => {
  const { operations, read } = asked();
  const text = (n: number): string => `query Q${n} { products { name weight } }`;
  for (let round = 0; round < 2; round += 1)
    for (let n = 0; n < 1_000; n += 1)
      expect(operations.operation(text(n), undefined)).toHaveProperty('compiled');
  expect(read()).toBe(1_000);
});

it.each([
  ['are right', 'products'],
  ['are faulty', 'nowhere'],
])('long texts that %s are remembered as far as they fit into memory, and read again then', (_, field) => {
  const { operations, read } = asked();
  const text = (n: number): string => `query Q${n} { ${field} { name } } ${long}`;
  for (let n = 0; n < 30; n += 1) operations.operation(text(n), undefined);
  operations.operation(text(29), undefined);
  expect(read()).toBe(30);
  operations.operation(text(0), undefined);
  expect(read()).toBe(31);
});

it('a long text of many operations is remembered with some of them, and answered with all', () => {
  const { operations, read } = asked();
  const many = Array.from({ length: 100 }, (_, n) => `query Q${n} { products { name } }`).join(' ');
  const text = `${many} ${long}`;
  for (let n = 0; n < 100; n += 1)
    expect(operations.operation(text, `Q${n}`)).toMatchObject({ name: `Q${n}` });
  expect(operations.operation(text, 'None')).toHaveProperty('faults');
  const before = read();
  operations.operation(text, 'Q0');
  expect(read()).toBe(before + 1);
});
