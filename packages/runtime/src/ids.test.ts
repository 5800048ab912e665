import { expect, test } from 'vitest';
import { isId, newId } from './ids.ts';

test('ids are UUIDs of version 7 that grow, also within a millisecond, and none comes twice', () => {
  const before = Date.now();
  const ids = Array.from({ length: 20_000 }, newId);
  expect(ids.every((id) => isId(id) && id[14] === '7')).toBe(true);
  expect(ids.every((id, at) => at === 0 || id > (ids[at - 1] ?? ''))).toBe(true);
  const timeMs = (id: string | undefined): number =>
    Number.parseInt((id ?? '').replaceAll('-', '').slice(0, 12), 16);
  expect(timeMs(ids[0])).toBeGreaterThanOrEqual(before);
  // The random part is no counter: halves of ids differ from each other.
  expect(new Set(ids.map((id) => id.slice(24))).size).toBe(ids.length);
});
