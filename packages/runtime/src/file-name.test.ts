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
  ['is a tag', 'a\u{e0041}'],
  ['is a control character', 'a\u0007'],
  ['is half of a pair', 'a\ud800'],
  ['joins nothing', '\u200d\u200c'],
  ['joins what is nothing', '\u200d \u200c'],
])('what %s is refused as unseen', (_, name) => {
  expect(fileNameFault(name)).toBe('has characters that cannot be seen');
});

test('soft hyphens, as texts that are pasted have them, are left out of a name, and are no name by themselves', () => {
  expect(fileNameFault('Donau\u00addampf\u00adschiff.pdf')).toBeUndefined();
  expect(keptName(' \u00adDonau\u00addampf\u00adschiff.pdf \u00ad')).toBe('Donaudampfschiff.pdf');
  // What they parted is one character.
  expect(keptName('e\u00ad\u0301')).toBe('\u00e9');
  expect(fileNameFault('\u00ad')).toBe('has 1 to 255 characters');
  expect(fileNameFault('.\u00ad.')).toBe('is a name, not a path');
});
