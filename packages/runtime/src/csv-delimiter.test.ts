import { expect, test } from 'vitest';
import { csvDelimiter, csvMark, tellsCsvDelimiter } from './csv-delimiter.ts';

test.each([
  ['code,label\n1;2;3;4,x\n', ','],
  ['code;label\r\nD1;"Groß, klein"\r\nD2;1,5\r\n', ';'],
  ['code\tlabel\tin, all\n', '\t'],
  ['"a,b,c,d";label;more\n', ';'],
  ['"a\n,,,";label;more\n', ';'],
  ['\r\n\ncode;label\n', ';'],
  ['code\n1;2\n', ','],
  ['a,b;c', ','],
  ['id,tags (a;b;c)\n1,x\n', ','],
  ['id,tags (a;b;c)\n1,x', ','],
  ['id;size, colour, price\n1;x\n', ';'],
  ['id,tags (a;b;c)\n1,x;y;z\n', ','],
  ['id,tags (a;b;c)\n1\n', ','],
  ['id;"a\nb";size, colour, price\r\n\r\n"1,\n,,";2;3\r\n', ';'],
  ['id;code\tlabel\tin\n1;2\n', ';'],
  ['', ','],
])('what divides the head line of %j is %j', (beginning, delimiter) => {
  expect(csvDelimiter(beginning)).toBe(delimiter);
});

test.each([
  ['code;label\n', true],
  ['code;label\r', true],
  ['\ncode;label', false],
  ['"a,\n', false],
  ['"a,\n";label\n', true],
  ['id,tags (a;b)\n', false],
  ['id,tags (a;b)\n1,"x\n', false],
  ['id,tags (a;b)\n1,"x\n"\n', true],
  ['', false],
])('whether %j tells what divides the table, whatever follows it: %j', (beginning, tells) => {
  expect(tellsCsvDelimiter(beginning)).toBe(tells);
});

test.each([
  ['sep=;\r\na;b\r\n', ';'],
  ['\uFEFFSEP=,\n', ','],
  ['"sep=\t"\ra', '\t'],
  ['sep=|\n', '|'],
  ['sep=;', undefined],
  ['sep=;;\n', undefined],
  ['sep=x\n', undefined],
  ['sep="\n', undefined],
  ['sep=\\\n', undefined],
  ['separator;b\n', undefined],
  ['\nsep=;\n', undefined],
])('the line for Excel at the beginning of %j says %j', (beginning, delimiter) => {
  const mark = csvMark(beginning);
  expect(mark?.delimiter).toBe(delimiter);
  if (mark !== undefined) expect(beginning.slice(mark.length)).toMatch(/^[\r\n]/);
});
