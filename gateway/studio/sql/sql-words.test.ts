import fc from 'fast-check';
import { expect, test } from 'vitest';
import { completionsFor, nameBefore, wordsOf } from './sql-words.ts';

test('coloured or not, a query stays what was typed, to the character', () => {
  const pieces = fc.constantFrom(
    'SELECT ',
    "'it''s",
    '"a',
    '--',
    '/*',
    '*/',
    '\n',
    ' 1.5e3',
    'name',
    ';',
    '(',
  );
  const typed = fc.oneof(
    fc.string(),
    fc.array(pieces).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(typed, (sql) => {
      expect(
        wordsOf(sql)
          .map(({ text }) => text)
          .join(''),
      ).toBe(sql);
    }),
  );
});

test.each([
  ["select 'from' -- where", ['keyword', 'other', 'text', 'other', 'comment']],
  ['"from" /* open', ['name', 'other', 'comment']],
  ["x = 'open and on", ['name', 'other', 'text']],
  ['count(12.5)', ['keyword', 'other', 'number', 'other']],
])('keywords inside texts, names and comments are no keywords: %s', (sql, kinds) => {
  expect(wordsOf(sql).map(({ kind }) => kind)).toEqual(kinds);
});

test.each([
  ['SELECT pa', 'pa'],
  ['SELECT path FROM page_v', 'page_v'],
  ["WHERE path = 'pa", undefined],
  ['-- pa', undefined],
  ['SELECT ', undefined],
  ['', undefined],
])('what is completed is the name before the caret, and nothing in texts and comments: %s', (sql, name) => {
  expect(nameBefore(sql, sql.length)).toBe(name);
});

test('completions begin with what is typed, whatever its case, each once, and never repeat a whole name', () => {
  const names = ['page_viewed', 'path', 'path', 'PARTITION', 'subject'];
  expect(completionsFor('pa', names, 10)).toEqual(['page_viewed', 'path', 'PARTITION']);
  expect(completionsFor('pa', names, 1)).toEqual(['page_viewed']);
  expect(completionsFor('PATH', names, 10)).toEqual([]);
});
