import { expect, test } from 'vitest';
import { RunSlots } from './run-slots.ts';

const { signal } = new AbortController();

test('one owner never has all places, so that the next owner begins at once', async () => {
  const slots = new RunSlots(2, 16);
  const begun: string[] = [];
  const take = (owner: string) =>
    slots.take({ owner, signal }).then((slot) => {
      begun.push(owner);
      return slot;
    });
  const first = await take('a');
  const second = take('a');
  const other = await take('b');
  expect(begun).toEqual(['a', 'b']);
  first[Symbol.dispose]();
  await second;
  expect(begun).toEqual(['a', 'b', 'a']);
  other[Symbol.dispose]();
});

test('owners that wait take turns, however many runs one of them has waiting', async () => {
  const slots = new RunSlots(2, 16);
  const begun: string[] = [];
  const take = (owner: string) =>
    slots.take({ owner, signal }).then((slot) => {
      begun.push(owner);
      return slot;
    });
  const working = [await take('a'), await take('b')];
  const waiting = ['a', 'a', 'a', 'c'].map(take);
  working[1]?.[Symbol.dispose]();
  const third = await waiting[3];
  expect(begun).toEqual(['a', 'b', 'c']);
  working[0]?.[Symbol.dispose]();
  await waiting[0];
  expect(begun).toEqual(['a', 'b', 'c', 'a']);
  third?.[Symbol.dispose]();
});

test('an owner has a quarter of the places to wait in, and leaves the others to others', async () => {
  const slots = new RunSlots(2, 16);
  const waitingTold = new AbortController();
  await slots.take({ owner: 'a', signal });
  await slots.take({ owner: 'b', signal });
  const waiting = Array.from({ length: 4 }, () => slots.take({ owner: 'a', signal: waitingTold.signal }));
  await expect(slots.take({ owner: 'a', signal })).rejects.toMatchObject({ code: 'OVERLOADED' });
  const other = slots.take({ owner: 'c', signal: waitingTold.signal });
  waitingTold.abort(new Error('enough'));
  const ends = await Promise.allSettled([...waiting, other]);
  expect(ends.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'rejected'));
  // What left the line counts no more.
  const gone = new AbortController();
  const again = slots.take({ owner: 'a', signal: gone.signal });
  gone.abort(new Error('gone'));
  await expect(again).rejects.toThrow('gone');
});
