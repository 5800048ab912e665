import { once } from 'node:events';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printedLines } from '../src/printed-lines.ts';

async function linesOf(chunks: Iterable<string | Buffer>, most: number): Promise<readonly string[]> {
  const stream = Readable.from(chunks, { objectMode: false });
  const lines: string[] = [];
  printedLines(stream, most, (line) => lines.push(line));
  await once(stream, 'end');
  return lines;
}

test('lines end as anybody ends them, wherever their bytes are cut', async () => {
  const text = 'one\r\ntwo\nthree\rZürich 🛫\n\nlast';
  const bytes = Buffer.from(text);
  const expected = ['one', 'two', 'three', 'Zürich 🛫', '', 'last'];
  expect(await linesOf([bytes], 100)).toEqual(expected);
  expect(
    await linesOf(
      [...bytes].map((byte) => Buffer.of(byte)),
      100,
    ),
  ).toEqual(expected);
});

test('property: pieces are as long as they may be, and together they are what was printed', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'ü', '🛫'), maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(fc.array(text), fc.integer({ min: 2, max: 9 }), async (chunks, most) => {
      const lines = await linesOf(
        chunks.map((chunk) => Buffer.from(chunk)),
        most,
      );
      expect(lines.join('')).toBe(chunks.join(''));
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(most);
      for (const line of lines.slice(0, -1)) expect(line.length).toBeGreaterThanOrEqual(most - 1);
    }),
  );
});

test('more than a text can hold is printed without an end of line, and told in pieces', async () => {
  const chunk = Buffer.alloc(1_000_000, 'x');
  function* endless(): Generator<Buffer> {
    for (let at = 0; at < 600; at += 1) yield chunk;
  }
  let [pieces, chars] = [0, 0];
  const stream = Readable.from(endless(), { objectMode: false });
  printedLines(stream, 2_000, (line) => {
    pieces += 1;
    chars += line.length;
  });
  await once(stream, 'end');
  expect([pieces, chars]).toEqual([300_000, 600_000_000]);
});
