import { expect, onTestFinished, test, vi } from 'vitest';
import { startRepeating } from './repeated.ts';

test('work is repeated one run at a time, goes on after a failure, and its end waits for the run under way', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const failures: unknown[] = [];
  let runs = 0;
  let end = (): void => undefined;
  const repeating = startRepeating({
    everyMs: 1_000,
    work: () => {
      runs += 1;
      return new Promise((resolve, reject) => {
        end = runs === 1 ? () => reject(new Error('first')) : resolve;
      });
    },
    failed: (err) => failures.push(err),
  });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(runs).toBe(1);
  end();
  await vi.advanceTimersByTimeAsync(1_000);
  expect([runs, failures]).toEqual([2, [new Error('first')]]);
  let ended = false;
  const ending = repeating[Symbol.asyncDispose]().then(() => {
    ended = true;
  });
  await vi.advanceTimersByTimeAsync(5_000);
  expect([runs, ended]).toEqual([2, false]);
  end();
  await ending;
  expect(ended).toBe(true);
});
