import { expect, test } from 'vitest';
import { type TextLine, textLines } from './text-lines.ts';

async function* inPieces(...pieces: string[]): AsyncGenerator<string> {
  yield* pieces;
}

test('lines end in LF alone, wherever pieces do, and one that is too long is told by its place', async () => {
  const pieces = inPieces('one\u2028still o', 'ne\r\n', '\ntoo long a line', ' for any\nlast');
  const lines: TextLine[] = [];
  for await (const line of textLines(pieces, 16)) lines.push(line);
  expect(lines).toEqual(['one\u2028still one\r', '', undefined, 'last']);
});
