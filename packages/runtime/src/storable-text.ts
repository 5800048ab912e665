/**
 * A text as PostgreSQL and JSON can hold it: without U+0000, with U+FFFD for each half of a surrogate pair, and no longer than `most` UTF-16 code units, if
 * that is given.
 */
export function storableText(text: string, most = Number.POSITIVE_INFINITY): string {
  const kept = text.includes('\0') ? text.replaceAll('\0', '') : text;
  return beginningOf(kept, most).replace(/\p{Surrogate}/gu, '\ufffd');
}

/** The beginning of a text: `most` UTF-16 code units, or one less where the cut would leave half of a surrogate pair. */
export function beginningOf(text: string, most: number): string {
  if (text.length <= most) return text;
  const isBetweenHalves = (text.codePointAt(most - 1) ?? 0) > 0xffff;
  return text.slice(0, isBetweenHalves ? most - 1 : most);
}
