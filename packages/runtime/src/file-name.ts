const longestName = 255;
/**
 * Controls, and the marks that turn the reading direction round: `exe.txt` must not be shown for `txt.exe`. U+200C and U+200D are spelling in Persian, Hindi and others and
 * in emoji, and stay.
 */
const unseen = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u;
const onlyJoiners = /^(?:\u200c|\u200d|\s)+$/;

/** Whether a text has characters that nobody sees, or that make others be read in another order. */
export function hasUnseenCharacters(text: string): boolean {
  return unseen.test(text) || onlyJoiners.test(text);
}

/** Where a word may be parted at the end of a line. Texts from web pages and documents bring them along unseen, and a name is the same without them. */
const softHyphens = /\u00ad/g;

/** A file's or folder's name as it is kept: NFC, without soft hyphens, and without white space round it. */
export function keptName(text: string): string {
  return text.replace(softHyphens, '').normalize('NFC').trim();
}

/** Why a file or a folder cannot be called this; undefined when it can. A name names, and never becomes a path. */
export function fileNameFault(text: string): string | undefined {
  const name = keptName(text);
  if (name === '' || name.length > longestName) return `has 1 to ${longestName} characters`;
  if (hasUnseenCharacters(name)) return 'has characters that cannot be seen';
  if (/[/\\]/.test(name) || name === '.' || name === '..') return 'is a name, not a path';
  return undefined;
}
