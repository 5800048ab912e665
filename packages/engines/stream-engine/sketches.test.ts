import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DDSketch, relativeError } from './ddsketch.ts';
import { HyperLogLog } from './hyperloglog.ts';
import { RecentIds } from './recent-ids.ts';
import { Distinct, Extremes, Total } from './summaries.ts';

const amount = fc.oneof(
  fc.integer({ min: -1_000, max: 1_000 }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => Math.round(value * 1e3) / 1e3),
);
const amounts = fc.array(amount, { minLength: 1, maxLength: 300 });
/** Whole percents, so that what is expected can be counted without rounding. */
const percent = fc.integer({ min: 0, max: 100 });

/** The least value that at least so many percent of the values do not exceed. */
const exact = (values: readonly number[], percentile: number): number =>
  Math.min(
    ...values.filter(
      (value) => values.filter((other) => other <= value).length * 100 >= percentile * values.length,
    ),
  );
const sketchOf = (values: readonly number[]): DDSketch => {
  const sketch = new DDSketch();
  for (const value of values) sketch.add(value, 1);
  return sketch;
};

test('a percentile is within 1 % of the value of its nearest rank, also of a few values', () => {
  fc.assert(
    fc.property(amounts, percent, (values, percentile) => {
      const expected = exact(values, percentile);
      const found = sketchOf(values).quantile(percentile / 100) ?? Number.NaN;
      expect(Math.abs(found - expected)).toBeLessThanOrEqual(
        Math.abs(expected) * relativeError * (1 + 1e-9) + 1e-9,
      );
    }),
  );
});

test('of four values the largest is the p95, and the second the median', () => {
  const sketch = sketchOf([-13, -5, 12, 80]);
  expect(sketch.quantile(0.95)).toBeCloseTo(80, -1);
  expect(sketch.quantile(0.5)).toBeCloseTo(-5, 0);
});

test('merging sketches, taking values back and storing them change nothing of what they say', () => {
  fc.assert(
    fc.property(amounts, amounts, percent, (kept, gone, percentile) => {
      const q = percentile / 100;
      const sketch = sketchOf(kept);
      sketch.merge(sketchOf(gone));
      const stored = DDSketch.from(JSON.parse(JSON.stringify(sketch.state())));
      for (const value of gone) stored.add(value, -1);
      expect(stored.quantile(q)).toBe(sketchOf(kept).quantile(q));
    }),
  );
});

test('an empty sketch has no quantile, and memory is bounded for values of any size', () => {
  expect(new DDSketch().quantile(0.5)).toBeNull();
  const sketch = new DDSketch();
  for (let n = -30_000; n < 30_000; n += 1) sketch.add(10 ** (n / 100), 1);
  expect(JSON.stringify(sketch.state()).length).toBeLessThan(20_000);
  expect(Math.abs((sketch.quantile(1) ?? 0) / 10 ** 299.99 - 1)).toBeLessThan(0.011);
});

test.each([100, 5_000, 200_000])('%i distinct values are counted within three standard errors', (size) => {
  const counter = new HyperLogLog();
  for (let n = 0; n < size; n += 1) for (const _again of [1, 2]) counter.add(`visitor-${n}`);
  expect(Math.abs(counter.estimate() / size - 1)).toBeLessThan(3 * 0.01625);
});

test('two counts merge into the count of both', () => {
  const [left, right, both] = [new HyperLogLog(), new HyperLogLog(), new HyperLogLog()];
  for (let n = 0; n < 3_000; n += 1) {
    (n % 2 === 0 ? left : right).add(`v${n}`);
    both.add(`v${n}`);
  }
  left.merge(HyperLogLog.from(right.state()));
  expect(left.estimate()).toBe(both.estimate());
});

test('distinct values are exact up to the bound, also when some are taken back; beyond, within the bound of the estimate', () => {
  const distinct = new Distinct();
  for (let n = 0; n < 250; n += 1) distinct.add(`v${n}`, 1);
  distinct.add('v0', 1);
  distinct.add('v0', -1);
  distinct.add('v1', -1);
  expect(distinct.size).toBe(249);
  for (let n = 250; n < 10_000; n += 1) distinct.add(`v${n}`, 1);
  const stored = Distinct.from(JSON.parse(JSON.stringify(distinct.state())));
  expect(Math.abs(stored.size / 10_000 - 1)).toBeLessThan(0.05);
});

test('extremes are exact up to 512 values and within 1 % beyond, also when the greatest is taken back', () => {
  const extremes = new Extremes();
  for (let n = 1; n <= 500; n += 1) extremes.add(n, 1);
  extremes.add(500, -1);
  expect([extremes.min, extremes.max]).toEqual([1, 499]);
  for (let n = 500; n <= 5_000; n += 1) extremes.add(n, 1);
  extremes.add(5_000, -1);
  const stored = Extremes.from(JSON.parse(JSON.stringify(extremes.state())));
  expect(Math.abs((stored.max ?? 0) / 4_999 - 1)).toBeLessThan(0.02);
});

test('a long sum of fractions keeps its digits', () => {
  const total = new Total();
  for (let n = 0; n < 1_000_000; n += 1) total.add(0.1, 1);
  expect(total.sum).toBeCloseTo(100_000, 9);
  expect(total.mean).toBeCloseTo(0.1, 15);
});

test('ids are known as long as their horizon', () => {
  const recent = new RecentIds(3);
  expect(['a', 'b', 'a', 'c', 'd', 'a', 'd'].map((id) => recent.isNew(id))).toEqual([
    true,
    true,
    false,
    true,
    true,
    true,
    false,
  ]);
});

test('a sum beyond what a double holds has no value, also after its state was stored and read again and more came', () => {
  const total = new Total();
  for (const value of [1e308, 1e308, 5]) total.add(value, 1);
  expect([total.sum, total.mean]).toEqual([null, null]);
  const again = Total.from(JSON.parse(JSON.stringify(total.state())));
  again.add(7, 1);
  const other = new Total();
  other.add(7, 1);
  other.merge(again);
  expect([again.sum, again.mean, other.sum, other.mean]).toEqual([null, null, null, null]);
  const plain = new Total();
  plain.add(7, 1);
  expect(Total.from(JSON.parse(JSON.stringify(plain.state()))).sum).toBe(7);
});
