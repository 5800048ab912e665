import { expect, test } from 'vitest';
import { DDSketch } from './ddsketch.ts';
import { newSummaries, planMeasures } from './measure-plan.ts';
import type { Measure, Pipeline } from './port.ts';
import { Bounds, Extremes, Total } from './summaries.ts';

const p95: Measure = { name: 'p95', function: 'percentile', field: 'delay', percentile: 95 };
const measure = (name: 'avg' | 'min' | 'max', field = 'delay'): Measure => ({
  name: `${name} ${field}`,
  function: name,
  field,
});

/** What the measures say of these delays; other fields have a thousand times as much. */
function valuesOf(
  measures: readonly Measure[],
  delays: readonly number[],
  rows: Pipeline['source']['rows'] = 'properties',
): readonly (number | null)[] {
  const source = { rows } as Pipeline['source'];
  const plan = planMeasures({ measures, source });
  const kept = newSummaries(plan);
  for (const [at, summary] of kept.entries())
    for (const delay of delays) {
      const isDelay = plan.numberFields[plan.summaries[at]?.column ?? -1] === 'delay';
      const value = isDelay ? delay : delay * 1_000;
      if (summary instanceof Bounds) summary.add(value);
      else if (summary instanceof Total || summary instanceof Extremes || summary instanceof DDSketch)
        summary.add(value, 1);
    }
  return plan.values(delays.length, kept);
}

test.each([
  [[measure('avg'), p95], 'properties'],
  [[p95, measure('min')], 'properties'],
  [[p95, measure('max')], 'changes'],
] as const)('of a single value every percentile is that value (%j of %s)', (measures, rows) => {
  const said = valuesOf(measures, [37], rows);
  expect(said).toEqual([37, 37]);
});

test('no percentile is beyond the greatest value, nor below the least', () => {
  const delays = Array.from({ length: 50 }, (_, at) => 37 + at / 1_000);
  const [high, least, greatest] = valuesOf([p95, measure('min'), measure('max')], delays);
  expect(high).toBeGreaterThanOrEqual(least ?? 0);
  expect(high).toBeLessThanOrEqual(greatest ?? 0);
});

test('what other fields have bounds no percentile', () => {
  const [high] = valuesOf([p95, measure('min', 'distance'), measure('avg', 'distance')], [37]);
  expect(Math.abs((high ?? 0) - 37)).toBeLessThanOrEqual(0.37);
});
