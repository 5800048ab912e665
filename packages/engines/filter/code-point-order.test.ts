import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareCodePoints, foldCase } from './code-point-order.ts';
import { awkwardText } from './generated-filters.ts';

test('strings compare as their UTF-8 bytes do', () => {
  const text = fc.oneof(awkwardText, fc.string({ unit: 'binary', maxLength: 3 }));
  fc.assert(
    fc.property(text, text, (left, right) => {
      expect(Math.sign(compareCodePoints(left, right))).toBe(
        Buffer.compare(Buffer.from(left), Buffer.from(right)),
      );
    }),
    { numRuns: 5_000, examples: [['\u{1F600}', '\uFFEE']] },
  );
});

test('case folds for A to Z alone, so that every engine folds alike', () => {
  expect(foldCase('SÃO Paulo İ')).toBe('sÃo paulo İ');
});

test('text of ASCII alone folds as it does among other letters', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'Z', 'k', '[', '@', '\n', '~'), maxLength: 8 });
  fc.assert(
    fc.property(text, (ascii) => {
      expect(`${foldCase(ascii)}É`).toBe(foldCase(`${ascii}É`));
    }),
  );
});
