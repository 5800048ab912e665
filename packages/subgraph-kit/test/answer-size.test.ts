import { expect, test } from 'vitest';
import { isTooLarge } from '../src/answer-size.ts';

test('a result is weighed by all its texts, as often as they stand in it', () => {
  const long = 'x'.repeat(1_000);
  const row = { name: long, tags: [long, null, 7, { deep: long }] };
  expect(isTooLarge({ rows: Array(10).fill(row) }, 40_000)).toBe(false);
  expect(isTooLarge({ rows: Array(14).fill(row) }, 40_000)).toBe(true);
  expect(isTooLarge(null, 0)).toBe(false);
});
