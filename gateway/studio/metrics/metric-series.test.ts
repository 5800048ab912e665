import { expect, test } from 'vitest';
import { linesOf, merged, type ServedSeries, shownLines, stateOf } from './metric-series.ts';

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

test('an update replaces the windows it names and leaves the others', () => {
  const before = stateOf([series({}, point(1, 10), point(2, 20))]);
  expect(numbers(merged(before, [series({}, point(2, 25), point(3, 30))]))).toEqual([['All', [10, 25, 30]]]);
  expect(numbers(before)).toEqual([['All', [10, 20]]]);
});

test('a point without rows says that its window is gone', () => {
  const before = stateOf([series({}, point(1, 10), point(2, 20))]);
  expect(numbers(merged(before, [series({}, point(1, null, 0))]))).toEqual([['All', [20]]]);
});

test('a series that was not there comes with its first update', () => {
  const before = stateOf([series({ origin: 'ATL' }, point(1, 10, 5))]);
  expect(numbers(merged(before, [series({ origin: 'SEA' }, point(1, 3))]))).toEqual([
    ['ATL', [10]],
    ['SEA', [3]],
  ]);
});

test('no more lines are drawn than can be told apart, and those with the most rows are', () => {
  const many = Array.from({ length: shownLines + 3 }, (_, index) =>
    series({ origin: `A${index}` }, point(1, index, index + 1)),
  );
  const names = linesOf(stateOf(many), 'average').map(({ name }) => name);
  expect(names).toHaveLength(shownLines);
  expect(names[0]).toBe(`A${shownLines + 2}`);
});

test('windows stay in order, and only the newest are kept', () => {
  const points = Array.from({ length: 60 }, (_, index) => point(59 - index, index));
  const [line] = linesOf(stateOf([series({}, ...points)]), 'average');
  const starts = [...(line?.values.keys() ?? [])];
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
  expect(starts).toHaveLength(48);
  expect(starts.at(-1)).toBe(Date.UTC(2001, 0, 1, 59));
});
