import { finished } from 'node:stream/promises';
import { newId } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { RowStreams, rowStreamLimits } from '../src/row-streams.ts';

async function* lines(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('{}\n');
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('{}\n');
  throw new Error('the database went away');
}

const { all, perWorkspace } = rowStreamLimits;

test('a workspace that has as many streams as it may is refused, with when to ask again, and no other is', () => {
  const streams = new RowStreams();
  const [mine, theirs] = [newId(), newId()];
  for (let n = 0; n < perWorkspace; n += 1) streams.of(mine, lines());
  expect(() => streams.of(mine, lines())).toThrow(
    expect.objectContaining({ code: 'RATE_LIMITED', details: { limit: perWorkspace, retryAfterSeconds: 5 } }),
  );
  expect(() => streams.of(theirs, lines())).not.toThrow();
});

test('more than a process reads at a time are refused, whoever asks', () => {
  const streams = new RowStreams();
  for (let n = 0; n < all; n += 1) streams.of(newId(), lines());
  expect(() => streams.of(newId(), lines())).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
});

test.each([
  ['is read to its end', (stream: ReturnType<RowStreams['of']>) => void stream.resume(), lines],
  ['is left', (stream: ReturnType<RowStreams['of']>) => void stream.destroy(), lines],
  ['fails', (stream: ReturnType<RowStreams['of']>) => void stream.resume(), failing],
])('the place of a stream that %s is free again', async (_how, end, made) => {
  const streams = new RowStreams();
  const workspaceId = newId();
  for (let n = 0; n < perWorkspace; n += 1) {
    const stream = streams.of(workspaceId, made());
    const ended = finished(stream).catch(() => undefined);
    end(stream);
    await ended;
  }
  expect(() => streams.of(workspaceId, lines())).not.toThrow();
});
