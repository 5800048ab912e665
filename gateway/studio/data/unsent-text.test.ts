import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Refusal } from '../graph/refusal.ts';
import { SharedText } from './shared-text.ts';
import { type SendingState, UnsentText } from './unsent-text.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const away = new Refusal('It is away.', { code: 'UNREACHABLE', retryable: true });
const forbidden = new Refusal('It is not yours.', { code: 'FORBIDDEN' });

/** Somebody who types into a room, and the room at the other end of a wire that answers when it is told to. */
function room() {
  const held = new SharedText({ onUpdate: () => undefined, onRemote: () => undefined });
  const answers: ((refusal?: Refusal) => void)[] = [];
  const seen: SendingState[] = [];
  const unsent = new UnsentText(
    (update) =>
      new Promise((resolve) => {
        answers.push((refusal) => {
          if (refusal === undefined) held.apply(update);
          resolve(refusal);
        });
      }),
    (state) => void seen.push(state),
  );
  const typed = new SharedText({ onUpdate: (update) => unsent.add(update), onRemote: () => undefined });
  const answer = async (refusal?: Refusal): Promise<void> => {
    answers.shift()?.(refusal);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { held, unsent, typed, answer, seen, underWay: () => answers.length };
}

test('what is typed while earlier letters are on their way arrives also when one turns to another page', async () => {
  const { held, unsent, typed, answer } = room();
  typed.type('Dear all, ');
  await vi.advanceTimersByTimeAsync(200);
  typed.type('Dear all, the plane is late');
  const done = vi.fn();
  unsent.leave(done);
  await answer();
  expect([held.text, unsent.isLeft]).toEqual(['Dear all, ', true]);
  await vi.advanceTimersByTimeAsync(200);
  await answer();
  expect([held.text, unsent.isLeft]).toEqual(['Dear all, the plane is late', false]);
  expect(done).toHaveBeenCalledTimes(1);
});

test('a last sending that fails is tried again until it has arrived, though nobody looks', async () => {
  const { held, unsent, typed, answer } = room();
  typed.type('late');
  unsent.leave(() => undefined);
  for (let tries = 0; tries < 3; tries += 1) {
    await answer(away);
    await vi.advanceTimersByTimeAsync(2_000);
  }
  await answer();
  expect(held.text).toBe('late');
});

test('whoever looks is told that it is on its way, not through, refused and through', async () => {
  const { typed, answer, seen } = room();
  typed.type('a');
  await vi.advanceTimersByTimeAsync(200);
  await answer(away);
  await vi.advanceTimersByTimeAsync(2_000);
  await answer(forbidden);
  typed.type('ab');
  await vi.advanceTimersByTimeAsync(200);
  await answer();
  expect(seen.map(({ state, error }) => error?.code ?? state)).toEqual([
    'saving',
    'away',
    'FORBIDDEN',
    'saving',
    'saved',
  ]);
});

test('what belongs to a deleted item, or is refused to somebody who has left, is given up', async () => {
  for (const refusal of [new Refusal('Gone.', { code: 'NOT_FOUND' }), forbidden]) {
    const { unsent, typed, answer, underWay } = room();
    typed.type('nobody reads this');
    const done = vi.fn();
    unsent.leave(done);
    await answer(refusal);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([unsent.isLeft, underWay(), done.mock.calls.length]).toEqual([false, 0, 1]);
  }
});
