import { expect, test } from 'vitest';
import { Semaphore } from './semaphore.ts';

const patient = { tooMany: 'Too many tests', atOnce: 1, waitMs: 60_000 };

test('places go to those who wait in the order of asking, and never to a newcomer before them', async () => {
  const places = new Semaphore(patient);
  const order: string[] = [];
  const held = await places.acquire();
  const waiting = ['first', 'second'].map(async (name) => {
    const release = await places.acquire();
    order.push(name);
    return release;
  });
  held();
  const newcomer = places.acquire();
  // Given back twice it frees nothing.
  held();
  (await waiting[0])?.();
  (await waiting[1])?.();
  (await newcomer)();
  expect(order).toEqual(['first', 'second']);
  (await places.acquire())();
});

test('whoever waits too long is refused, and takes no place later', async () => {
  const places = new Semaphore({ ...patient, waitMs: 1 });
  const release = await places.acquire();
  await expect(places.acquire()).rejects.toMatchObject({
    code: 'OVERLOADED',
    message: 'Too many tests at once; try again in a moment.',
    retryable: true,
  });
  release();
  (await places.acquire())();
});

test('whoever goes away leaves the line', async () => {
  const places = new Semaphore(patient);
  const release = await places.acquire();
  const leaving = new AbortController();
  const left = places.acquire(leaving.signal);
  const stays = places.acquire();
  leaving.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  await expect(places.acquire(leaving.signal)).rejects.toThrow('gone');
  release();
  (await stays)();
});
