import { expect, test } from 'vitest';
import { StoredIds } from './kafka-stored-ids.ts';

test('of what was stored the last half is remembered for certain, and never more than all', () => {
  const stored = new StoredIds(10);
  for (let n = 0; n < 1_000; n += 1) {
    stored.add(`e${n}`);
    const known = Array.from({ length: n + 1 }, (_, at) => at).filter((at) => stored.has(`e${at}`));
    expect(known.length).toBeLessThanOrEqual(10);
    expect(known.slice(-5)).toEqual(
      Array.from({ length: Math.min(5, n + 1) }, (_, at) => n + 1 - Math.min(5, n + 1) + at),
    );
  }
});

test('what is stored again is remembered anew', () => {
  const stored = new StoredIds(4);
  for (const id of ['a', 'b', 'a', 'c']) stored.add(id);
  expect(['a', 'c'].map((id) => stored.has(id))).toEqual([true, true]);
});
