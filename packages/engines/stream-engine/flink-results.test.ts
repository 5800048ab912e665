import { expect, test } from 'vitest';
import { testPipeline, workspaceId } from './conformance-rows.ts';
import { ResultReader, type ResultRecord } from './flink-results.ts';
import { rolesOf } from './flink-roles.ts';
import { planMeasures } from './measure-plan.ts';
import { PartialWindower } from './partial-windower.ts';
import type { Pipeline, Window } from './port.ts';
import { noWatermark } from './watermark.ts';

const nothingStored = { groups: [], watermark: noWatermark, overflow: 0 };
const visit: Window = { name: 'VISIT', kind: 'session', gapMs: 5_000 };
const amounts = testPipeline({
  groupings: [[]],
  measures: [
    { name: 'mean', function: 'avg', field: 'amount' },
    { name: 'sum', function: 'sum', field: 'amount' },
    { name: 'least', function: 'min', field: 'amount' },
    { name: 'most', function: 'max', field: 'amount' },
  ],
});

/** Reads what one job told of a pane, transaction by transaction, and answers the windows there are then. */
function windowsOf(pipeline: Pipeline, ...transactions: readonly (readonly ResultRecord[])[]) {
  const plan = planMeasures(pipeline);
  const reader = new ResultReader(pipeline, plan);
  const windower = new PartialWindower({ pipeline, plan, firstGroupId: 1 });
  const windows = new Map<string, readonly unknown[]>();
  for (const records of transactions) {
    const partials = reader.read(records);
    for (const unknown of windower.unknownWorkspaces(partials))
      windower.adoptWorkspace(unknown, nothingStored);
    windower.apply(partials, { nowMs: 0, partitions: 1, awaited: [] });
    const { removed, changed } = windower.takeChanges();
    for (const { startMs } of removed) windows.delete(`${startMs}`);
    for (const { cell, values } of changed)
      windows.set(`${cell.startMs}`, [cell.startMs, cell.endMs, cell.rows, ...values]);
  }
  return [...windows.values()];
}

/** One of a pane's sums: rows, sum, count, least, greatest; `lo` and `hi` where it is a session's. */
function told(
  op: ResultRecord['op'],
  [n, s0, c0, l0, h0]: readonly (number | null)[],
  more: ResultRecord['row'] = {},
): ResultRecord {
  return {
    op,
    row: {
      r: 2,
      ws: workspaceId,
      k: '[]',
      st: 0,
      cut: null,
      n,
      s0,
      c0,
      l0,
      h0,
      lo: 0,
      hi: 0,
      ...more,
    } as ResultRecord['row'],
  };
}

test('a value that was null and becomes 0 counts, though no row and no sum changes, and so does one that becomes null', () => {
  const { source, measures } = amounts;
  const pipeline = {
    ...amounts,
    source: { ...source, rows: 'changes' as const },
    measures: measures.slice(0, 2),
  };
  const [before, after] = [
    [2, 10, 1, null, null],
    [2, 10, 2, null, null],
  ];
  const began = [told('c', before)];
  expect(windowsOf(pipeline, began)).toEqual([[0, 10_000, 2, 10, 10]]);
  const changed = [told('d', before), told('c', after)];
  expect(windowsOf(pipeline, began, changed)).toEqual([[0, 10_000, 2, 5, 10]]);
  const back = [told('d', after), told('c', before)];
  expect(windowsOf(pipeline, began, changed, back)).toEqual([[0, 10_000, 2, 10, 10]]);
});

test('sums that a job began anew, read at once with those it had forgotten, hold the least and greatest of both', () => {
  const both = [told('c', [1, 1, 1, 1, 1]), told('c', [1, 5, 1, 5, 5])];
  expect(windowsOf(amounts, both)).toEqual([[0, 10_000, 2, 3, 6, 1, 5]]);
  expect(windowsOf(amounts, both.slice(0, 1), both.slice(1))).toEqual(windowsOf(amounts, both));
});

test('a session whose sum a job began anew begins with its first row', () => {
  const pipeline = { ...amounts, windows: [visit], allowedLatenessMs: 1e9 };
  const both = [
    told('c', [1, 1, 1, 1, 1], { lo: 1_000, hi: 1_000 }),
    told('c', [1, 5, 1, 5, 5], { lo: 4_000, hi: 4_000 }),
  ];
  expect(windowsOf(pipeline, both)).toEqual([[1_000, 9_000, 2, 3, 6, 1, 5]]);
});

test.each([
  ['its session alone', [visit], 1],
  [
    'its session and other windows, which the job counts',
    [visit, { name: 'TEN', kind: 'tumble', sizeMs: 10_000, offsetMs: 0 } as const],
    0,
  ],
])('a row that is late for %s is late once, whatever groupings it is in', (_, windows, late) => {
  const pipeline = { ...amounts, groupings: [[], ['place']], windows, allowedLatenessMs: 10_000 };
  const plan = planMeasures(pipeline);
  const windower = new PartialWindower({ pipeline, plan, firstGroupId: 1 });
  windower.adoptWorkspace(workspaceId, { ...nothingStored, watermark: { ...noWatermark, valueMs: 40_000 } });
  const records = rolesOf(pipeline, plan).flatMap((role, r) => {
    if (role.kind !== 'pane') return [];
    const place = { r, k: role.grouping === 0 ? '[]' : '["DTW"]' };
    const session = role.family.kind === 'session';
    return [
      told('c', [1, 1, 1, 1, 1], {
        ...place,
        st: session ? 2_000 : 0,
        cut: session ? 30_000 : 10_000,
        lo: 2_000,
        hi: 2_000,
      }),
    ];
  });
  windower.apply(new ResultReader(pipeline, plan).read(records), { nowMs: 0, partitions: 1, awaited: [] });
  expect(windower.takeChanges().workspaces[0]?.tallies.late).toBe(late);
});
