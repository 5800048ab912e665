import { expect, test } from 'vitest';
import {
  askedGroups,
  gathered,
  hasOthers,
  laidOver,
  linesOf,
  noSeries,
  type SeriesState,
  type ServedSeries,
  shownLines,
  stateOf,
} from './metric-series.ts';

const point = (hour: number, value: number | null, rows = 1) => ({
  start: new Date(Date.UTC(2001, 0, 1, hour)).toISOString(),
  rows,
  values: [{ measure: 'average', value }],
});

const series = (
  dimensions: Record<string, unknown>,
  ...points: ServedSeries['points'][number][]
): ServedSeries => ({
  dimensions,
  points,
});

const numbers = (state: ReturnType<typeof stateOf>) =>
  linesOf(state, 'average').map(({ name, values }) => [name, [...values.values()]]);

const updated = (...updates: readonly ServedSeries[][]) =>
  updates.reduce<SeriesState>((state, update) => gathered(state, update, noSeries), noSeries);

test('an update replaces the windows it names and leaves the others', () => {
  const served = stateOf([series({}, point(1, 10), point(2, 20))]);
  const updates = updated([series({}, point(2, 25), point(3, 30))]);
  expect(numbers(laidOver(served, updates))).toEqual([['All', [10, 25, 30]]]);
  expect(numbers(served)).toEqual([['All', [10, 20]]]);
});

test('an answer that was read before an update does not undo it, whichever came first', () => {
  const updates = updated([series({}, point(2, 25))]);
  const older = stateOf([series({}, point(1, 10), point(2, 20))]);
  const newer = stateOf([series({}, point(1, 11), point(2, 25))]);
  expect(numbers(laidOver(older, updates))).toEqual([['All', [10, 25]]]);
  expect(numbers(laidOver(newer, updates))).toEqual([['All', [11, 25]]]);
});

test('a point without rows says that its window is gone', () => {
  const served = stateOf([series({}, point(1, 10), point(2, 20))]);
  const updates = updated([series({}, point(1, null, 0))]);
  expect(numbers(laidOver(served, updates))).toEqual([['All', [20]]]);
});

test('a group that began since the answer comes with its updates', () => {
  const served = stateOf([series({ origin: 'ATL' }, point(1, 10, 5))]);
  const updates = updated([series({ origin: 'SEA' }, point(1, 3))]);
  expect(numbers(laidOver(served, updates))).toEqual([
    ['ATL', [10]],
    ['SEA', [3]],
  ]);
});

test('of more groups than are asked for, no other is drawn by halves, nor are all kept', () => {
  const group = (index: number) => series({ origin: `A${index}` }, point(1, index, 10));
  const served = stateOf(Array.from({ length: askedGroups }, (_, index) => group(index)));
  const all = Array.from({ length: 5_000 }, (_, index) => series({ origin: `A${index}` }, point(2, 7, 1)));
  const updates = all.reduce<SeriesState>((state, each) => gathered(state, [each], served), noSeries);
  expect(updates.size).toBeLessThan(600);
  const now = laidOver(served, updates);
  expect([...now.keys()]).toEqual([...served.keys()]);
  expect([...now.values()].every((points) => points.size === 2)).toBe(true);
  expect([hasOthers(all, served), hasOthers([group(1)], served)]).toEqual([true, false]);
});

test('all lines of a chart show the same windows: the newest of all', () => {
  const hours = (from: number) => Array.from({ length: 48 }, (_, index) => point(from + index, index));
  const state = laidOver(
    stateOf([series({ origin: 'ATL' }, ...hours(0)), series({ origin: 'SEA' }, ...hours(40))]),
    noSeries,
  );
  const [sea, atl] = linesOf(state, 'average');
  expect([atl?.values.size, sea?.values.size]).toEqual([8, 48]);
});

test('no more lines are drawn than can be told apart, and those with the most rows are', () => {
  const many = Array.from({ length: shownLines + 3 }, (_, index) =>
    series({ origin: `A${index}` }, point(1, index, index + 1)),
  );
  const names = linesOf(laidOver(stateOf(many), noSeries), 'average').map(({ name }) => name);
  expect(names).toHaveLength(shownLines);
  expect(names[0]).toBe(`A${shownLines + 2}`);
});

test('windows stay in order, and only the newest are kept', () => {
  const points = Array.from({ length: 60 }, (_, index) => point(59 - index, index));
  const [line] = linesOf(laidOver(stateOf([series({}, ...points)]), noSeries), 'average');
  const starts = [...(line?.values.keys() ?? [])];
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
  expect(starts).toHaveLength(48);
  expect(starts.at(-1)).toBe(Date.UTC(2001, 0, 1, 59));
});
