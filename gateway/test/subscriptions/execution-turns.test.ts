import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { defaultTurnBounds, ExecutionTurns } from '../../src/subscriptions/execution-turns.ts';
import { airportUpdated } from './airport-subgraph.ts';
import { rawSocket } from './raw-socket.ts';
import { realTimeGateway } from './real-time-gateway.ts';

/** A clock that stands still until it is set. */
function stillClock() {
  let nowMs = 0;
  return {
    monotonicMs: () => nowMs,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

/** Asks for as many turns, and says which began. */
function asking(turns: ExecutionTurns, began: string[]) {
  return (owner: string, count: number, effort = 1): void => {
    for (let index = 0; index < count; index += 1)
      void turns.run({ owners: [owner], effort: () => effort, execute: async () => began.push(owner) });
  };
}

test('what one owner asks for does not come before what others ask for, however much it is', async () => {
  const began: string[] = [];
  const ask = asking(new ExecutionTurns(stillClock()), began);
  ask('hog', 500);
  ask('other', 3);
  ask('third', 1);
  await nextTurn();
  expect(began.filter((owner) => owner !== 'hog')).toEqual(['other', 'third', 'other', 'other']);
});

test('executions begin in slices of the event loop, of as many as they cost little, one by one where they cost much', async () => {
  const began: string[] = [];
  const turns = new ExecutionTurns(stillClock());
  const ask = asking(turns, began);
  ask('a', 40);
  const counts = [began.length];
  for (let turn = 0; turn < 3; turn += 1) {
    await nextTurn();
    counts.push(began.length);
  }
  expect(counts).toEqual([16, 32, 40, 40]);
  ask('b', 3, 100);
  const large = [began.length];
  for (let turn = 0; turn < 3; turn += 1) {
    await nextTurn();
    large.push(began.length);
  }
  expect(large).toEqual([41, 42, 43, 43]);
});

test('what takes long ends the slice, and whoever works without a turn can tell', async () => {
  const clock = stillClock();
  const turns = new ExecutionTurns(clock);
  let began = 0;
  const slow = async (): Promise<void> => {
    began += 1;
    clock.pass(20);
  };
  for (let index = 0; index < 2; index += 1)
    void turns.run({ owners: ['a'], effort: () => 1, execute: slow });
  expect([began, turns.hasTime()]).toEqual([1, false]);
  await turns.rest();
  expect([began, turns.hasTime()]).toEqual([2, true]);
});

test('an owner that has spent what a second allows waits for the next, and what many share goes on at the expense of another', async () => {
  const clock = stillClock();
  const turns = new ExecutionTurns(clock, { ...defaultTurnBounds, effortPerSecond: 3 });
  const began: string[] = [];
  const ask = asking(turns, began);
  ask('hog', 10);
  await nextTurn();
  expect(began).toHaveLength(3);
  await turns.run({ owners: ['hog', 'other'], effort: () => 1, execute: async () => began.push('shared') });
  expect(began.at(-1)).toBe('shared');
  clock.pass(1_000);
  ask('third', 1);
  await nextTurn();
  expect(began.filter((owner) => owner === 'hog')).toHaveLength(6);
  expect(began).toContain('third');
});

test('an execution is charged what it costs when its turn comes, not when it was asked for', async () => {
  const turns = new ExecutionTurns(stillClock(), { ...defaultTurnBounds, effortPerSecond: 4 });
  let effort = 3;
  const began: number[] = [];
  const ask = (owner: string, count: number): void => {
    for (let index = 0; index < count; index += 1)
      void turns.run({ owners: [owner], effort: () => effort, execute: async () => began.push(index) });
  };
  // Two begin at once; for the third the owner has nothing left in this second.
  ask('a', 5);
  effort = 1;
  await nextTurn();
  expect(began).toHaveLength(2);
  ask('b', 5);
  await nextTurn();
  expect(began).toHaveLength(6);
});

test('what is not ready when its turn comes costs nothing', async () => {
  const turns = new ExecutionTurns(stillClock(), { ...defaultTurnBounds, effortPerTurn: 1 });
  const skipped = turns.run({
    owners: ['a'],
    effort: () => 1,
    isReady: () => false,
    execute: async () => 'a',
  });
  const taken = turns.run({ owners: ['b'], effort: () => 1, execute: async () => 'b' });
  expect(await Promise.all([skipped, taken])).toEqual([undefined, 'b']);
});

test('an execution whose turn does not come in time is refused with a code', async () => {
  const clock = stillClock();
  const turns = new ExecutionTurns(clock, { ...defaultTurnBounds, effortPerSecond: 1 });
  const execute = async (): Promise<string> => 'done';
  expect(await turns.run({ owners: ['a'], effort: () => 1, execute })).toBe('done');
  const late = turns.run({ owners: ['a'], effort: () => 1, execute });
  clock.pass(31_000);
  await expect(
    Promise.all([late, turns.run({ owners: ['b'], effort: () => 1, execute })]),
  ).rejects.toMatchObject({
    code: 'OVERLOADED',
  });
});

test('subscriptions that cost more than one user may are closed with a code, and the last cursor goes on', async () => {
  const turns = { ...defaultTurnBounds };
  await using gateway = await realTimeGateway({ turns });
  await using socket = await rawSocket(gateway.url);
  await socket.init({ id: 'u-1' });
  await socket.subscribed('1', 'subscription { airportChanged { airport { name } } }');
  // From now on no turn comes in time.
  turns.patienceMs = -1;
  await gateway.log.append('data.record', [airportUpdated('a1', 'x')]);
  expect(await socket.closed()).toEqual({
    code: 4410,
    reason: expect.stringMatching(/^OVERLOADED: .*last cursor if there is one$/),
  });
});

test('one who waits for large payloads has few of them made at once, and one of any size', async () => {
  const turns = new ExecutionTurns(stillClock(), { ...defaultTurnBounds, underWay: 64 });
  let began = 0;
  const endless = (): Promise<void> => {
    began += 1;
    return new Promise(() => undefined);
  };
  for (let index = 0; index < 5; index += 1)
    void turns.run({ owners: ['a'], effort: () => 40, execute: endless });
  void turns.run({ owners: ['b'], effort: () => 1_000, execute: endless });
  for (let turn = 0; turn < 5; turn += 1) await nextTurn();
  expect(began).toBe(3);
});
