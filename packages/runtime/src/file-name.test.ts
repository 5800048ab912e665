import { expect, test } from 'vitest';
import { fileNameFault, keptName } from './file-name.ts';

test.each([
  ['the Persian plural', 'گزارش\u200cها.pdf'],
  ['a Sinhala conjunct', 'ශ්\u200dරී.txt'],
  ['a family of four', '👩\u200d👩\u200d👧\u200d👦.png'],
])('%s is spelled with joiners, and is a name', (_, name) => {
  expect(fileNameFault(name)).toBeUndefined();
  expect(keptName(` ${name} `)).toBe(name);
});

test.each([
  ['turns the direction of what follows', 'cod\u202etxt.exe'],
  ['isolates a direction', '\u2066a\u2069'],
  ['has no width', 'a\u200bb'],
  ['is a soft hyphen', 'a\u00adb'],
  ['is a tag', 'a\u{e0041}'],
  ['is a control character', 'a\u0007'],
  ['is half of a pair', 'a\ud800'],
  ['joins nothing', '\u200d\u200c'],
  ['joins what is nothing', '\u200d \u200c'],
])('what %s is refused as unseen', (_, name) => {
  expect(fileNameFault(name)).toBe('has characters that cannot be seen');
});
