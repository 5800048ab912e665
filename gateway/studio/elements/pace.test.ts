import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pace } from './pace.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what is told without end is done soon, and every so often', async () => {
  const done: number[] = [];
  const pace = new Pace({ soonMs: 250, everyMs: 1_000 });
  for (let ms = 0; ms < 5_000; ms += 100) {
    pace.tell(() => done.push(ms));
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(done).toHaveLength(5);
  pace.stop();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(done).toHaveLength(5);
});

test('what is told once is done once', async () => {
  const work = vi.fn();
  new Pace({ soonMs: 250, everyMs: 1_000 }).tell(work);
  await vi.advanceTimersByTimeAsync(249);
  expect(work).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(work).toHaveBeenCalledTimes(1);
});
