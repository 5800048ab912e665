/** A line without its end; undefined stands for one that is longer than may be. */
export type TextLine = string | undefined;

/**
 * The lines of a text in whatever pieces it comes: never more than a line of `mostCharacters` and a piece are held. Lines end in LF (JSON Lines): what else
 * ends lines elsewhere, U+2028 among it, may stand within a string of JSON.
 */
export async function* textLines(
  text: AsyncIterable<string>,
  mostCharacters: number,
): AsyncGenerator<TextLine> {
  let line = '';
  let isTooLong = false;
  for await (const piece of text) {
    let from = 0;
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', from)) {
      const whole = line + piece.slice(from, end);
      yield isTooLong || whole.length > mostCharacters ? undefined : whole;
      line = '';
      isTooLong = false;
      from = end + 1;
    }
    if (!isTooLong) line += piece.slice(from);
    if (line.length <= mostCharacters) continue;
    isTooLong = true;
    line = '';
  }
  if (isTooLong) yield undefined;
  else if (line !== '') yield line;
}
