import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

const options = { tooMany: 'Too many tests', atOnce: 2, each: 1, waiting: 4 };

/** Work that begins when its turn comes and ends when it is told to. */
function held() {
  let end = (): void => undefined;
  let begun = 0;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const work = (): Promise<void> => {
    begun += 1;
    return ended;
  };
  return { work, end: () => end(), begun: () => begun };
}

test('a place goes to another workspace while one has its own, and to those that wait in their order', async () => {
  const turns = new Turns(options);
  const [first, second, other] = [held(), held(), held()];
  const runs = [
    turns.run({ who: 'a' }, first.work),
    turns.run({ who: 'a' }, second.work),
    turns.run({ who: 'b' }, other.work),
  ];
  expect([first.begun(), second.begun(), other.begun()]).toEqual([1, 0, 1]);
  second.end();
  other.end();
  await runs[2];
  expect(second.begun()).toBe(0);
  first.end();
  await Promise.all(runs);
  expect(second.begun()).toBe(1);
});

test('of those in line the workspace begins first that began longest ago', async () => {
  const turns = new Turns({ ...options, atOnce: 1, waiting: 20 });
  const order: string[] = [];
  const work = (who: string) => async (): Promise<void> => {
    order.push(who);
    await Promise.resolve();
  };
  const asked = ['a', 'a', 'a', 'a', 'b', 'b', 'c'];
  await Promise.all(asked.map((who) => turns.run({ who }, work(who))));
  expect(order).toEqual(['a', 'b', 'c', 'a', 'b', 'a', 'a']);
});

test('nobody who keeps a line waits behind others who come one after another', async () => {
  const turns = new Turns({ ...options, atOnce: 1, waiting: 20 });
  const order: string[] = [];
  const work = (who: string) => async (): Promise<void> => {
    order.push(who);
    await Promise.resolve();
  };
  const oneByOne = async (who: string): Promise<void> => {
    for (let at = 0; at < 10; at += 1) await turns.run({ who }, work(who));
  };
  const line = [0, 1, 2].map(() => turns.run({ who: 'line' }, work('line')));
  await Promise.all([oneByOne('a'), oneByOne('b'), ...line]);
  expect(order.slice(0, 10).filter((who) => who === 'line')).toHaveLength(3);
});

test('a place is wanted back for each who waits and would begin, and of nobody twice', async () => {
  const turns = new Turns({ ...options, atOnce: 2, each: 2, waiting: 20 });
  const [first, second] = [held(), held()];
  const places: (() => boolean)[] = [];
  const at = (work: () => Promise<void>) =>
    turns.run({ who: 'a' }, ({ isWanted }) => {
      places.push(isWanted);
      return work();
    });
  const runs = [at(first.work), at(second.work)];
  expect(places.map((isWanted) => isWanted())).toEqual([false, false]);
  const waiting = turns.run({ who: 'b' }, async () => undefined);
  expect(places.map((isWanted) => isWanted())).toEqual([true, false]);
  first.end();
  await waiting;
  expect(places[1]?.()).toBe(false);
  second.end();
  await Promise.all(runs);
});

test('a workspace fills half of the line, and whoever finds it full is sent away with a time to come back', async () => {
  const turns = new Turns(options);
  const work = held();
  const runs = ['a', 'a', 'a', 'b', 'b', 'b'].map((who) => turns.run({ who }, work.work));
  const refused = { code: 'OVERLOADED', details: { retryAfterSeconds: 2 } };
  await expect(turns.run({ who: 'a' }, work.work)).rejects.toMatchObject(refused);
  await expect(turns.run({ who: 'c' }, work.work)).rejects.toMatchObject(refused);
  work.end();
  await Promise.all(runs);
  expect(work.begun()).toBe(6);
});

test('whoever goes away leaves the line to others, and their work is never begun', async () => {
  const turns = new Turns(options);
  const [working, abandoned, waiting] = [held(), held(), held()];
  const away = new AbortController();
  const runs = [turns.run({ who: 'a' }, working.work)];
  const left = turns.run({ who: 'a', signal: away.signal }, abandoned.work);
  runs.push(turns.run({ who: 'a' }, waiting.work));
  away.abort();
  await expect(left).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  runs.push(turns.run({ who: 'a' }, waiting.work));
  working.end();
  waiting.end();
  await Promise.all(runs);
  await expect(turns.run({ who: 'a', signal: away.signal }, abandoned.work)).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
  });
  expect([abandoned.begun(), waiting.begun()]).toEqual([0, 2]);
});
