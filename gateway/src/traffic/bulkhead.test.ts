import { expect, it } from 'vitest';
import { Bulkhead } from './bulkhead.ts';

it('many who are patient do not keep the others waiting, and have a share of the turns', async () => {
  const room = new Bulkhead('catalogue', { inFlight: 1, queue: 10 }, 60_000);
  expect(room.enter(undefined, true)).toBe(true);
  const came: string[] = [];
  const wait = (who: string, isPatient: boolean): Promise<void> =>
    Promise.resolve(room.enter(undefined, isPatient)).then(() => {
      came.push(who);
    });
  const all = [
    ...Array.from({ length: 6 }, (_, at) => wait(`event ${at}`, true)),
    ...Array.from({ length: 5 }, (_, at) => wait(`question ${at}`, false)),
  ];
  for (const _each of all) room.leave();
  await Promise.all(all);
  expect(came).toEqual([
    'question 0',
    'question 1',
    'question 2',
    'event 0',
    'question 3',
    'question 4',
    'event 1',
    'event 2',
    'event 3',
    'event 4',
    'event 5',
  ]);
});

it('the patient take no place of those who may wait', async () => {
  const room = new Bulkhead('catalogue', { inFlight: 1, queue: 1 }, 60_000);
  expect(room.enter(undefined, false)).toBe(true);
  const event = room.enter(undefined, true);
  const question = room.enter(undefined, false);
  expect(() => room.enter(undefined, false)).toThrow(/as much to do/);
  room.leave();
  expect(await question).toBe(true);
  room.leave();
  expect(await event).toBe(true);
});
