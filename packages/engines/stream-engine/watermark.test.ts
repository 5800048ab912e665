import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogRecord } from '../event-log/port.ts';
import { eventOf, recordOf, rowOf, testPipeline, workspaceId } from './conformance-rows.ts';
import { ResultReader } from './flink-results.ts';
import { planMeasures } from './measure-plan.ts';
import { PartialWindower } from './partial-windower.ts';
import { rowReader } from './row-batch.ts';
import { noWatermark, type StoredWatermark } from './watermark.ts';
import { Windower } from './windower.ts';

const idleAfterMs = 10_000;
const pipeline = testPipeline({ groupings: [[]], outOfOrdernessMs: 0, allowedLatenessMs: 0, idleAfterMs });
const plan = planMeasures(pipeline);
const partitions = 4;
const dayMs = 86_400_000;

interface Row {
  readonly partition: number;
  readonly timeMs: number;
  readonly loggedMs: number;
}

let ids = 0;
const recordAt = ({ partition, timeMs, loggedMs }: Row): LogRecord => ({
  ...recordOf(
    eventOf(`e${ids++}`, { properties: rowOf({ timeMs, place: 'DTW', amount: 1 }) }),
    ids,
    partition,
  ),
  timestampMs: loggedMs,
});

/** How many rows are late, and what is stored at the end. */
function read(
  batches: readonly (readonly Row[])[],
  watermark: StoredWatermark = noWatermark,
): { late: number; watermark: StoredWatermark } {
  const rows = rowReader(pipeline, plan);
  const windower = new Windower({ pipeline, plan, firstGroupId: 1 });
  windower.adoptWorkspace(workspaceId, { groups: [], watermark, overflow: 0 });
  let end = { late: 0, watermark };
  for (const batch of batches) {
    windower.apply(rows(batch.map(recordAt)), { partitions, awaited: [] });
    for (const each of windower.takeChanges().workspaces)
      end = { late: end.late + each.tallies.late, watermark: each.watermark };
  }
  return end;
}

const days = (partition: number, { from, loggedMs }: { from: number; loggedMs: number }): readonly Row[] =>
  Array.from({ length: 10 }, (_, day) => ({ partition, timeMs: (from + day) * dayMs, loggedMs }));

test('what a workspace tells at once is none late, in whichever batches its partitions are read: its first rows, and those after a silence', () => {
  const first = [
    days(0, { from: 0, loggedMs: 1_000 }),
    days(1, { from: 0, loggedMs: 1_015 }),
    days(3, { from: 0, loggedMs: 9_000 }),
  ];
  expect(read(first).late).toBe(0);
  const next = [
    days(1, { from: 20, loggedMs: 60_000 }),
    days(2, { from: 20, loggedMs: 60_015 }),
    days(0, { from: 20, loggedMs: 60_015 }),
  ];
  expect(read([...first, ...next]).late).toBe(0);
  // Nor where the process that reads is another one from some batch on.
  const stored = read(first.slice(0, 1));
  expect(read([...first.slice(1), ...next], stored.watermark)).toEqual(read([...first, ...next]));
});

test('a partition without a row holds event time back for as long as one that is silent, by the time of the log', () => {
  const untilMs = 1_000 + idleAfterMs;
  const steps = [
    { partition: 0, timeMs: 50_000, loggedMs: 1_000 },
    { partition: 0, timeMs: 60_000, loggedMs: untilMs },
    { partition: 0, timeMs: 70_000, loggedMs: untilMs + 1 },
    { partition: 1, timeMs: 1_000, loggedMs: untilMs + 2 },
  ].map((row) => [row]);
  expect(read(steps.slice(0, 2)).watermark.valueMs).toBeNull();
  expect(read(steps.slice(0, 3)).watermark.valueMs).toBe(70_000);
  expect(read(steps).late).toBe(1);
});

test('a workspace that tells a row now and then, in one partition of many, closes the windows of before with each', () => {
  const hourly = Array.from({ length: 5 }, (_, n) => [
    { partition: 2, timeMs: n * 3_600_000, loggedMs: n * 3_600_000 },
  ]);
  expect(read(hourly).watermark.valueMs).toBe(3 * 3_600_000);
  expect(read([...hourly, [{ partition: 1, timeMs: 0, loggedMs: 6 * 3_600_000 }]]).late).toBe(1);
});

test('what was stored before silences were told by the time of the log is gone on with, and nothing that comes in order is late for that', () => {
  const before = { ...noWatermark, valueMs: 5 * dayMs, latest: [6 * dayMs, null, 6 * dayMs] };
  const next = [
    days(0, { from: 7, loggedMs: 1_000 }),
    days(3, { from: 7, loggedMs: 1_000 }),
    days(2, { from: 7, loggedMs: 1_000 }),
  ];
  expect(read(next, before).late).toBe(0);
  expect(read([[{ partition: 1, timeMs: 4 * dayMs, loggedMs: 1_000 }]], before).late).toBe(1);
});

/** Bursts in the order of their times, each told within the time after which a partition counts as silent, and a silence of all after each. */
const bursts = fc.array(
  fc.array(
    fc.record({
      partition: fc.nat({ max: partitions - 1 }),
      stepMs: fc.nat({ max: 3 * dayMs }),
      loggedMs: fc.nat({ max: idleAfterMs }),
    }),
    { minLength: 1, maxLength: 20 },
  ),
  { minLength: 1, maxLength: 4 },
);

test('rows that come in the order of their times are none late, however their partitions are read one after the other and cut into batches', () => {
  fc.assert(
    fc.property(bursts, fc.array(fc.nat(), { minLength: 100, maxLength: 100 }), (told, choices) => {
      let timeMs = 0;
      let choice = 0;
      const chosen = (of: number): number => (choices[choice++ % choices.length] ?? 0) % of;
      const batches: Row[][] = [[]];
      told.forEach((burst, n) => {
        const logged = burst.map(({ loggedMs }) => loggedMs).sort((one, other) => one - other);
        const rows = burst.map(({ partition, stepMs }, at) => {
          timeMs += stepMs;
          return { partition, timeMs, loggedMs: n * 3 * idleAfterMs + (logged[at] ?? 0) };
        });
        const queues = Array.from({ length: partitions }, (_, p) =>
          rows.filter(({ partition }) => partition === p),
        );
        while (queues.some((queue) => queue.length > 0)) {
          const waiting = queues.filter((queue) => queue.length > 0);
          const row = waiting[chosen(waiting.length)]?.shift();
          if (row !== undefined) batches.at(-1)?.push(row);
          if (chosen(3) === 0) batches.push([]);
        }
      });
      expect(read(batches.filter((batch) => batch.length > 0)).late).toBe(0);
    }),
    { numRuns: 500 },
  );
});

test('sums of a job are added to windows that were open to it, though the commit of another partition came before', () => {
  const windower = new PartialWindower({ pipeline, plan, firstGroupId: 1 });
  windower.adoptWorkspace(workspaceId, { groups: [], watermark: noWatermark, overflow: 0 });
  const commit = (p: number, w: number | null) => {
    const sum = { ws: workspaceId, n: 1, s0: 1, c0: 1, l0: 1, h0: 1, w: null };
    const rows = [
      { ...sum, r: 2, k: '[]', st: p === 0 ? 50_000 : 0, cut: null, val: null, p: null, lo: 0, hi: 0 },
      { ...sum, r: 1, k: null, st: null, cut: null, val: 'row', p, lo: 0, hi: p === 0 ? 50_000 : 0, w },
    ];
    const records = rows.map((row) => ({ op: 'c' as const, row }));
    windower.apply(new ResultReader(pipeline, plan).read(records), { nowMs: 0, partitions, awaited: [] });
    const { changed, workspaces } = windower.takeChanges();
    return [changed.length, workspaces[0]?.tallies.late, workspaces[0]?.watermark.valueMs];
  };
  expect(commit(0, null)).toEqual([1, 0, null]);
  expect(commit(1, 0)).toEqual([1, 0, 0]);
  // As far as the job says, and no further.
  expect(commit(2, 20_000)).toEqual([1, 0, 20_000]);
  expect(commit(3, 20_000)).toEqual([0, 1, 20_000]);
});
