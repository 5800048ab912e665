import { expect, test } from 'vitest';
import { onceMore } from './once-key.ts';

test('the same asked for again has the same key, and what is changed or begun anew another', () => {
  const first = onceMore('import {}', null);
  expect(onceMore('import {}', first)).toEqual(first);
  expect(onceMore('import {"model":"Airport"}', first).key).not.toBe(first.key);
  expect(onceMore('import {}', null).key).not.toBe(first.key);
});
