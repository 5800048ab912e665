/**
 * Orders two strings by code point: as PostgreSQL does under `COLLATE "C"` (UTF-8 bytes) and MongoDB's simple collation.
 * JavaScript's `<` compares UTF-16 units, which puts U+10000 and above before U+E000…U+FFFF.
 */
export function compareCodePoints(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index += 1) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return rankOfUnit(a) - rankOfUnit(b);
  }
  return left.length - right.length;
}

/** Moves surrogates behind the rest of the basic plane, where their code points belong. */
function rankOfUnit(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Lowers A–Z and nothing else: the one folding that PostgreSQL under `COLLATE "C"`, MongoDB's `$toLower` and memory agree on. */
export function foldCase(text: string): string {
  // Of text that changes its case at each letter the second way makes as many pieces.
  return isAscii.test(text)
    ? text.toLowerCase()
    : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

const isAscii = /^\p{ASCII}*$/u;
