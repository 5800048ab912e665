import { expect, test } from 'vitest';
import { Closing } from './lifecycle.ts';

test('what was opened last is closed first', async () => {
  const closed: string[] = [];
  const closing = new Closing();
  closing.defer('database', () => closed.push('database'));
  closing.defer('server', () => closed.push('server'));
  await closing[Symbol.asyncDispose]();
  expect(closed).toEqual(['server', 'database']);
});

test('a close that fails keeps nothing else open, and is reported', async () => {
  const closed: string[] = [];
  const closing = new Closing();
  closing.defer('database', () => closed.push('database'));
  closing.defer('server', () => {
    throw new Error('stuck');
  });
  await expect(closing[Symbol.asyncDispose]()).rejects.toThrow('closing server failed');
  expect(closed).toEqual(['database']);
});

test('closing twice closes once', async () => {
  let times = 0;
  const closing = new Closing();
  closing.defer('database', () => {
    times += 1;
  });
  await Promise.all([closing[Symbol.asyncDispose](), closing[Symbol.asyncDispose]()]);
  expect(times).toBe(1);
});
