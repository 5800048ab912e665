import { expect, test } from 'vitest';
import { OneAtATime } from './one-at-a-time.ts';

test('what is asked for while it is under way is not begun, and is again when it is over, also when it failed', async () => {
  const once = new OneAtATime();
  let begun = 0;
  const work = (outcome: Promise<void>) => () => {
    begun += 1;
    return outcome;
  };
  const first = once.do(work(Promise.resolve()));
  expect(once.do(work(Promise.resolve()))).toBeUndefined();
  await first;
  const failing = once.do(work(Promise.reject(new Error('refused'))));
  await expect(failing).rejects.toThrow('refused');
  await once.do(work(Promise.resolve()));
  expect(begun).toBe(3);
});

test('what is over at once holds nothing up', () => {
  const once = new OneAtATime();
  let done = 0;
  for (let press = 0; press < 2; press += 1) once.do(() => (done += 1));
  expect(done).toBe(2);
});
