import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Change } from './record-operations.ts';
import { nothingKnown, rowsNow, withChanges, withWritten } from './row-changes.ts';
import type { Row } from './values.ts';

const row = (version: number, id = 'a'): Row => ({ id, version, name: `v${version}` });
const change = (version: number, id = 'a'): Change => ({
  kind: 'UPDATED',
  id,
  version,
  changedFields: ['name'],
  item: row(version, id),
});
const names = (page: readonly Row[], known: typeof nothingKnown) =>
  rowsNow(page, known).map(({ row: { name } }) => name);

test('a change that came before the answer that lacks it is shown', () => {
  const known = withChanges(nothingKnown, [change(2)], []);
  expect(names([row(1)], known)).toEqual(['v2']);
  expect(names([row(3)], known)).toEqual(['v3']);
});

test('in whichever order answers and changes come, the latest is shown', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 1 }),
      fc.integer({ min: 1, max: 6 }),
      (versions, answered) => {
        const known = versions.reduce(
          (present, version, index) =>
            withChanges(present, [change(version)], index % 2 === 0 ? [row(answered)] : []),
          nothingKnown,
        );
        expect(names([row(answered)], known)).toEqual([`v${Math.max(answered, ...versions)}`]);
      },
    ),
  );
});

test('what was deleted is gone also from an answer that does not know it yet', () => {
  const gone: Change = { kind: 'DELETED', id: 'a', version: 2, changedFields: [], item: null };
  const known = withChanges(nothingKnown, [gone], []);
  expect(rowsNow([row(1)], known).map(({ isGone }) => isGone)).toEqual([true]);
  expect(rowsNow([row(3)], known).map(({ isGone }) => isGone)).toEqual([false]);
});

test('only what changed before one’s eyes is marked, and one’s own writing is not', () => {
  const before = withChanges(nothingKnown, [change(2)], []);
  expect(rowsNow([row(1)], before)[0]?.fresh.size).toBe(0);
  const seen = withChanges(nothingKnown, [change(2)], [row(1)]);
  expect([...(rowsNow([row(1)], seen)[0]?.fresh ?? [])]).toEqual(['name']);
  const own = withChanges(withWritten(nothingKnown, row(2)), [change(2)], [row(1)]);
  expect(rowsNow([row(1)], own)[0]?.fresh.size).toBe(0);
});

test('what changes beside the page is not kept without end, and what is on it is', () => {
  const others = Array.from({ length: 2_000 }, (_, index) => change(1, `other ${index}`));
  const known = withChanges(nothingKnown, [change(2), ...others], [row(1)]);
  expect(known.size).toBe(501);
  expect(names([row(1)], known)).toEqual(['v2']);
});
