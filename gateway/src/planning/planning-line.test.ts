import { expect, test } from 'vitest';
import { Leaving } from '../execution/departure.ts';
import { PlanningLine } from './planning-line.ts';
import { NobodyWaits } from './waiting.ts';

/** Work that ends when it is told to. */
function held() {
  let end = (): void => undefined;
  const done = new Promise<string>((resolve) => {
    end = () => resolve('held');
  });
  return { work: () => done, end };
}

test('one piece of work is done at a time, in the order it was asked for, and one that fails holds up nothing', async () => {
  const line = new PlanningLine();
  const done: string[] = [];
  const { work, end } = held();
  const work1 = line.inTurn(work).then(() => done.push('first'));
  const failing = line.inTurn(() => Promise.reject(new Error('wrong')));
  const last = line.inTurn(async () => done.push('last'));
  end();
  await work1;
  await expect(failing).rejects.toThrow('wrong');
  await last;
  expect(done).toEqual(['first', 'last']);
});

test('a line that is full takes nobody, until somebody has left it', async () => {
  const line = new PlanningLine({ mostWaiting: 2 });
  const outcomes: string[] = [];
  const onWaited = (outcome: string): void => void outcomes.push(outcome);
  const { work, end } = held();
  const first = line.inTurn(work);
  // It has begun, and waits no more.
  await Promise.resolve();
  const gone = new Leaving();
  const leaving = line.inTurn(async () => 'left', { gone, onWaited });
  const staying = line.inTurn(async () => 'stayed', { onWaited });
  const full = { code: 'OVERLOADED', details: { retryAfterSeconds: 1 } };
  await expect(line.inTurn(async () => 'no', { onWaited })).rejects.toMatchObject(full);
  gone.abort();
  await expect(leaving).rejects.toThrow(NobodyWaits);
  const next = line.inTurn(async () => 'next', { onWaited });
  end();
  expect(await Promise.all([first, staying, next])).toEqual(['held', 'stayed', 'next']);
  expect(outcomes).toEqual(['refused', 'gone', 'turn', 'turn']);
});

test('who has waited for as long as one may is told so while the work before goes on, and is not worked for', async () => {
  const line = new PlanningLine({ longestWaitMs: 10 });
  const { work, end } = held();
  const first = line.inTurn(work);
  await Promise.resolve();
  let hasRun = false;
  const waiting = line.inTurn(async () => {
    hasRun = true;
  });
  await expect(waiting).rejects.toMatchObject({ code: 'OVERLOADED' });
  end();
  expect(await first).toBe('held');
  expect(await line.inTurn(async () => hasRun)).toBe(false);
});

test('what has begun goes on when nobody waits any more, and who has left before is not let in', async () => {
  const line = new PlanningLine();
  const { work, end } = held();
  const gone = new Leaving();
  const first = line.inTurn(work, { gone });
  await Promise.resolve();
  gone.abort();
  end();
  expect(await first).toBe('held');
  await expect(line.inTurn(work, { gone })).rejects.toThrow(NobodyWaits);
});
