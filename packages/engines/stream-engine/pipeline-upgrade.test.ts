import { expect, test } from 'vitest';
import { testPipeline } from './conformance-rows.ts';
import { isResumable } from './pipeline-upgrade.ts';

test('a field that gets another type is counted anew, and a declaration of before types were told goes on with its windows', () => {
  const untyped = testPipeline();
  const [texts, numbers] = [
    testPipeline({ types: { amount: 'TEXT' } }),
    testPipeline({ types: { amount: 'NUMBER' } }),
  ];
  expect(isResumable(untyped, texts)).toBe(true);
  expect(isResumable(texts, texts)).toBe(true);
  expect(isResumable(texts, numbers)).toBe(false);
  expect(isResumable(untyped, { ...texts, dimensions: [] })).toBe(false);
});
