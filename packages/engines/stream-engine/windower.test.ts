import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogRecord } from '../event-log/port.ts';
import {
  bruteForce,
  comparable,
  eventOf,
  percentilePairs,
  recordOf,
  rowOf,
  type TestRow,
  testPipeline,
  workspaceId,
} from './conformance-rows.ts';
import { relativeError } from './ddsketch.ts';
import { planMeasures } from './measure-plan.ts';
import type { Pipeline, Window, WindowResult } from './port.ts';
import { rowReader } from './row-batch.ts';
import { noWatermark } from './watermark.ts';
import { Windower } from './windower.ts';

const nothingStored = { groups: [], watermark: noWatermark, overflow: 0 };

/** Runs records through a windower in batches, and answers what stands at the end, with what was kept out. */
function compute(
  pipeline: Pipeline,
  batches: readonly (readonly LogRecord[])[],
): { results: WindowResult[]; late: number; overflow: number } {
  const plan = planMeasures(pipeline);
  const read = rowReader(pipeline, plan);
  const windower = new Windower({ pipeline, plan, firstGroupId: 1 });
  const results = new Map<string, WindowResult>();
  let late = 0;
  let overflow = 0;
  for (const records of batches) {
    const batch = read(records);
    for (const unknown of windower.unknownWorkspaces(batch)) windower.adoptWorkspace(unknown, nothingStored);
    windower.apply(batch, { partitions: 1, awaited: [] });
    const changes = windower.takeChanges();
    for (const { group, window, startMs } of changes.removed)
      results.delete(`${group.id} ${window} ${startMs}`);
    for (const { group, window, cell, values } of changes.changed)
      results.set(`${group.id} ${window} ${cell.startMs}`, {
        window: pipeline.windows[window]?.name ?? '',
        grouping: pipeline.groupings[group.grouping] ?? [],
        group: JSON.parse(group.key),
        startMs: cell.startMs,
        endMs: cell.endMs,
        rows: cell.rows,
        values,
      });
    for (const { tallies } of changes.workspaces) {
      late += tallies.late;
      overflow += tallies.overflow;
    }
  }
  return { results: [...results.values()], late, overflow };
}

const told = (rows: readonly TestRow[]): readonly LogRecord[] =>
  rows.map((row, offset) => recordOf(eventOf(`e${offset}`, { properties: rowOf(row) }), offset));

const someRow: fc.Arbitrary<TestRow> = fc.record({
  timeMs: fc.integer({ min: -40_000, max: 40_000 }),
  place: fc.constantFrom('DTW', 'LAS', null),
  amount: fc.option(
    // Fractions whose sums are exact in any order: what is compared with adds as numbers come.
    fc.oneof(
      fc.integer({ min: -500, max: 500 }),
      fc.integer({ min: -1e9, max: 1e9 }).map((n) => n / 1_024),
    ),
    { freq: 8 },
  ),
});

const seconds = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min, max }).map((n) => n * 1_000);

const someWindow: fc.Arbitrary<Window> = fc.oneof(
  fc.record({
    name: fc.constant('W'),
    kind: fc.constant('tumble' as const),
    sizeMs: seconds(1, 20),
    offsetMs: seconds(0, 9),
  }),
  fc.record({ name: fc.constant('W'), kind: fc.constant('session' as const), gapMs: seconds(1, 9) }),
  fc
    .tuple(seconds(1, 7), fc.integer({ min: 1, max: 4 }), seconds(0, 9))
    .map(([slideMs, times, offsetMs]) => ({
      name: 'W',
      kind: 'hop' as const,
      slideMs,
      sizeMs: slideMs * times,
      offsetMs,
    })),
);

const cut = <Value>(values: readonly Value[], size: number): readonly (readonly Value[])[] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, at) =>
    values.slice(at * size, (at + 1) * size),
  );

test('windows of every kind, in any order and any batches, hold what their definition says', () => {
  fc.assert(
    fc.property(
      fc.array(someRow, { maxLength: 60 }),
      someWindow,
      fc.integer({ min: 1, max: 60 }),
      (rows, window, size) => {
        const pipeline = testPipeline({ windows: [window], allowedLatenessMs: 1e9 });
        const { results, late } = compute(pipeline, cut(told(rows), size));
        const expected = bruteForce(rows, pipeline);
        expect(late).toBe(0);
        expect(comparable(results)).toEqual(comparable(expected));
        for (const [estimate, exact] of percentilePairs(results, expected)) {
          if (exact === null) expect(estimate).toBeNull();
          else
            expect(Math.abs((estimate ?? Number.NaN) - exact)).toBeLessThanOrEqual(
              Math.abs(exact) * relativeError + 1e-9,
            );
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('records that are changed and deleted leave the windows of what is there', () => {
  const change = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.option(someRow));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), fc.integer({ min: 1, max: 60 }), (changes, size) => {
      const state = new Map<number, TestRow>();
      const records = changes.map(([id, next], offset) => {
        const before = state.get(id);
        if (next === null) state.delete(id);
        else state.set(id, next);
        const data = {
          before: before === undefined ? null : rowOf(before),
          after: next === null ? null : rowOf(next),
        };
        return recordOf(eventOf(`e${offset}`, data), offset);
      });
      const pipeline = testPipeline({ source: { ...testPipeline().source, rows: 'changes' } });
      const { results } = compute(pipeline, cut(records, size));
      const left = [...state.values()];
      expect(roughly(results)).toEqual(roughly(bruteForce(left, pipeline)));
    }),
    { numRuns: 300 },
  );
});

/** What is taken back from a sum of fractions leaves the last digits. */
function roughly(results: readonly WindowResult[]): readonly unknown[] {
  return comparable(
    results.map((result) => ({
      ...result,
      values: result.values.map((value) => (value === null ? null : Math.round(value * 100) / 100 + 0)),
    })),
  );
}

const at = (seconds: number, place = 'DTW'): TestRow => ({ timeMs: seconds * 1_000, place, amount: 1 });
const rowsByStart = (results: readonly WindowResult[]): Record<string, number> =>
  Object.fromEntries(
    results
      .filter(({ grouping }) => grouping.length === 0)
      .map(({ startMs, rows }) => [startMs / 1_000, rows]),
  );

test('a late row within the allowed lateness updates its window; beyond, it is counted and kept out', () => {
  const pipeline = testPipeline({ outOfOrdernessMs: 2_000, allowedLatenessMs: 5_000 });
  // The watermark is 16.999 s after 18.999 s and 15 s behind 17 s: the window of 0 to 10 s closes at 15 s.
  const within = compute(pipeline, [told([at(1), at(16.999), at(9)])]);
  expect(rowsByStart(within.results)).toEqual({ 0: 2, 10: 1 });
  expect(within.late).toBe(0);
  const beyond = compute(pipeline, [told([at(1), at(17), at(9), at(12)])]);
  expect(rowsByStart(beyond.results)).toEqual({ 0: 1, 10: 2 });
  expect(beyond.late).toBe(1);
});

test('rows in any order are in the windows that were open when they came, and late to the others', () => {
  const aligned = someWindow.filter(({ kind }) => kind !== 'session');
  fc.assert(
    fc.property(
      fc.array(someRow, { maxLength: 60 }),
      aligned,
      fc.record({ outOfOrdernessMs: seconds(0, 20), allowedLatenessMs: seconds(0, 20) }),
      fc.integer({ min: 1, max: 60 }),
      (rows, window, bounds, size) => {
        const pipeline = testPipeline({ windows: [window], ...bounds });
        const { results, late } = compute(pipeline, cut(told(rows), size));
        // By the definitions alone: event time has come as far as the latest row before, less the disorder allowed.
        const comesTo = rows.map((_, at) => Math.max(...rows.slice(0, at).map(({ timeMs }) => timeMs)));
        const shut = (endMs: number, at: number): boolean =>
          endMs + bounds.allowedLatenessMs <= (comesTo[at] ?? 0) - bounds.outOfOrdernessMs;
        const all = bruteForce(rows, { windows: [window], groupings: [[]] });
        const around = ({ timeMs }: TestRow) =>
          all.filter(({ startMs, endMs }) => timeMs >= startMs && timeMs < endMs);
        const expected = new Map<number, number>();
        rows.forEach((row, at) => {
          for (const { startMs, endMs } of around(row))
            if (!shut(endMs, at)) expected.set(startMs / 1_000, (expected.get(startMs / 1_000) ?? 0) + 1);
        });
        expect(rowsByStart(results)).toEqual(Object.fromEntries(expected));
        expect(late).toBe(rows.filter((row, at) => around(row).some(({ endMs }) => shut(endMs, at))).length);
      },
    ),
    { numRuns: 300 },
  );
});

test('the slowest partition holds the watermark back, until it was silent for too long', () => {
  const pipeline = testPipeline({ allowedLatenessMs: 0, idleAfterMs: 30_000 });
  const rows = [at(1), at(60), at(2)];
  const records = rows.map((row, offset) =>
    recordOf(eventOf(`e${offset}`, { properties: rowOf(row) }), offset, offset === 1 ? 1 : 0),
  );
  expect(compute(pipeline, [records]).late).toBe(0);
  expect(compute(pipeline, [records.map((record) => ({ ...record, partition: 0 }))]).late).toBe(1);
});

test('one workspace far ahead closes no window of another', () => {
  const pipeline = testPipeline({ allowedLatenessMs: 0 });
  const other = '0190a1b2-0000-7000-8000-000000000002';
  const records = [at(1), at(9_000), at(2)].map((row, offset) =>
    recordOf(eventOf(`e${offset}`, { properties: rowOf(row) }, offset === 1 ? other : workspaceId), offset),
  );
  expect(compute(pipeline, [records]).late).toBe(0);
});

test('groups beyond the bound are counted as overflow and kept out; the total keeps all rows', () => {
  const pipeline = testPipeline({ maxGroups: 3 });
  const rows = Array.from({ length: 10 }, (_, n) => at(1, `P${n}`));
  const { results, overflow } = compute(pipeline, [told(rows)]);
  expect(overflow).toBe(7);
  expect(results.filter(({ grouping }) => grouping.length === 1)).toHaveLength(3);
  expect(rowsByStart(results)).toEqual({ 0: 10 });
});

test('what lies too far ahead of the log is refused or counted as of now, as declared; what has no time is invalid', () => {
  const loggedMs = Date.parse('2026-11-01T00:00:00.000Z');
  const rows = [{ timeMs: loggedMs + 3_600_000, place: 'DTW', amount: 1 }];
  const refused = compute(testPipeline({ ahead: { mostMs: 60_000, policy: 'refuse' } }), [told(rows)]);
  expect(refused.results).toEqual([]);
  const clamped = compute(testPipeline({ ahead: { mostMs: 60_000, policy: 'clamp' } }), [told(rows)]);
  expect(clamped.results[0]?.startMs).toBe(loggedMs);
  const timeless = recordOf(eventOf('e', { properties: { at: 'yesterday', place: 'DTW' } }), 0);
  expect(compute(testPipeline(), [[timeless]]).results).toEqual([]);
});

test('only rows the filter holds for are counted', () => {
  const filter = { kind: 'compare', field: 'amount', op: 'gt', value: 10 } as const;
  const rows = [5, 10, 11, 500].map((amount) => ({ timeMs: 1_000, place: 'DTW', amount }));
  expect(rowsByStart(compute(testPipeline({ filter }), [told(rows)]).results)).toEqual({ 0: 2 });
});

test('a session that is closed stays as it is: a late row moves no other to where it began', () => {
  const pipeline = testPipeline({
    groupings: [[]],
    windows: [{ name: 'VISIT', kind: 'session', gapMs: 10_000 }],
    outOfOrdernessMs: 0,
    allowedLatenessMs: 20_000,
  });
  // After 40 s rows before 10 s are late.
  const rows = [3, 40, 12, 3, 41].map((seconds) => ({ timeMs: seconds * 1_000, place: 'DTW', amount: 1 }));
  const { results, late } = compute(
    pipeline,
    told(rows).map((record) => [record]),
  );
  const spans = results.map(({ startMs, endMs, rows: count }) => [startMs / 1_000, endMs / 1_000, count]);
  expect(spans.sort(([one = 0], [other = 0]) => one - other)).toEqual([
    [3, 13, 1],
    [12, 22, 1],
    [40, 51, 2],
  ]);
  expect(late).toBe(1);
});
