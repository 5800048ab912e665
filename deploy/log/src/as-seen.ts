/** What a terminal would obey, or take for the end of a line: controls of C0 and C1, and separators of lines (ECMA-48; Unicode). */
const obeyed = /[\p{Cc}\u2028\u2029]/gu;

/** What came from outside, to be read in one line: what it holds of what a terminal obeys stands as its escape. */
export function asSeen(text: string): string {
  return text.replace(obeyed, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
