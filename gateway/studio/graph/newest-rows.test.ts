import { expect, test } from 'vitest';
import { newestRows } from './newest-rows.ts';

const row = (id: string, version: number, enabled: boolean) => ({
  id,
  version,
  enabled,
  name: `named ${id}`,
});
const keyOf = ({ id }: { readonly id: string }): string => id;

test('a row is what the latest of the list and of the answers to changes says', () => {
  const rows = [row('a', 1, true), row('b', 4, true), row('c', 2, true)];
  const answers = new Map([
    ['a', { version: 2, enabled: false }],
    ['b', { version: 3, enabled: false }],
    ['gone', { version: 9, enabled: false }],
  ]);
  expect(newestRows(rows, answers, keyOf)).toEqual([
    { id: 'a', version: 2, enabled: false, name: 'named a' },
    row('b', 4, true),
    row('c', 2, true),
  ]);
});
