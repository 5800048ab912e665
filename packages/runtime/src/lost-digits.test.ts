import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lostDigits } from './lost-digits.ts';

test.each([
  ['{"a":12345678901234567890}', '12345678901234567890'],
  ['[1, -9007199254740993]', '-9007199254740993'],
  [`[${'9'.repeat(300)}]`, '9'.repeat(300)],
  ['{"text \\" 12345678901234567890":[12345678901234567891]}', '12345678901234567891'],
])('a whole number that no double gives back is found in %s', (json, lost) => {
  expect(lostDigits(json)).toBe(lost);
});

test.each([
  '{"a":9007199254740991,"b":-9007199254740992}',
  '[100000000000000000000, 12345678901234567000, 18446744073709551616]',
  '[1e300, -1.7976931348623157e308, 5e-324, 0.12345678901234567890, 1234567890123456789e2]',
  '{"12345678901234567890":"12345678901234567890 \\" 12345678901234567890"}',
  '',
])('what keeps its digits, is not whole or stands in text is left alone: %s', (json) => {
  expect(lostDigits(json)).toBeUndefined();
});

test('a text of many megabytes is read past, whatever is escaped in it', () => {
  for (const text of [
    'x'.repeat(9_000_000),
    '\\n'.repeat(6_000_000),
    '\\"1'.repeat(4_000_000),
    '\\\\'.repeat(6_000_000),
  ])
    expect(lostDigits(`{"a":"${text}","b":12345678901234567890}`)).toBe('12345678901234567890');
});

test('no JSON that a program has printed from doubles has such a number', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => lostDigits(JSON.stringify(value)) === undefined));
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (value) => lostDigits(JSON.stringify([value])) === undefined,
    ),
  );
});
