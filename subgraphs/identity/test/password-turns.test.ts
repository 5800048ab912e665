import { CodedError } from '@tributary/runtime';
import { expect, it } from 'vitest';
import { type AskedTurn, PasswordTurns, type PasswordTurnsOptions } from '../src/adapters/password-turns.ts';

/** One place, which is taken until `free` is called; then everybody who waits has a turn. */
function takenPlace(options: Partial<PasswordTurnsOptions> = {}) {
  const turns = new PasswordTurns({
    atOnce: 1,
    waitingOfOwner: 3,
    waitingOfLane: 6,
    ...options,
  });
  let free: () => void = () => undefined;
  const held = turns.run(
    { lane: 'sign-in', owner: 'first', signal: undefined, waitLimitMs: 60_000 },
    () => new Promise<void>((resolve) => (free = resolve)),
  );
  const order: string[] = [];
  /** Answers its name when it had its turn, and the code when it was refused. */
  const wait = (name: string, asked: Partial<AskedTurn> = {}): Promise<string> =>
    turns
      .run(
        { lane: 'sign-in', owner: name.charAt(0), signal: undefined, waitLimitMs: 60_000, ...asked },
        async () => {
          order.push(name);
          return name;
        },
      )
      .catch((error: unknown) => (error instanceof CodedError ? error.code : String(error)));
  const finish = async (waiting: readonly Promise<string>[]): Promise<readonly string[]> => {
    free();
    await held;
    return Promise.all(waiting);
  };
  return { wait, order, finish };
}

it('whoever waits for much takes turns with those who wait for little', async () => {
  const { wait, order, finish } = takenPlace();
  await finish([wait('a1'), wait('a2'), wait('a3'), wait('b1'), wait('c1')]);
  expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'a3']);
});

it('one owner has so many places that wait, and is told to come again when they are taken', async () => {
  const { wait, finish } = takenPlace();
  const answers = await finish([wait('a1'), wait('a2'), wait('a3'), wait('a4'), wait('b1')]);
  expect(answers).toEqual(['a1', 'a2', 'a3', 'OVERLOADED', 'b1']);
});

it('when all places are taken, a newcomer has the last place of whoever has most, until all have one', async () => {
  const { wait, finish } = takenPlace({ waitingOfLane: 4 });
  const names = ['a1', 'a2', 'a3', 'b1', 'c1', 'd1', 'e1', 'b2'];
  expect(await finish(names.map((name) => wait(name)))).toEqual([
    'a1',
    ...['OVERLOADED', 'OVERLOADED', 'b1', 'c1', 'd1', 'OVERLOADED', 'OVERLOADED'],
  ]);
});

it('sign-ins come before sign-ups, take no place from them, and leave them one turn in four', async () => {
  const { wait, order, finish } = takenPlace();
  const signUps = ['u1', 'u2', 'u3'].map((name) => wait(name, { lane: 'sign-up' }));
  const signIns = ['a1', 'b1', 'c1', 'd1', 'e1', 'f1'].map((name) => wait(name));
  await finish([...signUps, ...signIns]);
  expect(order).toEqual(['a1', 'b1', 'c1', 'u1', 'd1', 'e1', 'f1', 'u2', 'u3']);
});

it('work that nobody waits for any more is dropped, and its place is free at once', async () => {
  const { wait, order, finish } = takenPlace();
  const client = new AbortController();
  const { signal } = client;
  const gone = ['a1', 'a2', 'a3'].map((name) => wait(name, { signal }));
  client.abort();
  expect(await Promise.all(gone)).toEqual(Array(3).fill('DEADLINE_EXCEEDED'));
  expect(await wait('a4', { signal })).toBe('DEADLINE_EXCEEDED');
  expect(await finish(['a5', 'a6', 'a7'].map((name) => wait(name)))).toEqual(['a5', 'a6', 'a7']);
  expect(order).toEqual(['a5', 'a6', 'a7']);
});

it('what has waited too long is told that too many wait, while the work before it goes on', async () => {
  const { wait, finish, order } = takenPlace();
  expect(await wait('a1', { waitLimitMs: 1 })).toBe('OVERLOADED');
  expect(await wait('a2', { waitLimitMs: 0 })).toBe('OVERLOADED');
  await finish([]);
  expect(order).toEqual([]);
});

it('work that fails hands its place on', async () => {
  const turns = new PasswordTurns({ atOnce: 1, waitingOfOwner: 3, waitingOfLane: 6 });
  const asked = { lane: 'sign-in', owner: 'a', signal: undefined, waitLimitMs: 60_000 } as const;
  const failing = turns.run(asked, () => Promise.reject(new Error('no memory')));
  const next = turns.run(asked, async () => 'done');
  await expect(failing).rejects.toThrow('no memory');
  expect(await next).toBe('done');
});
