import type { Readable } from 'node:stream';
import { beginningOf } from '@tributary/runtime';

/**
 * The lines that are printed into a stream of UTF-8, in pieces of `most` UTF-16 code units: whoever prints without an end of line takes no more memory here than one piece and
 * what has just come.
 */
export function printedLines(stream: Readable, most: number, tell: (line: string) => void): void {
  let rest = '';
  const tellPieces = (line: string, isWhole: boolean): string => {
    let left = line;
    while (left.length > most) {
      const piece = beginningOf(left, most);
      tell(piece);
      left = left.slice(piece.length);
    }
    if (isWhole) tell(left);
    return left;
  };
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    // A return at the end may be half of an end of line.
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    const last = lines.pop() ?? '';
    for (const line of lines) tellPieces(line, true);
    rest = tellPieces(last, false);
  });
  const tellRest = (): void => {
    if (rest !== '') tell(rest.replace(/\r$/, ''));
    rest = '';
  };
  stream.once('end', tellRest);
  // A stream that is given up ends without an end.
  stream.once('close', tellRest);
}
