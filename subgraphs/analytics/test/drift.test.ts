import fc from 'fast-check';
import { expect, test } from 'vitest';
import { meanDifference, populationStability } from '../src/domain/drift.ts';

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 100, maxLength: 300 });

test('a distribution does not drift from itself, and any drift is above nought', () => {
  fc.assert(
    fc.property(numbers, numbers, (earlier, later) => {
      expect(populationStability(earlier, earlier)).toBe(0);
      expect(populationStability(earlier, later)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('it is the sum that its definition says, on a case computed by hand', () => {
  // Ten values of each decile; then all of the first decile moved to the last.
  const earlier = Array.from({ length: 100 }, (_, at) => at);
  const later = earlier.map((value) => (value < 10 ? 99 : value));
  // p = 0.1 everywhere; q = 0.0001 in the first, 0.2 in the last.
  const expected = (0.0001 - 0.1) * Math.log(0.0001 / 0.1) + (0.2 - 0.1) * Math.log(0.2 / 0.1);
  expect(populationStability(earlier, later)).toBeCloseTo(expected, 12);
});

test('too few values say nothing', () => {
  expect(populationStability(new Array(99).fill(1), new Array(1_000).fill(1))).toBeNull();
  expect(meanDifference([])).toBeNull();
  expect(
    meanDifference([
      { live: 1, shadow: 3 },
      { live: 1, shadow: 0 },
    ]),
  ).toBe(1.5);
});
