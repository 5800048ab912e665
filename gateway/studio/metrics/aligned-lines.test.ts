import { expect, test } from 'vitest';
import { alignedOf, spanOf } from './aligned-lines.ts';

const hour = 3_600_000;
const line = (name: string, ...points: readonly (readonly [number, number | null])[]) => ({
  name,
  values: new Map(points.map(([at, value]) => [at * hour, value])),
});

test('windows that follow each other are one line', () => {
  expect(alignedOf([line('All', [1, 10], [2, 20], [3, 30])], hour)).toEqual([
    [3_600, 7_200, 10_800],
    [10, 20, 30],
  ]);
});

test('a line ends where windows are missing, and begins anew behind them', () => {
  expect(alignedOf([line('All', [1, 10], [2, 20], [9, 90])], hour)).toEqual([
    [3_600, 7_200, 10_800, 32_400],
    [10, 20, null, 90],
  ]);
});

test('a window that another line alone has is a gap as well', () => {
  expect(alignedOf([line('ATL', [1, 10], [3, 30]), line('SEA', [2, 5])], hour)).toEqual([
    [3_600, 7_200, 10_800],
    [10, null, 30],
    [null, 5, null],
  ]);
});

test('windows that slide by less than they hold follow each other by their slide', () => {
  expect(alignedOf([line('All', [1, 10], [1.25, 11], [1.75, 13])], hour / 4)).toEqual([
    [3_600, 4_500, 5_400, 6_300],
    [10, 11, null, 13],
  ]);
});

test('sessions have no step, and are joined', () => {
  expect(alignedOf([line('All', [1, 10], [9, 90])], undefined)).toEqual([
    [3_600, 32_400],
    [10, 90],
  ]);
});

test('a chart begins and ends with its windows, and shows one beside each side of a single one', () => {
  expect(spanOf(3_600, 32_400, hour)).toEqual([3_600, 32_400]);
  expect(spanOf(7_200, 7_200, hour)).toEqual([3_600, 10_800]);
  expect(spanOf(7_200, 7_200, undefined)).toEqual([3_600, 10_800]);
});
