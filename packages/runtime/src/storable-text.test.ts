import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beginningOf, storableText } from './storable-text.ts';

test('the beginning of a text is as long as it may be and ends with a whole code point', () => {
  expect(beginningOf('ab🛫cd', 3)).toBe('ab');
  expect(beginningOf('ab🛫cd', 4)).toBe('ab🛫');
  expect(beginningOf('ab', 3)).toBe('ab');
  expect(beginningOf('🛫', 0)).toBe('');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(20), (text, most) => {
      const beginning = beginningOf(text, most);
      expect(beginning).not.toMatch(/\p{Surrogate}/u);
      expect(text.startsWith(beginning)).toBe(true);
      expect(beginning.length).toBeGreaterThanOrEqual(Math.min(text.length, most) - 1);
      expect(beginning.length).toBeLessThanOrEqual(most);
    }),
  );
});

test('a storable text has neither U+0000 nor half a pair, also where it is cut', () => {
  expect(storableText('a\0b\ud800c\udc00')).toBe('ab\ufffdc\ufffd');
  expect(storableText('\0ab🛫', 3)).toBe('ab');
  expect(storableText('as it is 🛫')).toBe('as it is 🛫');
});
