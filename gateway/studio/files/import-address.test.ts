import { expect, test } from 'vitest';
import { importAddress } from './import-address.ts';

test.each([
  ['utf-8', { file: 'f', model: 'Airport' }],
  ['utf-16le', { file: 'f', model: 'Airport', encoding: 'utf-16le' }],
])(
  'the import of a table in %s is told what it is written in, where that is not UTF-8',
  (encoding, input) => {
    const { pathname, searchParams } = new URL(
      importAddress({ file: 'f', model: 'Airport', encoding }),
      'http://localhost',
    );
    expect([pathname, searchParams.get('start')]).toEqual(['/runs', 'import-dataset']);
    expect(JSON.parse(searchParams.get('input') ?? '')).toEqual(input);
  },
);
