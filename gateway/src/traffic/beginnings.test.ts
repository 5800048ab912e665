import { eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { Beginnings } from './beginnings.ts';

/** Beginnings whose turns of the event loop end when they are told, and what has begun. */
function inTurns() {
  const clock = { nowMs: 0 };
  let look: (() => void) | undefined;
  const beginnings = new Beginnings({
    nowMs: () => clock.nowMs,
    afterTurn: (next) => {
      look = next;
    },
  });
  const begun: string[] = [];
  return {
    clock,
    beginnings,
    begun,
    enter: (kind: string, latestMs?: number): void => {
      const turn = beginnings.enter(kind, latestMs);
      if (turn === undefined) begun.push(kind);
      else void turn.then(() => begun.push(kind));
    },
    /** Whether anybody looks at the end of it. */
    turn: async (): Promise<boolean> => {
      const last = look;
      look = undefined;
      last?.();
      await Promise.resolve();
      return last !== undefined;
    },
  };
}

it('while one is under way the next begins in a turn that has nothing else to do, and nobody looks when nobody waits', async () => {
  const { beginnings, begun, enter, turn } = inTurns();
  enter('a');
  enter('b');
  enter('c');
  expect(begun).toEqual(['a']);
  // What was left of the turn in which they came.
  await turn();
  for (let at = 0; at < 3; at += 1) {
    beginnings.answered();
    await turn();
  }
  expect(begun).toEqual(['a']);
  await turn();
  expect(begun).toEqual(['a', 'b']);
  await turn();
  expect(begun).toEqual(['a', 'b', 'c']);
  expect(await turn()).toBe(false);
});

it('what is alone begins at once, be it after others', () => {
  const { beginnings, begun, enter } = inTurns();
  enter('a');
  beginnings.leave('a');
  enter('b');
  expect(begun).toEqual(['a', 'b']);
});

it('those of one kind begin together, and join one that is under way', async () => {
  const { beginnings, begun, enter, turn } = inTurns();
  enter('a');
  enter('b');
  enter('c');
  enter('b');
  enter('a');
  expect(begun).toEqual(['a', 'a']);
  await turn();
  await turn();
  expect(begun).toEqual(['a', 'a', 'b', 'b']);
  // It is under way as long as one of its kind is.
  beginnings.leave('b');
  enter('b');
  beginnings.leave('b');
  beginnings.leave('b');
  enter('b');
  expect(begun).toEqual(['a', 'a', 'b', 'b', 'b']);
});

it('on a thread that is never idle one begins every ten milliseconds', async () => {
  const { clock, beginnings, begun, enter, turn } = inTurns();
  for (const kind of ['a', 'b', 'c']) enter(kind);
  const busyTurns = async (): Promise<void> => {
    for (let at = 0; at < 5; at += 1) {
      clock.nowMs += 2;
      beginnings.answered();
      await turn();
    }
  };
  await busyTurns();
  expect(begun).toEqual(['a', 'b']);
  await busyTurns();
  expect(begun).toEqual(['a', 'b', 'c']);
});

it('whose time is over begins, and is told so by what it does', async () => {
  const { clock, begun, enter, turn } = inTurns();
  enter('a');
  clock.nowMs = 5;
  enter('b', 6);
  await eventually(() => expect(begun).toEqual(['a', 'b']));
  await turn();
  expect(await turn()).toBe(false);
});
