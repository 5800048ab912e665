import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, expect, it } from 'vitest';
import { EventSourceReader } from './event-source-reader.ts';
import { shortJson } from './event-source-upstreams.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
afterAll(() => setFlagsFromString('--no-expose-gc'));

function heldBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const characters = 400_000;
/** A pointer to each takes eight. */
const bytesForEach = 4;

it('a refusal that comes byte by byte takes about as much memory as it is long', async () => {
  let taken = 0;
  async function* body(): AsyncGenerator<Buffer> {
    const before = heldBytes();
    yield Buffer.from('"');
    for (let at = 0; at < characters; at += 1) yield Buffer.from('x');
    taken = heldBytes() - before;
    yield Buffer.from('"');
  }
  expect(await shortJson(body())).toBe('x'.repeat(characters));
  expect(taken).toBeLessThan(bytesForEach * characters);
});

it.each([
  ['in one line', 'x', characters],
  ['in lines of nothing', 'data:\n', characters - 1],
])('an event that comes byte by byte takes about as much memory as it is long, %s', (_, text, length) => {
  const reader = new EventSourceReader(characters + 10);
  const pieces = [...text].map((character) => Buffer.from(character));
  const before = heldBytes();
  if (text === 'x') reader.push(Buffer.from('data:'));
  for (let at = 0; at < characters; at += 1) for (const piece of pieces) reader.push(piece);
  expect(heldBytes() - before).toBeLessThan(bytesForEach * characters);
  const [event] = reader.push(Buffer.from(text === 'x' ? '\n\n' : '\n'));
  expect(event?.data).toHaveLength(length);
});
