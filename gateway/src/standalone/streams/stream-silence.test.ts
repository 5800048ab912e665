import { expect, it } from 'vitest';
import { Heartbeat } from './stream-silence.ts';

function limitAfter(commentsMs: readonly number[]): number | undefined {
  const heartbeat = new Heartbeat(0);
  for (const at of commentsMs) heartbeat.comment(at);
  return heartbeat.limitMs;
}

it('three missed pings end a stream whose server sends them, from the second one on', () => {
  expect(limitAfter([3, 12_000])).toBeUndefined();
  expect(limitAfter([3, 12_000, 24_000])).toBe(36_000);
  expect(limitAfter([3, 12_000, 24_001, 36_001])).toBe(3 * 12_001);
});

it('silence says nothing where comments are rare, come at no beat, or at once', () => {
  expect(limitAfter([])).toBeUndefined();
  expect(limitAfter([1, 2, 3, 4, 900])).toBeUndefined();
  expect(limitAfter([2_000, 60_000])).toBeUndefined();
  expect(limitAfter([2_000, 60_000, 64_000])).toBeUndefined();
});

it('pings that come later than before, as those of a server that sends them only when it is idle, are waited for', () => {
  expect(limitAfter([12_000, 24_000, 84_000])).toBe(180_000);
});
