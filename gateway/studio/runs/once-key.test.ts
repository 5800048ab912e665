import { expect, test } from 'vitest';
import { OnceKey } from './once-key.ts';

test('the same asked for again has the same key, and what is changed or begun anew another', () => {
  const key = new OnceKey();
  const first = key.of('import {}');
  expect(key.of('import {}')).toBe(first);
  expect(key.of('import {"model":"Airport"}')).not.toBe(first);
  expect(new OnceKey().of('import {}')).not.toBe(first);
});
