import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvOf } from './csv.ts';

const bare = (csv: string): string => csv.slice(1);

test('separators, quotes and lines inside a value stay inside it', () => {
  expect(bare(csvOf(['a', 'b'], [['x,y', 'say "no"\nor']]))).toBe('a,b\r\n"x,y","say ""no""\nor"\r\n');
});

test('nothing is empty, numbers and truths are plain, objects are JSON', () => {
  expect(bare(csvOf(['a', 'b', 'c', 'd'], [[null, -1.5, true, { x: 1 }]]))).toBe(
    'a,b,c,d\r\n,-1.5,true,"{""x"":1}"\r\n',
  );
});

test('no text begins a formula, and numbers that came as texts stay numbers', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('=', '+', '-', '@', '\t', '\r', ' =', '\n@', '\u00a0+'),
      fc.string(),
      (sign, rest) => {
        const cell = bare(csvOf([], [[`${sign}${rest}`]])).slice(2);
        if (/^-\d+(\.\d+)?$/.test(`${sign}${rest}`)) expect(cell).toBe(`${sign}${rest}\r\n`);
        else expect(cell).toMatch(/^"?'/);
      },
    ),
  );
});
