import { expect, it } from 'vitest';
import { usualMs } from './load-shedding.ts';

const idle = { count: 25, meanMs: 10, longestMs: 12 };

it('one long turn is no overload, though it is all that its window has', () => {
  expect(usualMs(idle, { count: 1, meanMs: 6_000, longestMs: 6_000 })).toBeLessThan(11);
  expect(usualMs({ count: 1, meanMs: 6_000, longestMs: 6_000 }, idle)).toBeLessThan(11);
  expect(usualMs({ count: 0, meanMs: 0, longestMs: 0 }, { count: 1, meanMs: 600, longestMs: 600 })).toBe(0);
});

it('two long turns, one after the other, are an overload', () => {
  const long = { count: 1, meanMs: 300, longestMs: 300 };
  expect(usualMs(long, long)).toBe(300);
  expect(usualMs(idle, { count: 4, meanMs: 80, longestMs: 90 })).toBeLessThan(25);
  expect(
    usualMs({ count: 4, meanMs: 80, longestMs: 90 }, { count: 4, meanMs: 80, longestMs: 90 }),
  ).toBeCloseTo(78.6, 0);
});
