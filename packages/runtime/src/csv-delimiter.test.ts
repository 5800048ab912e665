import { expect, test } from 'vitest';
import { csvDelimiter } from './csv-delimiter.ts';

test.each([
  ['code,label\n1;2;3;4,x\n', ','],
  ['code;label\r\nD1;"Groß, klein"\r\nD2;1,5\r\n', ';'],
  ['code\tlabel\tin, all\n', '\t'],
  ['"a,b,c,d";label;more\n', ';'],
  ['"a\n,,,";label;more\n', ';'],
  ['\r\n\ncode;label\n', ';'],
  ['code\n1;2\n', ','],
  ['a,b;c', ','],
  ['', ','],
])('what divides the head line of %j is %j', (beginning, delimiter) => {
  expect(csvDelimiter(beginning)).toBe(delimiter);
});
