import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDateTime } from '../src/scalars/date-time.ts';

const two = (number: number): string => String(number).padStart(2, '0');

test('what is in the form of stored moments comes out as it went in, where there is such a moment, and is refused else', () => {
  const part = fc.record({
    year: fc.oneof(fc.constantFrom(0, 1, 1900, 2000, 2023, 2024, 9999), fc.integer({ min: 0, max: 9999 })),
    month: fc.integer({ min: 0, max: 13 }),
    day: fc.integer({ min: 0, max: 32 }),
    hour: fc.integer({ min: 0, max: 24 }),
    minute: fc.integer({ min: 0, max: 60 }),
    second: fc.integer({ min: 0, max: 60 }),
  });
  fc.assert(
    fc.property(part, ({ year, month, day, hour, minute, second }) => {
      const text = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}.007Z`;
      // Of a day that is none, `Date` makes another one, or nothing.
      const moment = new Date(text);
      const exists = year > 0 && !Number.isNaN(moment.getTime()) && moment.toISOString() === text;
      if (exists) expect(parseDateTime(text)).toBe(text);
      else expect(() => parseDateTime(text)).toThrow('DateTime');
    }),
    { numRuns: 2_000 },
  );
});
